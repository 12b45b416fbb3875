using Airside.Core.Transactions;

namespace Airside.Stores.Shared;

/// <summary>A batch reduced to distinct keys, with the mapping of outcomes back to its transactions.</summary>
internal sealed class DistinctBatch
{
    private readonly int[] _positions;

    private DistinctBatch(TransactionKey[] keys, FlightRoute[] routes, int[] positions)
    {
        Keys = keys;
        Routes = routes;
        _positions = positions;
    }

    /// <summary>The distinct keys, in batch order.</summary>
    public TransactionKey[] Keys { get; }

    /// <summary>The route of each key.</summary>
    public FlightRoute[] Routes { get; }

    /// <summary>Collects each key of a batch once, with the route of its first occurrence.</summary>
    public static DistinctBatch From(ReadOnlySpan<Transaction> batch)
    {
        var known = new Dictionary<TransactionKey, int>(batch.Length);
        var keys = new List<TransactionKey>(batch.Length);
        var routes = new List<FlightRoute>(batch.Length);
        var positions = new int[batch.Length];
        for (var i = 0; i < batch.Length; i++)
        {
            if (!known.TryGetValue(batch[i].Key, out var position))
            {
                position = keys.Count;
                known.Add(batch[i].Key, position);
                keys.Add(batch[i].Key);
                routes.Add(batch[i].Route);
            }

            positions[i] = position;
        }

        return new DistinctBatch([.. keys], [.. routes], positions);
    }

    /// <summary>
    /// Returns the positions in the batch, ascending, of the transactions that are refused with their keys. A repeat that names another
    /// route is not one of them: it can still be recorded.
    /// </summary>
    /// <param name="refused">The positions of the distinct keys that are refused.</param>
    /// <param name="batch">The batch.</param>
    public IReadOnlyList<int> PositionsOf(IReadOnlySet<int> refused, ReadOnlySpan<Transaction> batch)
    {
        var positions = new List<int>(refused.Count);
        for (var i = 0; i < _positions.Length; i++)
        {
            if (refused.Contains(_positions[i]) && batch[i].Route == Routes[_positions[i]])
            {
                positions.Add(i);
            }
        }

        return positions;
    }

    /// <summary>Assigns each transaction of the batch its outcome: all but the first with a key are replays.</summary>
    /// <param name="recorded">The outcome of each distinct key.</param>
    /// <param name="outcomes">Receives the outcome of each transaction.</param>
    public void Spread(RecordOutcome[] recorded, Span<RecordOutcome> outcomes)
    {
        var next = 0;
        for (var i = 0; i < _positions.Length; i++)
        {
            var isFirst = _positions[i] == next;
            next += isFirst ? 1 : 0;
            outcomes[i] = isFirst ? recorded[_positions[i]] : recorded[_positions[i]] with { IsReplay = true };
        }
    }
}
