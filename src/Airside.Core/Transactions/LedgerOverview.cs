namespace Airside.Core.Transactions;

/// <summary>An overview of the entire ledger.</summary>
/// <param name="Transactions">Number of transactions of all routes.</param>
/// <param name="Routes">Number of routes with a transaction.</param>
/// <param name="ActiveRoutes">Number of routes with a transaction since the requested moment.</param>
/// <param name="Busiest">The busiest routes, highest total first, then by name.</param>
/// <param name="Latest">The routes that changed last, newest first, then by name.</param>
/// <param name="Designators">The busiest airline designators, highest total first, at most <see cref="Limits.PageSizeMax"/>.</param>
/// <param name="AsOf">It includes every transaction that was acknowledged before this moment.</param>
/// <param name="KeepFor">After how long a newer one is available: how often to request it while someone is viewing it.</param>
public sealed record LedgerOverview(
    long Transactions,
    int Routes,
    int ActiveRoutes,
    IReadOnlyList<RouteSummary> Busiest,
    IReadOnlyList<RouteSummary> Latest,
    IReadOnlyList<DesignatorTotal> Designators,
    DateTimeOffset AsOf,
    TimeSpan KeepFor);

/// <summary>The sums of the routes of one airline designator.</summary>
/// <param name="Designator">The designator, two or three letters or digits.</param>
/// <param name="Total">Number of transactions of its routes.</param>
/// <param name="Routes">Number of its routes.</param>
public sealed record DesignatorTotal(string Designator, long Total, int Routes);
