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
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task _working = Task.CompletedTask;
    private StoredRoutes? _routes;
    private Refresh? _last;
    private Refresh? _running;
    private Refresh? _next;

    /// <summary>Returns what a function reads from the routes and the moment of which they are.</summary>
    /// <exception cref="StoreUnavailableException">They are older than they may be, and a refresh failed or takes longer.</exception>
    public async ValueTask<TResult> ReadAsync<TResult>(
        Func<StoredRoutes, DateTimeOffset, TResult> select, CancellationToken cancellationToken)
    {
        var refresh = Find();
        try
        {
            var routes = await refresh.Completion.Task.WaitAsync(longestWait.Time, timeProvider, cancellationToken);
            return select(routes, refresh.AsOf);
        }
        catch (TimeoutException)
        {
            throw new StoreUnavailableException(
                $"The routes are being read to rank them by total, since {refresh.AsOf:HH:mm:ss} UTC. Requests wait for it for "
                + $"{longestWait.Time.TotalMilliseconds} ms ({longestWait.Setting}). Try again in a few seconds.");
        }
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

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        Task working;
        lock (_lock)
        {
            working = _working;
        }

        await working;
        _stopping.Dispose();
    }

    /// <summary>Returns the refresh that a read which begins now may use: the last one, or one to wait for.</summary>
    private Refresh Find()
    {
        lock (_lock)
        {
            if (_last is not null && AgeOf(_last) < age.WaitAfter(_last.Count))
            {
                if (_running is null && AgeOf(_last) >= age.RefreshAfter(_last.Count))
                {
                    Begin(new Refresh());
                }

                return _last;
            }

            if (_running is null)
            {
                return Begin(new Refresh());
            }

            return AgeOf(_running) < age.WaitAfter(_last?.Count ?? 0) ? _running : _next ??= new Refresh();
        }
    }

    private TimeSpan AgeOf(Refresh refresh) => timeProvider.GetElapsedTime(refresh.Begun);

    private Refresh Begin(Refresh refresh)
    {
        (refresh.Begun, refresh.AsOf) = (timeProvider.GetTimestamp(), timeProvider.GetUtcNow());
        _running = refresh;
        _working = Task.Run(() => RunAsync(refresh));
        return refresh;
    }

    private async Task RunAsync(Refresh refresh)
    {
        StoredRoutes? routes = null;
        Exception? fault = null;
        try
        {
            routes = await read(_routes, _stopping.Token);
            work.Succeeded();
        }
        catch (Exception exception)
        {
            // Those who wait get it; the next read tries again.
            fault = exception;
            if (!_stopping.IsCancellationRequested)
            {
                work.Failed(exception);
            }
        }

        lock (_lock)
        {
            if (routes is not null)
            {
                refresh.Count = routes.Count;
                (_last, _routes) = (refresh, routes);
            }

            (_running, var next, _next) = (null, _next, null);
            if (next is not null)
            {
                Begin(next);
            }
        }

        if (routes is not null)
        {
            refresh.Completion.SetResult(routes);
        }
        else
        {
            refresh.Completion.SetException(fault!);

            // No one need wait for it.
            _ = refresh.Completion.Task.Exception;
        }
    }

    /// <summary>One reading of the store.</summary>
    private sealed class Refresh
    {
        public TaskCompletionSource<StoredRoutes> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public long Begun { get; set; }

        public DateTimeOffset AsOf { get; set; }

        /// <summary>Number of routes found.</summary>
        public int Count { get; set; }
    }
}
