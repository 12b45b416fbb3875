using Airside.Core;
using Airside.Core.Transactions;
using Airside.Service.Airlines;

namespace Airside.Service.Streaming;

/// <summary>Reads the counts of the entire store for all viewers.</summary>
internal sealed class LiveCounts : IAsyncDisposable
{
    // The hours may cost much more than the totals. Past hours no longer change, and the current one is derived from the totals.
    private const int HoursKeptTimes = 60;

    private readonly ITransactionLedger _ledger;
    private readonly CurrentCatalog _catalog;
    private readonly TimeProvider _timeProvider;
    private readonly BackgroundReading<HoursRead> _hours;
    private readonly Lock _lock = new();
    private readonly RateMeter _rates;
    private volatile LedgerOverview? _latest;

    public LiveCounts(ITransactionLedger ledger, CurrentCatalog catalog, TimeProvider timeProvider, ILogger<LiveCounts> logger)
    {
        (_ledger, _catalog, _timeProvider, _rates) = (ledger, catalog, timeProvider, new RateMeter(timeProvider));
        _hours = new BackgroundReading<HoursRead>(
            (_, cancellationToken) => ReadHoursAsync(cancellationToken),
            "The hours of all routes",
            TimeSpan.FromMilliseconds(Limits.ReadingPauseMs),
            (TimeSpan.FromMilliseconds(Limits.StoreTimeoutMs), nameof(Limits.StoreTimeoutMs)),
            timeProvider,
            new BackgroundWork("hours of all routes", timeProvider, logger));
    }

    /// <summary>The totals read last, at most minutes ago, or null before the first read. For metrics, which must not wait.</summary>
    public LedgerOverview? Latest => _latest;

    /// <summary>Returns the counts, as old as the store permits.</summary>
    /// <exception cref="StoreUnavailableException">
    /// The store cannot be read, or its first read takes longer than a request waits.
    /// </exception>
    public async Task<CountsNow> ReadAsync(CancellationToken cancellationToken)
    {
        var now = _timeProvider.GetUtcNow();
        var overview = await _ledger.OverviewAsync(Limits.OverviewRowsMax, now.AddHours(-Limits.OverviewHours), cancellationToken);
        var hour = HistoryRange.Floor(now, HistoryBucket.Hour);

        // While they are read again, which may take long, those of the hour before may be shown.
        var (hours, _) = await _hours.GetAsync(
            isDue: (read, age) => read.Hour != hour || age >= overview.KeepFor * HoursKeptTimes,
            isTooOld: (read, _) => read.Hour < hour.AddHours(-1),
            cancellationToken);
        lock (_lock)
        {
            _latest = overview;
            _rates.Add(overview.Transactions, overview.AsOf);
            return Show(overview, hours);
        }
    }

    public ValueTask DisposeAsync() => _hours.DisposeAsync();

    private async Task<HoursRead> ReadHoursAsync(CancellationToken cancellationToken)
    {
        var now = _timeProvider.GetUtcNow();
        var hour = HistoryRange.Floor(now, HistoryBucket.Hour);
        var (points, transactions) = await _ledger.HoursOfAllAsync(hour.AddHours(1 - Limits.OverviewHours), now, cancellationToken);
        var counts = points.ToDictionary(point => point.Start, point => point.Transactions);
        return new HoursRead(hour, counts, transactions - counts.GetValueOrDefault(hour));
    }

    private CountsNow Show(LedgerOverview overview, HoursRead hours)
    {
        var airlines = _catalog.Current.Catalog;
        return new CountsNow(
            overview.AsOf,
            overview.Transactions,
            overview.Routes,
            overview.ActiveRoutes,
            _rates.Rates(),
            [.. overview.Busiest.Select(route => RouteNow.From(route, airlines))],
            AirlineNow.Busiest(overview.Designators, airlines),
            [.. overview.Latest.Select(route => RouteNow.From(route, airlines))],
            HoursOf(overview, hours),
            overview.Designators,
            overview.KeepFor);
    }

    private static HistoryPoint[] HoursOf(LedgerOverview overview, HoursRead hours)
    {
        var shown = new HistoryPoint[Limits.OverviewHours];
        for (var i = 0; i < shown.Length; i++)
        {
            var start = hours.Hour.AddHours(i + 1 - shown.Length);
            shown[i] = new HistoryPoint(start, hours.Counts.GetValueOrDefault(start));
        }

        shown[^1] = new HistoryPoint(hours.Hour, Math.Max(0, overview.Transactions - hours.Before));
        return shown;
    }

    /// <summary>The hours as read.</summary>
    /// <param name="Hour">Start of the hour in which they were read.</param>
    /// <param name="Counts">Transactions by the start of their hour.</param>
    /// <param name="Before">Total of all transactions before that hour.</param>
    private sealed record HoursRead(DateTimeOffset Hour, IReadOnlyDictionary<DateTimeOffset, long> Counts, long Before);
}
