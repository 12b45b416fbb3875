namespace Airside.Core.Transactions;

/// <summary>
/// The store refuses a transaction for a lasting reason. Nothing of its batch was recorded; the rest of the batch can be recorded without
/// it. The message gives the cause.
/// </summary>
public class TransactionRefusedException : Exception
{
    /// <summary>Creates the exception.</summary>
    public TransactionRefusedException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>Refuses a transaction if its route has no room for it.</summary>
    /// <param name="route">The route.</param>
    /// <param name="total">Its total before the transaction.</param>
    /// <exception cref="TransactionRefusedException">The route has no room.</exception>
    public static void EnsureRoom(FlightRoute route, long total)
    {
        if (total >= Limits.TransactionsMax)
        {
            throw new TransactionRefusedException(
                $"Route {route} has {total} transactions; {nameof(Limits.TransactionsMax)} is {Limits.TransactionsMax}.");
        }
    }
}
