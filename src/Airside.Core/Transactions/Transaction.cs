namespace Airside.Core.Transactions;

/// <summary>One confirmed reservation or cancellation, whatever its number of seats; counts as 1 for its route.</summary>
/// <param name="Route">The route it counts for.</param>
/// <param name="Key">The client's own id of it; the same key never counts twice.</param>
public readonly record struct Transaction(FlightRoute Route, TransactionKey Key)
{
    /// <summary>Refuses a batch that is larger than one commit takes.</summary>
    /// <param name="count">Transactions of the batch.</param>
    /// <param name="parameter">Name of the argument that holds it.</param>
    /// <exception cref="ArgumentException">There are more than <see cref="Limits.GroupCommitTransactionsMax"/>.</exception>
    public static void DemandBatch(int count, string parameter)
    {
        if (count > Limits.GroupCommitTransactionsMax)
        {
            throw new ArgumentException(
                $"There are {count} transactions; at most {Limits.GroupCommitTransactionsMax} are recorded together.", parameter);
        }
    }
}

/// <summary>What became of one transaction of a batch.</summary>
/// <param name="IsReplay">Whether the key was recorded before, so that nothing was counted now.</param>
/// <param name="Route">The route that the key is recorded for; differs from the one asked for when a key is reused.</param>
/// <param name="Total">
/// Total of that route right after the key was recorded. A repeat gets the total of the first time, so that it is answered
/// as the first was.
/// </param>
public readonly record struct RecordOutcome(bool IsReplay, FlightRoute Route, long Total);
