using Airside.Core.Transactions;

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

/// <summary>
/// The store refuses a transaction for a reason that lasts. Nothing of its batch was recorded; the others of the batch can be, without it.
/// The message gives the cause.
/// </summary>
public sealed class TransactionRefusedException : Exception
{
    /// <summary>Makes the exception.</summary>
    public TransactionRefusedException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>Refuses a transaction that a route has no room for.</summary>
    /// <param name="route">The route.</param>
    /// <param name="total">Its transactions before.</param>
    /// <exception cref="TransactionRefusedException">There is no room.</exception>
    public static void DemandRoom(FlightRoute route, long total)
    {
        if (total >= Limits.TransactionsMax)
        {
            throw new TransactionRefusedException(
                $"Route {route} has {total} transactions, and {nameof(Limits.TransactionsMax)} is {Limits.TransactionsMax}.");
        }
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
