using Airside.Core;
using Airside.Core.Airlines;
using Airside.Core.Transactions;
using Airside.Service.Airlines;

namespace Airside.Service.Dashboard.Live;

/// <summary>
/// Reads the counts of the whole store for everyone who looks: one read at a time, kept as long as the store says.
/// </summary>
internal sealed class LiveCounts(ITransactionLedger ledger, CurrentCatalog catalog, TimeProvider timeProvider) : IDisposable
{
    // The hours cost more than the totals and change only at their end, but for the present one, which follows from the totals.
    private const int HoursKeptTimes = 60;

    private readonly SemaphoreSlim _reading = new(1);
    private readonly RateMeter _rates = new(timeProvider);
    private (long Begun, LedgerOverview Overview, HoursRead Hours)? _last;
    private volatile LedgerOverview? _latest;

    /// <summary>The totals that were read last, at most minutes ago, or null before the first. For metrics, which must not wait.</summary>
    public LedgerOverview? Latest => _latest;

    /// <summary>
    /// The counts, with everything that was recorded before the call, or at least before the time for which the store's answer is kept.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store cannot be read.</exception>
    public async Task<CountsNow> ReadAsync(CancellationToken cancellationToken)
    {
        var asked = timeProvider.GetTimestamp();
        await _reading.WaitAsync(cancellationToken);
        try
        {
            var now = timeProvider.GetUtcNow();
            if (_last is not { } last || (last.Begun < asked && timeProvider.GetElapsedTime(last.Begun) >= last.Overview.KeepFor))
            {
                var begun = timeProvider.GetTimestamp();
                var overview = await ledger.OverviewAsync(
                    Limits.OverviewRowsMax, now.AddHours(-Limits.OverviewHours), cancellationToken);
                _latest = overview;
                _rates.Add(overview.Transactions);
                _last = last = (begun, overview, await HoursAsync(overview, now, cancellationToken));
            }

            return Show(last.Overview, last.Hours, now);
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _reading.Dispose();

    private async Task<HoursRead> HoursAsync(LedgerOverview overview, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var hour = HistoryRange.Floor(now, HistoryBucket.Hour);
        if (_last is { } last && last.Hours.Hour == hour
            && timeProvider.GetElapsedTime(last.Hours.Begun) < last.Overview.KeepFor * HoursKeptTimes)
        {
            return last.Hours;
        }

        var begun = timeProvider.GetTimestamp();
        var points = await ledger.HoursOfAllAsync(hour.AddHours(1 - Limits.OverviewHours), now, cancellationToken);
        var counts = points.ToDictionary(point => point.Start, point => point.Transactions);
        return new HoursRead(begun, hour, counts, overview.Transactions - counts.GetValueOrDefault(hour));
    }

    private CountsNow Show(LedgerOverview overview, HoursRead hours, DateTimeOffset now)
    {
        var airlines = catalog.Current.Catalog;
        return new CountsNow(
            now,
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

    /// <summary>The hours as they were read.</summary>
    /// <param name="Begun">Timestamp of the read.</param>
    /// <param name="Hour">Start of the hour in which they were read.</param>
    /// <param name="Counts">Transactions by the start of their hour.</param>
    /// <param name="Before">Total of all transactions before that hour.</param>
    private sealed record HoursRead(long Begun, DateTimeOffset Hour, IReadOnlyDictionary<DateTimeOffset, long> Counts, long Before);
}
