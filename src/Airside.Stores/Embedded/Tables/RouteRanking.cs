using Airside.Core;
using Airside.Core.Transactions;
using Airside.Stores.Shared;

namespace Airside.Stores.Embedded.Tables;

/// <summary>
/// The published routes by total and by time, with their sums. The writer notes which routes changed, without allocating; the next reader
/// moves them. Without readers, a route is noted once, however often it changes.
/// </summary>
internal sealed class RouteRanking
{
    // Readers wait without a thread, because moving a million routes takes seconds.
    private readonly SemaphoreSlim _reading = new(1);
    private readonly RankedRoutes<RouteCounts> _ranked = new();
    private RouteCounts? _changed;
    private RouteCounts? _moving;

    /// <summary>Starts with the routes that recovery or an import found.</summary>
    /// <param name="byName">The routes by name.</param>
    public void Load(RouteCounts[] byName)
    {
        foreach (var counts in byName)
        {
            (counts.RankedTotal, counts.RankedLastMs) = counts.TotalAndLastMs();
        }

        _ranked.Load(byName);
    }

    /// <summary>Notes that a route changed, after it was published. For the writer.</summary>
    public void Note(RouteCounts counts)
    {
        if (Interlocked.Exchange(ref counts.IsNoted, true))
        {
            return;
        }

        do
        {
            counts.NotedBefore = Volatile.Read(ref _changed);
        }
        while (Interlocked.CompareExchange(ref _changed, counts, counts.NotedBefore) != counts.NotedBefore);
    }

    /// <summary>Returns the routes of a page with the totals by which they are ranked.</summary>
    /// <param name="after">The last route of the previous page, or null.</param>
    /// <param name="limit">Most routes to return.</param>
    /// <param name="cancellationToken">Cancels the wait for other readers.</param>
    public ValueTask<RouteSummary[]> PageAsync(RoutePosition? after, int limit, CancellationToken cancellationToken) =>
        ReadAsync(ranked => ranked.Page(after, limit), cancellationToken);

    /// <summary>Returns the overview of everything published before the call.</summary>
    /// <param name="limit">Most routes in each of its lists of routes.</param>
    /// <param name="activeSince">A route is active if it changed at this moment or later.</param>
    /// <param name="asOf">The time of the call.</param>
    /// <param name="cancellationToken">Cancels the wait for other readers.</param>
    public ValueTask<LedgerOverview> OverviewAsync(
        int limit, DateTimeOffset activeSince, DateTimeOffset asOf, CancellationToken cancellationToken) => ReadAsync(
            ranked => ranked.Overview(limit, activeSince, asOf, TimeSpan.FromMilliseconds(Limits.EmbeddedOverviewMs)), cancellationToken);

    private async ValueTask<TResult> ReadAsync<TResult>(
        Func<RankedRoutes<RouteCounts>, TResult> read, CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            // First the rest of a reader that ran out of memory.
            Move();
            _moving = Interlocked.Exchange(ref _changed, null);
            Move();
            return read(_ranked);
        }
        finally
        {
            _reading.Release();
        }
    }

    private void Move()
    {
        while (_moving is { } counts)
        {
            _moving = counts.NotedBefore;

            // From here on the writer notes it again. Its total is read only later, so no change is missed.
            Interlocked.Exchange(ref counts.IsNoted, false);
            try
            {
                var (total, lastMs) = counts.TotalAndLastMs();
                _ranked.Set(counts, total, lastMs);
            }
            catch (OutOfMemoryException)
            {
                Note(counts);
                throw;
            }
        }
    }
}
