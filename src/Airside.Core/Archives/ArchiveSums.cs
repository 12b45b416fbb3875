using Airside.Core.Airlines;
using Airside.Core.Transactions;

namespace Airside.Core.Archives;

/// <summary>
/// Checks that what an archive says can be: the hours of each route add up to its total, every hour and key has its route, keys fit into
/// the totals, and nothing was recorded in the future. Entries come in the order of the archive; its memory grows with the routes alone.
/// </summary>
/// <param name="now">The present time.</param>
internal sealed class ArchiveSums(DateTimeOffset now)
{
    private const long CatalogLine = 2;

    private readonly Dictionary<FlightRoute, RouteSums> _routes = [];
    private readonly DateTimeOffset _latest = now.AddMilliseconds(Limits.ClockStepMs);
    private long _total;
    private bool _areHoursRead;

    /// <summary>Takes an entry.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="line">Number of its line.</param>
    /// <exception cref="ArchiveFormatException">It does not fit to what came before it.</exception>
    public void Add(ArchiveEntry entry, long line)
    {
        switch (entry)
        {
            case RouteEntry route:
                Add(route.Summary, line);
                break;
            case HourEntry hour:
                Add(hour, line);
                break;
            case KeyEntry key:
                EndHours();
                Add(key, line);
                break;
        }
    }

    /// <summary>Takes the end of the archive.</summary>
    /// <param name="catalog">Its airline catalog, or null.</param>
    /// <exception cref="ArchiveFormatException">Something is missing.</exception>
    public void End(AirlineCatalog? catalog)
    {
        EndHours();
        if (catalog is not null)
        {
            DemandTime("loadedMs", catalog.LoadedAt, CatalogLine);
        }
    }

    private void Add(RouteSummary route, long line)
    {
        DemandTime("lastMs", route.LastAt, line);
        if (route.Total > Limits.TransactionsMax - _total)
        {
            throw new ArchiveFormatException(
                line, $"the totals up to here add up to more than {nameof(Limits.TransactionsMax)}, {Limits.TransactionsMax}");
        }

        _total += route.Total;
        _routes[route.Route] = new RouteSums(route, line);
    }

    private void Add(HourEntry hour, long line)
    {
        var sums = SumsOf(hour.Route, line);
        if (hour.Hour < HistoryRange.Floor(sums.Route.FirstAt, HistoryBucket.Hour) || hour.Hour > sums.Route.LastAt)
        {
            throw new ArchiveFormatException(line, $"the hour lies outside the first and last time of route {hour.Route}");
        }

        if (hour.Transactions > sums.Route.Total - sums.Hours)
        {
            throw new ArchiveFormatException(
                line, $"the hours of route {hour.Route} add up to more than its total {sums.Route.Total}");
        }

        sums.Hours += hour.Transactions;
    }

    private void Add(KeyEntry key, long line)
    {
        var sums = SumsOf(key.Route, line);
        DemandTime("recordedMs", key.RecordedAt, line);
        if (key.RecordedAt < sums.Route.FirstAt || key.RecordedAt > sums.Route.LastAt)
        {
            throw new ArchiveFormatException(line, $"the key was recorded outside the first and last time of route {key.Route}");
        }

        if (key.Total > sums.Route.Total || ++sums.Keys > sums.Route.Total)
        {
            throw new ArchiveFormatException(
                line, $"route {key.Route} has {sums.Route.Total} transactions; the key does not fit into them");
        }
    }

    /// <summary>Behind the last hour the sums of all routes are known.</summary>
    private void EndHours()
    {
        if (_areHoursRead)
        {
            return;
        }

        _areHoursRead = true;
        foreach (var sums in _routes.Values)
        {
            if (sums.Hours != sums.Route.Total)
            {
                throw new ArchiveFormatException(
                    sums.Line, $"the hours of route {sums.Route.Route} add up to {sums.Hours}, not to its total {sums.Route.Total}");
            }
        }
    }

    private RouteSums SumsOf(FlightRoute route, long line) => _routes.TryGetValue(route, out var sums)
        ? sums
        : throw new ArchiveFormatException(line, $"there is no line for route {route}");

    private void DemandTime(string property, DateTimeOffset time, long line)
    {
        if (time > _latest)
        {
            throw new ArchiveFormatException(
                line,
                $"{property} is {time:yyyy-MM-dd'T'HH:mm:ss'Z'}, more than {Limits.ClockStepMs / 60_000} minutes ahead of the clock here");
        }
    }

    private sealed class RouteSums(RouteSummary route, long line)
    {
        public RouteSummary Route { get; } = route;

        public long Line { get; } = line;

        public long Hours { get; set; }

        public long Keys { get; set; }
    }
}
