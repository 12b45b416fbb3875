using Airside.Core;
using Airside.Core.Transactions;

namespace Airside.Stores.Shared;

/// <summary>
/// Routes by total and by the time of their last transaction, and their sums: everything that pages by total and the overview show. Not
/// thread-safe.
/// </summary>
internal sealed class RankedRoutes<T>
    where T : RankedRoute
{
    private readonly RouteOrder<T> _byTotal = new(route => route.RankedTotal);
    private readonly RouteOrder<T> _byTime = new(route => route.RankedLastMs);
    private readonly Dictionary<ulong, DesignatorSum> _designators = [];

    /// <summary>Number of ranked routes.</summary>
    public int Count { get; private set; }

    /// <summary>Sum of their totals.</summary>
    public long Transactions { get; private set; }

    /// <summary>Starts with routes that have the values by which they are ranked.</summary>
    /// <param name="byName">The routes by name.</param>
    public void Load(T[] byName)
    {
        _byTotal.Load(byName);
        _byTime.Load(byName);
        foreach (var route in byName)
        {
            AddToSums(route, SumOf(route), 1);
        }
    }

    /// <summary>
    /// Changes the values of a route, or adds it. If this runs out of memory, the route may be missing until it is called again.
    /// </summary>
    /// <param name="route">The route.</param>
    /// <param name="total">Its total, at least 1.</param>
    /// <param name="lastMs">The time of its last transaction, in Unix milliseconds.</param>
    public void Set(T route, long total, long lastMs)
    {
        if (route.RankedLastMs != lastMs)
        {
            if (route.RankedLastMs != RankedRoute.NoTime)
            {
                _byTime.Remove(route);
                route.RankedLastMs = RankedRoute.NoTime;
            }

            _byTime.Add(route, lastMs);
            route.RankedLastMs = lastMs;
        }

        if (route.RankedTotal != total)
        {
            var sum = SumOf(route);
            if (route.RankedTotal > 0)
            {
                _byTotal.Remove(route);
                AddToSums(route, sum, -1);
                route.RankedTotal = 0;
            }

            _byTotal.Add(route, total);
            route.RankedTotal = total;
            AddToSums(route, sum, 1);
        }
    }

    /// <summary>Returns the routes after a position, or the first ones, by total.</summary>
    public RouteSummary[] Page(RoutePosition? after, int limit) =>
        [.. _byTotal.After(after?.Total, after?.Route ?? default).Take(limit).Select(route => route.Ranked())];

    /// <summary>Returns the overview of the routes.</summary>
    /// <param name="limit">Most routes in each of its lists of routes.</param>
    /// <param name="activeSince">A route is active if it changed at this moment or later.</param>
    /// <param name="asOf">The moment of the values by which the routes are ranked.</param>
    /// <param name="keepFor">After how long a newer one is available.</param>
    public LedgerOverview Overview(int limit, DateTimeOffset activeSince, DateTimeOffset asOf, TimeSpan keepFor) => new(
        Transactions,
        Count,
        _byTime.CountFrom(MillisecondsFrom(activeSince)),
        Page(after: null, limit),
        [.. _byTime.After(number: null, default).Take(limit).Select(route => route.Ranked())],
        [
            .. _designators.Values.Where(sum => sum.Routes > 0)
                .OrderByDescending(sum => sum.Total).ThenBy(sum => sum.Designator, StringComparer.Ordinal)
                .Take(Limits.PageSizeMax)
                .Select(sum => new DesignatorTotal(sum.Designator, sum.Total, sum.Routes)),
        ],
        asOf,
        keepFor);

    /// <summary>Returns the first whole millisecond of the Unix epoch at or after a moment.</summary>
    private static long MillisecondsFrom(DateTimeOffset moment)
    {
        var whole = moment.ToUnixTimeMilliseconds();
        return DateTimeOffset.FromUnixTimeMilliseconds(whole) < moment ? whole + 1 : whole;
    }

    private DesignatorSum SumOf(T route)
    {
        if (!_designators.TryGetValue(route.Route.PackedDesignator, out var sum))
        {
            FaultPoint.Pass();
            _designators.Add(route.Route.PackedDesignator, sum = new DesignatorSum(route.Route.Designator));
        }

        return sum;
    }

    /// <summary>Adds a route with its ranked total to the sums, or takes it from them.</summary>
    private void AddToSums(T route, DesignatorSum sum, int sign)
    {
        Count += sign;
        Transactions += sign * route.RankedTotal;
        sum.Routes += sign;
        sum.Total += sign * route.RankedTotal;
    }

    private sealed class DesignatorSum(string designator)
    {
        public string Designator => designator;

        public long Total { get; set; }

        public int Routes { get; set; }
    }
}
