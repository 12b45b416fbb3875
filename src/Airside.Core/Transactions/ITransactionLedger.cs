namespace Airside.Core.Transactions;

/// <summary>
/// The store of transactions: keys, totals per route, totals per route and hour. Reads may run at any time and in any
/// number; they see every transaction whose <see cref="RecordAsync"/> has returned.
/// </summary>
public interface ITransactionLedger
{
    /// <summary>How long a key is remembered at least.</summary>
    TimeSpan KeyWindow { get; }

    /// <summary>Why transactions cannot be recorded at present, or null when they can.</summary>
    string? WriteFault { get; }

    /// <summary>
    /// Makes a batch durable in one commit. Transactions count in the order of the batch; a key that occurs twice in it counts
    /// once. When this returns, all of the batch is on stable storage; when it throws, none of it is acknowledged and
    /// the same batch may be sent again.
    /// </summary>
    /// <param name="batch">The transactions, at most <see cref="Limits.GroupCommitTransactionsMax"/>.</param>
    /// <param name="outcomes">Receives one outcome for each transaction, at the same index. At least as long as the batch.</param>
    /// <param name="cancellationToken">Gives up before the commit has begun; from then on it is ignored.</param>
    /// <exception cref="StoreUnavailableException">The batch could not be made durable.</exception>
    ValueTask RecordAsync(ReadOnlyMemory<Transaction> batch, Memory<RecordOutcome> outcomes, CancellationToken cancellationToken);

    /// <summary>Number of transactions of a route; 0 for a route never seen.</summary>
    ValueTask<long> TotalAsync(FlightRoute route, CancellationToken cancellationToken);

    /// <summary>Total, first and last time of a route, or null for a route never seen.</summary>
    ValueTask<RouteSummary?> RouteAsync(FlightRoute route, CancellationToken cancellationToken);

    /// <summary>The busiest routes, highest total first, then by name.</summary>
    /// <param name="limit">Most routes to give, 1 to <see cref="Limits.PageSizeMax"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<IReadOnlyList<RouteSummary>> TopAsync(int limit, CancellationToken cancellationToken);

    /// <summary>One page of the routes.</summary>
    ValueTask<IReadOnlyList<RouteSummary>> RoutesAsync(RouteQuery query, CancellationToken cancellationToken);

    /// <summary>
    /// Transactions of a route per hour or day in UTC, oldest first, without the empty ones.
    /// </summary>
    /// <param name="route">The route.</param>
    /// <param name="from">First moment, rounded down to the start of its bucket.</param>
    /// <param name="to">End, exclusive; a bucket that has begun before it is given whole.</param>
    /// <param name="bucket">Hour or day.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<IReadOnlyList<HistoryPoint>> HistoryAsync(
        FlightRoute route, DateTimeOffset from, DateTimeOffset to, HistoryBucket bucket, CancellationToken cancellationToken);

    /// <summary>The whole ledger at a glance. Reads every total, so ask no more often than the answer says.</summary>
    /// <param name="limit">Most routes in each of its lists, 1 to <see cref="Limits.PageSizeMax"/>.</param>
    /// <param name="activeSince">Routes that changed at this moment or later are counted as active.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<LedgerOverview> OverviewAsync(int limit, DateTimeOffset activeSince, CancellationToken cancellationToken);

    /// <summary>
    /// Transactions of all routes together per hour in UTC, oldest first, without the empty ones. Reads the hours of every route that
    /// changed since the first one, so ask seldom.
    /// </summary>
    /// <param name="from">First moment, rounded down to the start of its hour.</param>
    /// <param name="to">End, exclusive; an hour that has begun before it is given whole.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<IReadOnlyList<HistoryPoint>> HoursOfAllAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken);
}

/// <summary>A route with its total.</summary>
/// <param name="Route">The route.</param>
/// <param name="Total">Number of transactions, at least 1.</param>
/// <param name="FirstAt">When its first transaction was recorded.</param>
/// <param name="LastAt">When its last transaction was recorded.</param>
public sealed record RouteSummary(FlightRoute Route, long Total, DateTimeOffset FirstAt, DateTimeOffset LastAt);

/// <summary>Which page of the routes to give.</summary>
/// <param name="Designator">Only routes of this airline designator, or null for all.</param>
/// <param name="Sort">Order of the routes.</param>
/// <param name="Limit">Most routes to give, 1 to <see cref="Limits.PageSizeMax"/>.</param>
/// <param name="After">The last route of the page before, or null for the first page.</param>
public sealed record RouteQuery(string? Designator, RouteSort Sort, int Limit, RoutePosition? After = null)
{
    /// <summary>
    /// The page of these routes: what comes after <see cref="After"/>, sorted, cut off. Their designator is not looked at again.
    /// </summary>
    public IReadOnlyList<RouteSummary> Page(IEnumerable<RouteSummary> routes)
    {
        var rest = routes.Where(route => After is null || IsAfter(route, After));
        var sorted = Sort == RouteSort.Route
            ? rest.OrderBy(route => route.Route)
            : rest.OrderByDescending(route => route.Total).ThenBy(route => route.Route);
        return [.. sorted.Take(Limit)];
    }

    private bool IsAfter(RouteSummary route, RoutePosition position) => Sort == RouteSort.Route
        ? route.Route.CompareTo(position.Route) > 0
        : route.Total < position.Total || (route.Total == position.Total && route.Route.CompareTo(position.Route) > 0);
}

/// <summary>The place of a route in a sorted list: what the next page begins after.</summary>
/// <param name="Route">The route.</param>
/// <param name="Total">Its total when the page was made; used when sorting by total.</param>
public sealed record RoutePosition(FlightRoute Route, long Total);

/// <summary>Order of a list of routes.</summary>
public enum RouteSort
{
    /// <summary>By name, ascending.</summary>
    Route,

    /// <summary>By total, highest first, then by name.</summary>
    Total,
}

/// <summary>Width of a point of history.</summary>
public enum HistoryBucket
{
    /// <summary>One hour of UTC.</summary>
    Hour,

    /// <summary>One day of UTC.</summary>
    Day,
}

/// <summary>Transactions in one hour or day.</summary>
/// <param name="Start">Start of the hour or day, UTC.</param>
/// <param name="Transactions">Number of transactions, at least 1.</param>
public readonly record struct HistoryPoint(DateTimeOffset Start, long Transactions);
