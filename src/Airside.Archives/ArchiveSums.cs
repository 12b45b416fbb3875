using Airside.Core;
using Airside.Core.Airlines;
using Airside.Core.Transactions;

namespace Airside.Archives;

/// <summary>
/// Checks that the content of an archive is plausible: the days and hours of each route add up to its total, all of them and every key have
/// their route, keys fit into the totals, and nothing was recorded in the future. Entries come in archive order; memory grows only with the
/// number of routes.
/// </summary>
internal sealed class ArchiveSums(DateTimeOffset now)
{
    private const long CatalogLine = 2;

    private readonly Dictionary<FlightRoute, RouteSums> _routes = [];
    private readonly DateTimeOffset _latest = now.AddMilliseconds(Limits.ClockStepMs);
    private long _total;
    private bool _areHoursRead;

    /// <summary>Adds an entry.</summary>
    /// <exception cref="ArchiveFormatException">The entry contradicts those before it.</exception>
    public void Add(ArchiveEntry entry, long line)
    {
        switch (entry)
        {
            case RouteEntry route:
                Add(route.Summary, line);
                break;
            case DayEntry day:
                Add("day", day.Route, day.Day, HistoryBucket.Day, day.Transactions, line);
                break;
            case HourEntry hour:
                Add("hour", hour.Route, hour.Hour, HistoryBucket.Hour, hour.Transactions, line);
                break;
            case KeyEntry key:
                EndHours();
                Add(key, line);
                break;
        }
    }

    /// <summary>Completes the check at the end of the archive.</summary>
    /// <exception cref="ArchiveFormatException">Something is missing.</exception>
    public void End(AirlineCatalog? catalog)
    {
        EndHours();
        if (catalog is not null)
        {
            EnsureTime("loadedMs", catalog.LoadedAt, CatalogLine);
        }
    }

    private void Add(RouteSummary route, long line)
    {
        EnsureTime("lastMs", route.LastAt, line);
        if (route.Total > Limits.TransactionsMax - _total)
        {
            throw new ArchiveFormatException(
                line, $"the totals up to here exceed {nameof(Limits.TransactionsMax)}, {Limits.TransactionsMax}");
        }

        _total += route.Total;
        _routes[route.Route] = new RouteSums(route, line);
    }

    private void Add(string kind, FlightRoute route, DateTimeOffset start, HistoryBucket bucket, long transactions, long line)
    {
        var sums = SumsOf(route, line);
        if (start < HistoryRange.Floor(sums.Route.FirstAt, bucket) || start > sums.Route.LastAt)
        {
            throw new ArchiveFormatException(line, $"the {kind} is outside the first and last time of route {route}");
        }

        if (transactions > sums.Route.Total - sums.Counted)
        {
            throw new ArchiveFormatException(
                line, $"the days and hours of route {route} add up to more than its total {sums.Route.Total}");
        }

        sums.Counted += transactions;
    }

    private void Add(KeyEntry key, long line)
    {
        var sums = SumsOf(key.Route, line);
        EnsureTime("recordedMs", key.RecordedAt, line);
        if (key.RecordedAt < sums.Route.FirstAt || key.RecordedAt > sums.Route.LastAt)
        {
            throw new ArchiveFormatException(line, $"the key was recorded outside the first and last time of route {key.Route}");
        }

        if (key.Total > sums.Route.Total || ++sums.Keys > sums.Route.Total)
        {
            throw new ArchiveFormatException(
                line, $"route {key.Route} has {sums.Route.Total} transactions; the key does not fit into that total");
        }
    }

    /// <summary>Checks the sums of all routes, which are known after the last hour.</summary>
    private void EndHours()
    {
        if (_areHoursRead)
        {
            return;
        }

        _areHoursRead = true;
        foreach (var sums in _routes.Values)
        {
            if (sums.Counted != sums.Route.Total)
            {
                throw new ArchiveFormatException(
                    sums.Line,
                    $"the days and hours of route {sums.Route.Route} add up to {sums.Counted}, not to its total "
                    + $"{sums.Route.Total}");
            }
        }
    }

    private RouteSums SumsOf(FlightRoute route, long line) => _routes.TryGetValue(route, out var sums)
        ? sums
        : throw new ArchiveFormatException(line, $"route {route} has no line");

    private void EnsureTime(string property, DateTimeOffset time, long line)
    {
        if (time > _latest)
        {
            throw new ArchiveFormatException(
                line,
                $"{property} is {time:yyyy-MM-dd'T'HH:mm:ss'Z'}, more than {Limits.ClockStepMs / 60_000} minutes ahead of the local clock");
        }
    }

    private sealed class RouteSums(RouteSummary route, long line)
    {
        public RouteSummary Route { get; } = route;

        public long Line { get; } = line;

        /// <summary>Transactions of its days and hours so far.</summary>
        public long Counted { get; set; }

        public long Keys { get; set; }
    }
}
