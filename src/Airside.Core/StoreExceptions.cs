namespace Airside.Core;

/// <summary>
/// The store cannot do this now. For transactions: none of the batch is acknowledged, and a retry with the same keys is safe. The message
/// gives the cause and, if one applies, the setting and its current value.
/// </summary>
public sealed class StoreUnavailableException : Exception
{
    /// <summary>Creates the exception.</summary>
    public StoreUnavailableException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}

/// <summary>Stored data differs from what was written. The message says what and where, and the store refuses to continue.</summary>
public sealed class StoreDamagedException : Exception
{
    /// <summary>Creates the exception.</summary>
    public StoreDamagedException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}

/// <summary>A bounded queue is full: the request was shed immediately and nothing was recorded.</summary>
public sealed class OverloadedException(string message) : Exception(message);
