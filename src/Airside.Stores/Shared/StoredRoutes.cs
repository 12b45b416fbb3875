using Airside.Core;
using Airside.Core.Transactions;

namespace Airside.Stores.Shared;

/// <summary>
/// The routes of a shared store in memory, as they were when they were read. Any number of threads read while one applies.
/// </summary>
internal sealed class StoredRoutes
{
    /// <summary>Routes that are applied at a time, so that readers between them wait for less than a millisecond.</summary>
    private const int Together = 256;

    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, StoredRoute> _routes;
    private readonly RankedRoutes<StoredRoute> _ranked = new();

    private StoredRoutes(StoredRoute[] byName)
    {
        _routes = byName.ToDictionary(route => route.Route.Packed);
        _ranked.Load(byName);
    }

    /// <summary>Number of routes.</summary>
    public int Count => _ranked.Count;

    /// <summary>Sum of their totals.</summary>
    public long Transactions => _ranked.Transactions;

    /// <summary>Starts with all routes of a store, in any order.</summary>
    public static StoredRoutes From(IReadOnlyCollection<StoredRoute> routes)
    {
        var byName = routes.ToArray();
        Array.Sort(Array.ConvertAll(byName, route => route.Route.Packed), byName);
        return new StoredRoutes(byName);
    }

    /// <summary>Checks that the memory of the process holds so many routes.</summary>
    /// <exception cref="StoreUnavailableException">It does not.</exception>
    public static void EnsureFit(int count)
    {
        var availableBytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (count > availableBytes / 100 * Limits.RankingMemoryPercentMax / Limits.RankedRouteBytes)
        {
            throw new StoreUnavailableException(
                $"The ranking of the routes does not fit into memory: the store has {count} routes or more, each takes "
                + $"{Limits.RankedRouteBytes} bytes ({nameof(Limits.RankedRouteBytes)}), and the ranking may use "
                + $"{Limits.RankingMemoryPercentMax} % ({nameof(Limits.RankingMemoryPercentMax)}) of the {availableBytes} bytes of the "
                + "process. Give it more memory. Until then, lists by total and the overview are unavailable; everything else goes on.");
        }
    }

    /// <summary>Applies routes that were read later; those that have not changed may be among them.</summary>
    public void Apply(IReadOnlyCollection<StoredRoute> routes)
    {
        foreach (var some in routes.Chunk(Together))
        {
            lock (_lock)
            {
                foreach (var read in some)
                {
                    Apply(read);
                }
            }
        }
    }

    /// <inheritdoc cref="RankedRoutes{T}.Page"/>
    public RouteSummary[] Page(RoutePosition? after, int limit)
    {
        lock (_lock)
        {
            return _ranked.Page(after, limit);
        }
    }

    /// <inheritdoc cref="RankedRoutes{T}.Overview"/>
    public LedgerOverview Overview(int limit, DateTimeOffset activeSince, DateTimeOffset asOf, TimeSpan keepFor)
    {
        lock (_lock)
        {
            return _ranked.Overview(limit, activeSince, asOf, keepFor);
        }
    }

    private void Apply(StoredRoute read)
    {
        if (_routes.TryGetValue(read.Route.Packed, out var route))
        {
            route.SetFirst(read.FirstMs);
            _ranked.Set(route, read.RankedTotal, read.RankedLastMs);
        }
        else
        {
            var added = new StoredRoute(read.Route, 0, read.FirstMs, RankedRoute.NoTime);
            _ranked.Set(added, read.RankedTotal, read.RankedLastMs);
            _routes.Add(read.Route.Packed, added);
        }
    }
}

/// <summary>A route as a shared store has it.</summary>
internal sealed class StoredRoute : RankedRoute
{
    private long _firstMs;

    public StoredRoute(FlightRoute route, long total, long firstMs, long lastMs)
        : base(route) => (RankedTotal, _firstMs, RankedLastMs) = (total, firstMs, lastMs);

    /// <inheritdoc/>
    public override long FirstMs => _firstMs;

    public static StoredRoute From(RouteSummary route) => new(
        route.Route, route.Total, route.FirstAt.ToUnixTimeMilliseconds(), route.LastAt.ToUnixTimeMilliseconds());

    /// <summary>Changes the time of the first transaction, in Unix milliseconds: a clock that was set back makes it earlier.</summary>
    public void SetFirst(long firstMs) => _firstMs = firstMs;
}
