using Airside.Core;
using Airside.Core.Transactions;

namespace Airside.Stores.Shared;

/// <summary>
/// The ranking of a shared store. Reads refresh it in the background when it is due, and wait only if it is older than it may be; while
/// no one reads it, nothing is refreshed.
/// </summary>
/// <param name="read">Reads the store; receives the routes of the previous time, or null, and may change and return them.</param>
/// <param name="age">How old the ranking may be.</param>
/// <param name="longestWait">How long a read waits, and the setting that says so.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="work">Counts and logs failed refreshes.</param>
internal sealed class BackgroundRanking(
    Func<StoredRoutes?, CancellationToken, Task<StoredRoutes>> read,
    RankingAge age,
    (TimeSpan Time, string Setting) longestWait,
    TimeProvider timeProvider,
    BackgroundWork work) : IAsyncDisposable
{
    private readonly BackgroundReading<StoredRoutes> _routes = new(
        read, "The totals of all routes", age.RetryAfter, longestWait, timeProvider, work);

    /// <summary>Returns what a function reads from the routes and the moment of which they are.</summary>
    /// <exception cref="StoreUnavailableException">They are older than they may be, and a refresh failed or takes longer.</exception>
    public async ValueTask<TResult> ReadAsync<TResult>(
        Func<StoredRoutes, DateTimeOffset, TResult> select, CancellationToken cancellationToken)
    {
        var (routes, asOf) = await _routes.GetAsync(
            isDue: (routes, old) => old >= age.RefreshAfter(routes.Count),
            isTooOld: (routes, old) => old >= age.WaitAfter(routes.Count),
            cancellationToken);
        return select(routes, asOf);
    }

    /// <summary>Returns the routes after a position, by total, or the first ones.</summary>
    /// <inheritdoc cref="ReadAsync"/>
    public ValueTask<RouteList> PageAsync(RoutePosition? after, int limit, CancellationToken cancellationToken) =>
        ReadAsync((routes, at) => new RouteList(routes.Page(after, limit), at), cancellationToken);

    /// <summary>Returns the overview, and by the number of routes after how long a newer one is available.</summary>
    /// <inheritdoc cref="ReadAsync"/>
    public ValueTask<LedgerOverview> OverviewAsync(
        int limit, DateTimeOffset activeSince, Func<int, TimeSpan> keepFor, CancellationToken cancellationToken) =>
        ReadAsync((routes, at) => routes.Overview(limit, activeSince, at, keepFor(routes.Count)), cancellationToken);

    public ValueTask DisposeAsync() => _routes.DisposeAsync();
}
