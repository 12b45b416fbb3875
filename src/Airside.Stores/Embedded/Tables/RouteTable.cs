using System.Collections.Concurrent;
using Airside.Core;
using Airside.Core.Transactions;
using Airside.Stores.Shared;

namespace Airside.Stores.Embedded.Tables;

/// <summary>Totals per route and per route and hour. One thread writes, any number of threads read.</summary>
internal sealed class RouteTable
{
    private readonly ConcurrentDictionary<ulong, RouteCounts> _routes = new();
    private readonly RouteNames _names = new();
    private readonly RouteRanking _ranking = new();
    private int _count;
    private long _historyBytes;

    /// <summary>Returns how many routes a process may hold, from the memory that it may use, in bytes.</summary>
    public static int MaxOf(long memoryBytes) =>
        (int)Math.Min(Limits.RoutesMax, memoryBytes / 100 * Limits.RouteMemoryPercentMax / Limits.RouteBytes);

    /// <summary>Number of routes, including those that the batch in progress adds.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Memory of the days and ended hours of all routes when they were last loaded or rolled up, in bytes.</summary>
    public long HistoryBytes => Volatile.Read(ref _historyBytes);

    /// <summary>The hours of all routes together.</summary>
    public AllRoutes AllRoutes { get; } = new();

    /// <summary>All routes with at least one published transaction.</summary>
    public IEnumerable<RouteCounts> Routes => _routes.Select(pair => pair.Value).Where(counts => counts.Total > 0);

    /// <summary>Prepares pages and sums, after recovery or an import has filled the table.</summary>
    public void BuildIndexes()
    {
        _names.Load(Routes);
        _ranking.Load(_names.Sorted());
        AllRoutes.Load(_names.Sorted());
        Volatile.Write(ref _historyBytes, _names.Sorted().Sum(counts => (long)counts.PackedBytes));
    }

    /// <summary>Returns a page of the published routes. Its cost does not depend on how many others there are.</summary>
    public async ValueTask<IReadOnlyList<RouteSummary>> PageAsync(RouteQuery query, CancellationToken cancellationToken) => query switch
    {
        { Sort: RouteSort.Route } =>
            [.. OfAirline(query.Designator, query.After?.Route ?? default).Take(query.Limit).Select(counts => counts.Summary())],
        { Designator: { } designator } => query.Page(OfAirline(designator, after: default).Select(counts => counts.Summary())),
        _ => await _ranking.PageAsync(query.After, query.Limit, cancellationToken),
    };

    /// <inheritdoc cref="RouteRanking.OverviewAsync"/>
    public ValueTask<LedgerOverview> OverviewAsync(
        int limit, DateTimeOffset activeSince, DateTimeOffset asOf, CancellationToken cancellationToken) =>
        _ranking.OverviewAsync(limit, activeSince, asOf, cancellationToken);

    /// <summary>Shows readers what the batch in progress added to a route. Allocates no memory. For the writer.</summary>
    public void Publish(RouteCounts counts, long timeMs)
    {
        var isNew = counts.Total == 0;
        AllRoutes.Publish(counts.PendingTotal - counts.Total, HourCount.HourOf(timeMs));
        counts.Publish(timeMs);
        if (isNew)
        {
            _names.Add(counts);
        }

        _ranking.Note(counts);
    }

    /// <summary>Returns the counts of a route, or null for a route never seen.</summary>
    public RouteCounts? Find(FlightRoute route) => _routes.TryGetValue(route.Packed, out var counts) && counts.Total > 0 ? counts : null;

    /// <summary>Returns the counts of a route; creates them if it has none, unless the table is full; null then. For the writer.</summary>
    public RouteCounts? FindOrAdd(ulong packed, int routesMax) =>
        _routes.TryGetValue(packed, out var counts) ? counts : _count < routesMax ? GetOrAdd(packed) : null;

    /// <summary>Returns the counts of a route; creates them if it has none, however many there are. For recovery.</summary>
    /// <exception cref="InvalidDataException">The number is not a valid route.</exception>
    public RouteCounts GetOrAdd(ulong packed)
    {
        if (!_routes.TryGetValue(packed, out var counts))
        {
            if (!FlightRoute.TryFromPacked(packed, out var route))
            {
                throw new InvalidDataException($"0x{packed:x16} is not a valid route");
            }

            FaultPoint.Pass();
            counts = new RouteCounts(route);
            _routes[packed] = counts;
            Volatile.Write(ref _count, _count + 1);
        }

        return counts;
    }

    /// <summary>Turns old hours of all routes into days, and packs hours that have ended. For any thread.</summary>
    public void RollUp(long dayHour, long packHour, CancellationToken cancellationToken = default)
    {
        // First, so that it is known since when there are hours before one of a route is gone.
        AllRoutes.RollUp(dayHour, packHour);
        var bytes = 0L;
        foreach (var (_, counts) in _routes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            counts.RollUp(dayHour, packHour);
            bytes += counts.PackedBytes;
        }

        Volatile.Write(ref _historyBytes, bytes);
    }

    /// <summary>Removes a route without published transactions. For the writer.</summary>
    public void Remove(RouteCounts counts)
    {
        if (_routes.TryRemove(counts.Route.Packed, out _))
        {
            Volatile.Write(ref _count, _count - 1);
        }
    }

