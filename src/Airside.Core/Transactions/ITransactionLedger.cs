namespace Airside.Core.Transactions;

/// <summary>
/// The store of transactions: keys, totals per route, totals per route and hour, and per day where hours are no longer kept. Any number of
/// reads may run at any time; they see every transaction whose <see cref="RecordAsync"/> has returned, except where they say how old they
/// are.
/// </summary>
public interface ITransactionLedger
{
    /// <summary>Minimum time that a key is remembered.</summary>
    TimeSpan KeyWindow { get; }

    /// <summary>Why transactions currently cannot be recorded, or null if they can.</summary>
    string? WriteFault { get; }

    /// <summary>
    /// Makes a batch durable in one commit. Transactions count in batch order; a key that occurs twice in the batch counts once. When this
    /// returns, the entire batch is on stable storage; when it throws, none of it is acknowledged and the same batch may be sent again.
    /// </summary>
    /// <param name="batch">The transactions, at most <see cref="Limits.GroupCommitTransactionsMax"/>.</param>
    /// <param name="outcomes">Receives one outcome per transaction, at the same index. At least as long as the batch.</param>
    /// <param name="cancellationToken">Cancels before the commit has started; ignored afterwards.</param>
    /// <exception cref="StoreUnavailableException">The batch could not be made durable.</exception>
    ValueTask RecordAsync(ReadOnlyMemory<Transaction> batch, Memory<RecordOutcome> outcomes, CancellationToken cancellationToken);

    /// <summary>Returns the number of transactions of a route; 0 for a route never seen.</summary>
    ValueTask<long> TotalAsync(FlightRoute route, CancellationToken cancellationToken);

    /// <summary>Returns the total, first and last time of a route, or null for a route never seen.</summary>
    ValueTask<RouteSummary?> RouteAsync(FlightRoute route, CancellationToken cancellationToken);

    /// <summary>Returns the busiest routes, highest total first, then by name; as old as <see cref="RoutesAsync"/> allows.</summary>
    /// <param name="limit">Most routes to return, 1 to <see cref="Limits.PageSizeMax"/>.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    ValueTask<IReadOnlyList<RouteSummary>> TopAsync(int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Returns one page of the routes. A shared store may return all routes by total as they were some seconds ago; every other page is
    /// exact.
    /// </summary>
    ValueTask<RouteList> RoutesAsync(RouteQuery query, CancellationToken cancellationToken);

    /// <summary>
    /// Returns the transactions of a route per hour or day in UTC, oldest first, without empty ones. Hours that became days are missing
    /// when it returns hours; days are always complete.
    /// </summary>
    /// <param name="route">The route.</param>
    /// <param name="from">First moment, rounded down to the start of its bucket.</param>
    /// <param name="to">End, exclusive; a bucket that starts before it is returned complete.</param>
    /// <param name="bucket">Hour or day.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    ValueTask<IReadOnlyList<HistoryPoint>> HistoryAsync(
        FlightRoute route, DateTimeOffset from, DateTimeOffset to, HistoryBucket bucket, CancellationToken cancellationToken);

    /// <summary>
    /// Returns the moment before which hours may have become days, or were imported as days; all later hours are kept. If there are
    /// none, <see cref="DateTimeOffset.MinValue"/>. Request it after hours were read: then none from this moment on became a day
    /// while they were.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store cannot be read.</exception>
    ValueTask<DateTimeOffset> HoursSinceAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Returns an overview of the entire ledger, on a shared store as it was some seconds ago. Its cost does not depend on the number of
    /// routes, except that the first call after a pause waits while a shared store is read.
    /// </summary>
    /// <param name="limit">Most routes in each of its lists, 1 to <see cref="Limits.PageSizeMax"/>.</param>
    /// <param name="activeSince">Routes that changed at this moment or later count as active.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    ValueTask<LedgerOverview> OverviewAsync(int limit, DateTimeOffset activeSince, CancellationToken cancellationToken);

    /// <summary>
    /// Returns the transactions of all routes together per hour in UTC. A shared store reads the hours of every route that changed since
    /// the first one, which may take many seconds, so call it rarely.
    /// </summary>
    /// <param name="from">First moment, rounded down to the start of its hour.</param>
    /// <param name="to">End, exclusive; an hour that starts before it is returned complete.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    ValueTask<LedgerHours> HoursOfAllAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken);

    /// <summary>
    /// Turns old hours into days, so that a store does not grow by an hour of each route for ever. Totals and days stay as they are. Any
    /// number of processes may do so, at any time; whatever interrupts it, the next call continues.
    /// </summary>
    /// <param name="before">Start of a day, UTC: all hours before it become days.</param>
    /// <param name="cancellationToken">Ends it early; what was done stays done.</param>
    /// <exception cref="StoreUnavailableException">The store cannot be read or written.</exception>
    Task RollUpAsync(DateTimeOffset before, CancellationToken cancellationToken);
}

/// <summary>A route with its total.</summary>
/// <param name="Route">The route.</param>
/// <param name="Total">Number of transactions, at least 1.</param>
/// <param name="FirstAt">When its first transaction was recorded.</param>
/// <param name="LastAt">When its last transaction was recorded.</param>
public sealed record RouteSummary(FlightRoute Route, long Total, DateTimeOffset FirstAt, DateTimeOffset LastAt);

/// <summary>Routes that were listed.</summary>
/// <param name="Routes">The routes, in the order of the query.</param>
/// <param name="AsOf">The page includes every transaction that was acknowledged before this moment.</param>
public sealed record RouteList(IReadOnlyList<RouteSummary> Routes, DateTimeOffset AsOf);

/// <summary>Selects a page of the routes.</summary>
/// <param name="Designator">Only routes of this airline designator, or null for all.</param>
/// <param name="Sort">Order of the routes.</param>
/// <param name="Limit">Most routes to return, 1 to <see cref="Limits.PageSizeMax"/>.</param>
/// <param name="After">The last route of the previous page, or null for the first page.</param>
public sealed record RouteQuery(string? Designator, RouteSort Sort, int Limit, RoutePosition? After = null)
{
    /// <summary>
    /// Returns the page of these routes: those after <see cref="After"/>, sorted and limited. Does not check their designator again.
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

/// <summary>The position of a route in a sorted list, after which the next page starts.</summary>
/// <param name="Route">The route.</param>
/// <param name="Total">Its total when the page was created; used when sorting by total.</param>
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

/// <summary>The transactions of all routes together per hour.</summary>
/// <param name="Points">The hours, oldest first, without empty ones.</param>
/// <param name="Transactions">Number of transactions of all routes when the hours were read.</param>
public sealed record LedgerHours(IReadOnlyList<HistoryPoint> Points, long Transactions);
