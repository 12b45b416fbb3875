using Airside.Core.Transactions;

namespace Airside.Stores.Tests;

/// <summary>The expected content of a ledger in its simplest form: all counted transactions, in a dictionary.</summary>
public sealed class LedgerModel
{
    private readonly Dictionary<TransactionKey, RecordedTransaction> _recorded;
    private readonly Dictionary<FlightRoute, RouteModel> _routes;

    public LedgerModel()
        : this([], [])
    {
    }

    private LedgerModel(Dictionary<TransactionKey, RecordedTransaction> recorded, Dictionary<FlightRoute, RouteModel> routes) =>
        (_recorded, _routes) = (recorded, routes);

    /// <summary>The newest recording of each key.</summary>
    public IReadOnlyDictionary<TransactionKey, RecordedTransaction> Recorded => _recorded;

    public IReadOnlyDictionary<FlightRoute, RouteModel> Routes => _routes;

    public LedgerModel Copy() => new(new(_recorded), _routes.ToDictionary(pair => pair.Key, pair => pair.Value.Copy()));

    /// <summary>Checks each outcome of a batch and adds what it counted.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="outcomes">What the ledger returned.</param>
    /// <param name="now">The time of recording.</param>
    /// <param name="cutoff">Keys recorded before this moment may be forgotten, but need not be.</param>
    public void Apply(ReadOnlySpan<Transaction> batch, ReadOnlySpan<RecordOutcome> outcomes, DateTimeOffset now, DateTimeOffset cutoff)
    {
        for (var i = 0; i < batch.Length; i++)
        {
            var (route, key) = batch[i];
            var isKnown = _recorded.TryGetValue(key, out var first);
            if (isKnown && (first.At >= cutoff || outcomes[i].IsReplay))
            {
                Assert.Equal(new RecordOutcome(IsReplay: true, first.Route, first.Total), outcomes[i]);
                continue;
            }

            if (!_routes.TryGetValue(route, out var counts))
            {
                _routes[route] = counts = new RouteModel(now);
            }

            counts.Count(now);
            Assert.Equal(new RecordOutcome(IsReplay: false, route, counts.Total), outcomes[i]);
            _recorded[key] = new RecordedTransaction(route, counts.Total, now);
        }
    }
}

/// <summary>What was recorded for a key.</summary>
public readonly record struct RecordedTransaction(FlightRoute Route, long Total, DateTimeOffset At);

/// <summary>The counts of a route.</summary>
public sealed class RouteModel(DateTimeOffset firstAt)
{
    public long Total { get; private set; }

    public DateTimeOffset FirstAt { get; private set; } = firstAt;

    public DateTimeOffset LastAt { get; private set; } = firstAt;

    /// <summary>Transactions by the start of the hour.</summary>
    public SortedDictionary<DateTimeOffset, long> Hours { get; private init; } = [];

    public void Count(DateTimeOffset now)
    {
        Total++;
        FirstAt = now < FirstAt ? now : FirstAt;
        LastAt = now > LastAt ? now : LastAt;
        var hour = new DateTimeOffset(now.UtcDateTime.Date.AddHours(now.UtcDateTime.Hour), TimeSpan.Zero);
        Hours[hour] = Hours.GetValueOrDefault(hour) + 1;
    }

    public RouteModel Copy() => new(FirstAt) { Total = Total, LastAt = LastAt, Hours = new(Hours) };
}
