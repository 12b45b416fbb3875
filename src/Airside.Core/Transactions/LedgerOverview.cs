namespace Airside.Core.Transactions;

/// <summary>The whole ledger at a glance.</summary>
/// <param name="Transactions">Number of transactions of all routes.</param>
/// <param name="Routes">Number of routes with a transaction.</param>
/// <param name="ActiveRoutes">Number of routes with a transaction since the moment that was asked for.</param>
/// <param name="Busiest">The busiest routes, highest total first, then by name.</param>
/// <param name="Latest">The routes that changed last, newest first, then by name.</param>
/// <param name="Designators">The busiest airline designators, highest total first, at most <see cref="Limits.PageSizeMax"/>.</param>
/// <param name="KeepFor">How long to keep this before asking again, so that looking costs the store little.</param>
public sealed record LedgerOverview(
    long Transactions,
    int Routes,
    int ActiveRoutes,
    IReadOnlyList<RouteSummary> Busiest,
    IReadOnlyList<RouteSummary> Latest,
    IReadOnlyList<DesignatorTotal> Designators,
    TimeSpan KeepFor)
{
    /// <summary>Sums up all routes.</summary>
    /// <param name="routes">Each route once.</param>
    /// <param name="limit">Most routes in each of the two lists of routes.</param>
    /// <param name="activeSince">A route is active when it changed at this moment or later.</param>
    /// <param name="keepFor">How long to keep the overview, by the number of routes.</param>
    public static LedgerOverview Of(
        IReadOnlyCollection<RouteSummary> routes, int limit, DateTimeOffset activeSince, Func<int, TimeSpan> keepFor) => new(
            routes.Sum(route => route.Total),
            routes.Count,
            routes.Count(route => route.LastAt >= activeSince),
            [.. routes.OrderByDescending(route => route.Total).ThenBy(route => route.Route).Take(limit)],
            [.. routes.OrderByDescending(route => route.LastAt).ThenBy(route => route.Route).Take(limit)],
            [
                .. routes.GroupBy(route => route.Route.Designator, StringComparer.Ordinal)
                    .Select(group => new DesignatorTotal(group.Key, group.Sum(route => route.Total), group.Count()))
                    .OrderByDescending(designator => designator.Total).ThenBy(designator => designator.Designator, StringComparer.Ordinal)
                    .Take(Limits.PageSizeMax),
            ],
            keepFor(routes.Count));
}

/// <summary>What the routes of one airline designator come to.</summary>
/// <param name="Designator">The designator, two or three letters or digits.</param>
/// <param name="Total">Number of transactions of its routes.</param>
/// <param name="Routes">Number of its routes.</param>
public sealed record DesignatorTotal(string Designator, long Total, int Routes);
