namespace Airside.Core;

/// <summary>
/// The store cannot do this now. Of transactions: none of the batch is acknowledged, and a repeat with the same keys is safe.
/// The message gives the cause and, where there is one, the knob and its present value.
/// </summary>
public sealed class StoreUnavailableException : Exception
{
    /// <summary>Makes the exception.</summary>
    public StoreUnavailableException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}

/// <summary>Stored data is not what was written. The message says what and where, and the store refuses to go on.</summary>
public sealed class StoreDamagedException : Exception
{
    /// <summary>Makes the exception.</summary>
    public StoreDamagedException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}

/// <summary>A bounded queue is full: the request was shed at once and nothing of it was recorded.</summary>
public sealed class OverloadedException(string message) : Exception(message);
