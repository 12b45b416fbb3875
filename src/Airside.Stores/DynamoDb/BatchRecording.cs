using System.Collections.Concurrent;
using System.Security.Cryptography;
using Airside.Core;
using Airside.Core.Transactions;
using Airside.Stores.Shared;

namespace Airside.Stores.DynamoDb;

/// <summary>One call to the ledger that records a batch.</summary>
internal sealed class BatchRecording(DistinctBatch batch, DateTimeOffset now, TimeSpan window)
{
    private readonly ConcurrentDictionary<FlightRoute, bool> _created = new();

    /// <summary>The outcome of each distinct key.</summary>
    public RecordOutcome[] Outcomes { get; } = new RecordOutcome[batch.Keys.Length];

    /// <summary>Identifies the call in the items of its keys.</summary>
    public string Id { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    /// <summary>Time of the call, in Unix milliseconds.</summary>
    public long AtMs { get; } = now.ToUnixTimeMilliseconds();

    /// <summary>The hour that the batch counts for.</summary>
    public DateTimeOffset Hour { get; } = HistoryRange.Floor(now, HistoryBucket.Hour);

    /// <summary>Minimum time for which its keys are remembered.</summary>
    public TimeSpan Window { get; } = window;

    /// <summary>
    /// A key recorded before this time, in Unix milliseconds, has left the window. Clocks of processes may differ slightly, and no process
    /// may forget a key that another one remembers.
    /// </summary>
    public long RememberedSinceMs { get; } = (now - window).ToUnixTimeMilliseconds() - Limits.ClockStepMs;

    /// <summary>Notes that this call has created a route, or may have.</summary>
    public void NoteCreated(FlightRoute route) => _created[route] = true;

    public bool MayHaveCreated(FlightRoute route) => _created.ContainsKey(route);

    /// <summary>Returns whether a key is still in the window.</summary>
    public bool IsRemembered(KeyItem item) => item.RecordedAtMs >= RememberedSinceMs;

    public FlightRoute RouteAt(int index) => batch.Routes[index];

    public TransactionKey KeyAt(int index) => batch.Keys[index];

    public void SetRecorded(int index, FlightRoute route, long total) =>
        Outcomes[index] = new RecordOutcome(IsReplay: false, route, total);

    /// <summary>Settles a transaction whose key is in the table, recorded by this call or before.</summary>
    public void SetKnown(int index, KeyItem item) =>
        Outcomes[index] = new RecordOutcome(IsReplay: item.Recording != Id, item.Route, item.Total);

    /// <summary>Returns the positions of the distinct keys by route, in batch order.</summary>
    public IReadOnlyCollection<IGrouping<FlightRoute, int>> ByRoute() =>
        [.. Enumerable.Range(0, batch.Keys.Length).GroupBy(position => batch.Routes[position])];
}
