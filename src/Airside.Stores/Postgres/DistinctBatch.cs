using Airside.Core.Transactions;

namespace Airside.Stores.Postgres;

/// <summary>A batch whose repeated keys are settled in memory: what is sent of it, and where the answers go.</summary>
internal sealed class DistinctBatch
{
    private readonly FlightRoute[] _routes;
    private readonly int[] _sentAt;

    private DistinctBatch(string[] keys, FlightRoute[] routes, int[] sentAt)
    {
        Keys = keys;
        _routes = routes;
        _sentAt = sentAt;
        Routes = Array.ConvertAll(routes, route => route.ToString());
    }

    /// <summary>The keys, all different, in the order of the batch.</summary>
    public string[] Keys { get; }

    /// <summary>The route of each key.</summary>
    public string[] Routes { get; }

    /// <summary>Takes each key of a batch once, with the route that it came with first.</summary>
    public static DistinctBatch Of(ReadOnlySpan<Transaction> batch)
    {
        var positions = new Dictionary<TransactionKey, int>(batch.Length);
        var keys = new List<string>(batch.Length);
        var routes = new List<FlightRoute>(batch.Length);
        var sentAt = new int[batch.Length];
        for (var i = 0; i < batch.Length; i++)
        {
            if (!positions.TryGetValue(batch[i].Key, out var position))
            {
                position = keys.Count;
                positions.Add(batch[i].Key, position);
                keys.Add(batch[i].Key.ToString());
                routes.Add(batch[i].Route);
            }

            sentAt[i] = position;
        }

        return new DistinctBatch([.. keys], [.. routes], sentAt);
    }

    /// <summary>The route of the key at a position.</summary>
    public FlightRoute RouteAt(int position) => _routes[position];

    /// <summary>Gives each transaction of the batch its outcome: all but the first of a key are repeats.</summary>
    public void Spread(ReadOnlySpan<Transaction> batch, RecordOutcome[] recorded, Span<RecordOutcome> outcomes)
    {
        var next = 0;
        for (var i = 0; i < batch.Length; i++)
        {
            var isFirst = _sentAt[i] == next;
            next += isFirst ? 1 : 0;
            outcomes[i] = isFirst ? recorded[_sentAt[i]] : recorded[_sentAt[i]] with { IsReplay = true };
        }
    }
}
