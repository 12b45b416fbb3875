using Airside.Core;
using Airside.Core.Transactions;
using Airside.Service.Airlines;

namespace Airside.Service.Streaming;

/// <summary>Reads the counts of the entire store for all viewers.</summary>
internal sealed class LiveCounts(ITransactionLedger ledger, CurrentCatalog catalog, TimeProvider timeProvider) : IDisposable
{
    // The hours may cost much more than the totals. Past hours no longer change, and the current one is derived from the totals.
    private const int HoursKeptTimes = 60;

    private static readonly TimeSpan WaitMax = TimeSpan.FromMilliseconds(Limits.StoreTimeoutMs);

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _disposing = new();
    private readonly RateMeter _rates = new(timeProvider);
    private Task<HoursRead>? _reading;
    private HoursRead? _hours;
    private volatile LedgerOverview? _latest;

    /// <summary>The totals read last, at most minutes ago, or null before the first read. For metrics, which must not wait.</summary>
    public LedgerOverview? Latest => _latest;

    /// <summary>Returns the counts, as old as the store permits.</summary>
    /// <exception cref="StoreUnavailableException">
    /// The store cannot be read, or its first read takes longer than a request waits.
    /// </exception>
    public async Task<CountsNow> ReadAsync(CancellationToken cancellationToken)
    {
        var now = timeProvider.GetUtcNow();
        var overview = await ledger.OverviewAsync(Limits.OverviewRowsMax, now.AddHours(-Limits.OverviewHours), cancellationToken);
        var hours = await HoursAsync(overview.KeepFor, now, cancellationToken);
        lock (_lock)
        {
            _latest = overview;
            _rates.Add(overview.Transactions, overview.AsOf);
            return Show(overview, hours);
        }
    }

    public void Dispose()
    {
        _disposing.Cancel();
        _disposing.Dispose();
    }

    /// <summary>Returns the hours, the last ones while newer ones are read: reading them may take long.</summary>
    private async Task<HoursRead> HoursAsync(TimeSpan keepFor, DateTimeOffset now, CancellationToken cancellationToken)
    {
        Task<HoursRead> reading;
        var hour = HistoryRange.Floor(now, HistoryBucket.Hour);
        lock (_lock)
        {
            if (_hours is { } known && known.Hour == hour && timeProvider.GetElapsedTime(known.Begun) < keepFor * HoursKeptTimes)
            {
                return known;
            }

            if (_hours is null && _reading is { IsFaulted: true })
            {
                // Its failure was told to those who waited for it.
                _reading = null;
            }

            reading = _reading ??= ReadHoursAsync(hour, now);
            if (reading.IsCompleted)
            {
                _reading = null;
            }
            else if (_hours is { } last && IsShown(last, hour))
            {
                return last;
            }
        }

        try
        {
            var hours = await reading.WaitAsync(WaitMax, timeProvider, cancellationToken);
            _hours = hours;

            // They may have been read for viewers who have left since.
            return IsShown(hours, hour) ? hours : await HoursAsync(keepFor, now, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new StoreUnavailableException(
                $"The hours of all routes are being read. Requests wait for {WaitMax.TotalMilliseconds} ms "
                + $"({nameof(Limits.StoreTimeoutMs)}). Try again in a few seconds.");
        }
    }

    /// <summary>Returns whether hours may be shown while newer ones are read: those of the hour before at most.</summary>
    private static bool IsShown(HoursRead hours, DateTimeOffset hour) => hours.Hour >= hour.AddHours(-1);

    private async Task<HoursRead> ReadHoursAsync(DateTimeOffset hour, DateTimeOffset now)
    {
        var begun = timeProvider.GetTimestamp();
        var (points, transactions) = await ledger.HoursOfAllAsync(hour.AddHours(1 - Limits.OverviewHours), now, _disposing.Token);
        var counts = points.ToDictionary(point => point.Start, point => point.Transactions);
        return new HoursRead(begun, hour, counts, transactions - counts.GetValueOrDefault(hour));
    }

    private CountsNow Show(LedgerOverview overview, HoursRead hours)
    {
        var airlines = catalog.Current.Catalog;
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
    /// <param name="Begun">Timestamp of the read.</param>
    /// <param name="Hour">Start of the hour in which they were read.</param>
    /// <param name="Counts">Transactions by the start of their hour.</param>
    /// <param name="Before">Total of all transactions before that hour.</param>
    private sealed record HoursRead(long Begun, DateTimeOffset Hour, IReadOnlyDictionary<DateTimeOffset, long> Counts, long Before);
}