    /// <summary>Returns the routes of an airline designator, or all, that come after a name, in the order of their names.</summary>
    private IEnumerable<RouteCounts> OfAirline(string? designator, FlightRoute after)
    {
        var routes = _names.Sorted();

        // No stored name of an airline comes before its number 0.
        var first = FlightRoute.TryFromStored($"{designator}0", out var zero) ? zero : default;
        for (var i = IndexOf(routes, first, after); i < routes.Length; i++)
        {
            var route = routes[i].Route;
            if (designator is null || string.Equals(route.Designator, designator, StringComparison.Ordinal))
            {
                yield return routes[i];
            }
            else if (!route.ToString().StartsWith(designator, StringComparison.Ordinal))
            {
                yield break;
            }
        }
    }

    /// <summary>Returns the index of the first route at or after one name and after another.</summary>
    private static int IndexOf(RouteCounts[] routes, FlightRoute first, FlightRoute after)
    {
        var (low, high) = (0, routes.Length);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            var route = routes[middle].Route;
            (low, high) = route.CompareTo(first) < 0 || route.CompareTo(after) <= 0 ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}

internal sealed class RouteCounts(FlightRoute route) : RankedRoute(route)
{
    private readonly Lock _lock = new();
    private readonly RouteHistory _history = new();
    private bool _isNoted;
    private long _total;
    private long _firstMs;
    private long _lastMs;

    /// <inheritdoc/>
    public override long FirstMs => Volatile.Read(ref _firstMs);

    /// <summary>The route that became new before this one; for <see cref="RouteNames"/>.</summary>
    public RouteCounts? AddedBefore { get; set; }

    /// <summary>Whether this route is among the changed ones; for <see cref="RouteRanking"/>.</summary>
    public ref bool IsNoted => ref _isNoted;

    /// <summary>The route that changed before this one; for <see cref="RouteRanking"/>.</summary>
    public RouteCounts? NotedBefore { get; set; }

    /// <summary>Number of durable transactions. Read without a lock, so a read never waits.</summary>
    public long Total => Volatile.Read(ref _total);

    /// <summary>Number of transactions including the batch in progress. For the writer only.</summary>
    public long PendingTotal { get; set; }

    public RouteSummary Summary()
    {
        lock (_lock)
        {
            return new RouteSummary(
                Route, _total, DateTimeOffset.FromUnixTimeMilliseconds(_firstMs), DateTimeOffset.FromUnixTimeMilliseconds(_lastMs));
        }
    }

    /// <summary>Returns the total and the time of the last transaction, in Unix milliseconds.</summary>
    public (long Total, long LastMs) TotalAndLastMs()
    {
        lock (_lock)
        {
            return (_total, _lastMs);
        }
    }

    /// <summary>Returns the hours from one to another (exclusive), oldest first, without those that became days.</summary>
    public HourCount[] Hours(long fromHour, long toHour)
    {
        lock (_lock)
        {
            return [.. _history.Hours(fromHour, toHour)];
        }
    }

    /// <summary>Returns the days between two hours, complete, each by its first hour, oldest first.</summary>
    public HourCount[] Days(long fromHour, long toHour)
    {
        lock (_lock)
        {
            return [.. _history.Days(fromHour, toHour)];
        }
    }

    /// <summary>Returns the summary with all days and hours.</summary>
    public (RouteSummary Summary, PackedCounts Days, PackedCounts Hours) Capture()
    {
        lock (_lock)
        {
            var (days, hours) = _history.Capture();
            return (Summary(), days, hours);
        }
    }

    /// <inheritdoc cref="RouteHistory.PackedBytes"/>
    public int PackedBytes
    {
        get
        {
            lock (_lock)
            {
                return _history.PackedBytes;
            }
        }
    }

    /// <inheritdoc cref="RouteHistory.RollUp"/>
    public void RollUp(long dayHour, long packHour)
    {
        lock (_lock)
        {
            _history.RollUp(dayHour, packHour);
        }
    }

    /// <summary>Makes room for another hour, so publishing allocates no memory.</summary>
    public void Reserve()
    {
        lock (_lock)
        {
            _history.Reserve();
        }
    }

    /// <summary>Shows readers everything up to <see cref="PendingTotal"/>, recorded at the given time.</summary>
    public void Publish(long timeMs)
    {
        lock (_lock)
        {
            var added = checked(PendingTotal - _total);
            _history.Add(HourCount.HourOf(timeMs), added);
            _firstMs = _total == 0 ? timeMs : Math.Min(_firstMs, timeMs);
            _lastMs = Math.Max(_lastMs, timeMs);
            Volatile.Write(ref _total, PendingTotal);
        }
    }

    /// <summary>Loads counts from a snapshot or an import.</summary>
    public void Load(long total, long firstMs, long lastMs, PackedCounts days, PackedCounts hours)
    {
        lock (_lock)
        {
            _history.Load(days, hours);
            (_firstMs, _lastMs) = (firstMs, lastMs);
            PendingTotal = total;
            Volatile.Write(ref _total, total);
        }
    }

    /// <summary>Reverts what the batch in progress added.</summary>
    public void Rollback() => PendingTotal = _total;
}
