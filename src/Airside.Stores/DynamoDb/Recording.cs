using System.Security.Cryptography;
using Airside.Core;
using Airside.Core.Transactions;

namespace Airside.Stores.DynamoDb;

/// <summary>One call of the ledger to record a batch.</summary>
internal sealed class Recording(ReadOnlyMemory<Transaction> batch, Memory<RecordOutcome> outcomes, DateTimeOffset now, TimeSpan window)
{
    private readonly List<(int Repeat, int First)> _repeats = [];

    /// <summary>Names the call in the items of its keys.</summary>
    public string Id { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    /// <summary>When, in Unix milliseconds.</summary>
    public long AtMs { get; } = now.ToUnixTimeMilliseconds();

    /// <summary>The hour that the batch counts for.</summary>
    public DateTimeOffset Hour { get; } = HistoryRange.Floor(now, HistoryBucket.Hour);

    /// <summary>How long its keys are remembered at least.</summary>
    public TimeSpan Window { get; } = window;

    /// <summary>
    /// A key that was recorded before this moment, in Unix milliseconds, has left the window. Clocks of processes may differ a little, and
    /// none must forget a key that another one remembers.
    /// </summary>
    public long RememberedSinceMs { get; } = (now - window).ToUnixTimeMilliseconds() - Limits.ClockStepMs;

    public TransactionKey KeyAt(int index) => batch.Span[index].Key;

    public void SetRecorded(int index, FlightRoute route, long total) =>
        outcomes.Span[index] = new RecordOutcome(IsReplay: false, route, total);

    /// <summary>Settles a transaction whose key is in the table: by this call, or before.</summary>
    public void SetKnown(int index, KeyItem item) =>
        outcomes.Span[index] = new RecordOutcome(IsReplay: item.Recording != Id, item.Route, item.Total);

    /// <summary>The places of the batch by route, in their order, without keys that occur a second time.</summary>
    public IReadOnlyCollection<KeyValuePair<FlightRoute, List<int>>> ByRoute()
    {
        var routes = new Dictionary<FlightRoute, List<int>>();
        var firsts = new Dictionary<TransactionKey, int>(batch.Length);
        for (var i = 0; i < batch.Length; i++)
        {
            var (route, key) = batch.Span[i];
            if (!firsts.TryAdd(key, i))
            {
                _repeats.Add((i, firsts[key]));
                continue;
            }

            if (!routes.TryGetValue(route, out var places))
            {
                routes[route] = places = [];
            }

            places.Add(i);
        }

        return routes;
    }

    /// <summary>Answers the keys that occur a second time as the first was answered.</summary>
    public void SettleRepeats()
    {
        foreach (var (repeat, first) in _repeats)
        {
            outcomes.Span[repeat] = outcomes.Span[first] with { IsReplay = true };
        }
    }
}
