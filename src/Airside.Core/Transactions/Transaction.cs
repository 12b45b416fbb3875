namespace Airside.Core.Transactions;

/// <summary>One confirmed reservation or cancellation, regardless of its number of seats; counts as 1 for its route.</summary>
/// <param name="Route">The route it counts for.</param>
/// <param name="Key">The client's own id for it; the same key never counts twice.</param>
public readonly record struct Transaction(FlightRoute Route, TransactionKey Key)
{
    /// <summary>Refuses a batch that is too large for one commit.</summary>
    /// <param name="count">Number of transactions in the batch.</param>
    /// <param name="parameter">Name of the argument that holds it.</param>
    /// <exception cref="ArgumentException">The batch has more than <see cref="Limits.GroupCommitTransactionsMax"/>.</exception>
    public static void EnsureBatch(int count, string parameter)
    {
        if (count > Limits.GroupCommitTransactionsMax)
        {
            throw new ArgumentException(
                $"The batch has {count} transactions; at most {Limits.GroupCommitTransactionsMax} are allowed.", parameter);
        }
    }
}

/// <summary>The outcome of one transaction of a batch.</summary>
/// <param name="IsReplay">Whether the key was already recorded, so that nothing was counted now.</param>
/// <param name="Route">The route that the key is recorded for; differs from the requested one if a key is reused.</param>
/// <param name="Total">
/// Total of that route right after the key was recorded. A replay gets the original total, so that its response equals the first.
/// </param>
public readonly record struct RecordOutcome(bool IsReplay, FlightRoute Route, long Total);
