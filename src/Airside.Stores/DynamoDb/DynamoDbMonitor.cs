using Airside.Core;
using Airside.Stores.Shared;
using Microsoft.Extensions.Logging;

namespace Airside.Stores.DynamoDb;

/// <summary>
/// Polls the table: whether it is reachable, which catalog is active, whether an import is under way, how many routes it has. Also has
/// the routes counted again when that is due.
/// </summary>
internal sealed partial class DynamoDbMonitor(DynamoDbTable table, ResponseDate date, StoreClock clock, ILogger logger) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly ChangeSignal<TableState> _state = new(new TableState(null, null, RouteCount.None, clock.GetTimestamp()));
    private readonly OutageMonitor _contact = new(cause => LogUnreachable(logger, cause), () => LogReachable(logger, table.Name));
    private readonly RouteRecount _recount = new(table, clock);
    private readonly BackgroundWork _recounts = new("count of routes", clock, logger);
    private Task _loop = Task.CompletedTask;
    private Task _recounting = Task.CompletedTask;

    /// <summary>Why the table is unreachable, or null.</summary>
    public string? Outage => _contact.Outage;

    /// <summary>The state that was read last.</summary>
    public TableState State => _state.Value;

    /// <summary>Why transactions cannot be recorded, as far as is known without a request; null when they can.</summary>
    public string? WriteFault => Outage ?? FaultOf(State);

    /// <summary>Polls the table once, and then regularly until disposed.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await PollAsync(table.BackgroundBudget(), cancellationToken);
        TakeTime();
        _loop = Task.Run(MonitorAsync, CancellationToken.None);
    }

    /// <summary>Polls the table now and returns its state.</summary>
    /// <exception cref="StoreUnavailableException">The table cannot be read.</exception>
    public Task<TableState> PollAsync(CancellationToken cancellationToken) => PollAsync(table.RequestBudget(), cancellationToken);

    /// <summary>
    /// Ensures that a transaction may be written now. A process that has not polled recently, because it was paused or cut off, polls
    /// first: imports rely on that.
    /// </summary>
    public async ValueTask EnsureWritableAsync(CancellationToken cancellationToken)
    {
        // While the table is unreachable, requests fail immediately; the monitor notices when it is reachable again.
        if (Outage is { } outage)
        {
            throw new StoreUnavailableException(outage);
        }

        var state = State;
        if (clock.GetElapsedTime(state.AskedAt).TotalMilliseconds > Limits.DynamoDbImportNoticeMs || FaultOf(state) is not null)
        {
            state = await PollAsync(cancellationToken);
        }

        if (FaultOf(state) is { } fault)
        {
            throw new StoreUnavailableException(fault);
        }
    }

    /// <summary>Waits until the state differs from the given one, and returns it.</summary>
    public Task<TableState> NextAsync(TableState known, CancellationToken cancellationToken) =>
        _state.NextAsync(state => state != known, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loop;
        await _recounting;
        _stopping.Dispose();
    }

    private static string? FaultOf(TableState state) => state.Import is { IsUnderWay: true } import
        ? $"The import '{import.Id}' is under way, with {import.Batches} batches written; until it is finished, nothing else is "
            + "recorded. If it was interrupted, run the same `Airside.Service import` again."
        : null;

    private async Task MonitorAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(Limits.StoreMonitorMs), clock, _stopping.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                await PollAsync(table.MonitorBudget(), _stopping.Token);
                TakeTime();
                _contact.Restore();
                if (_recounting.IsCompleted && State.Routes.IsDue(clock.GetUtcNow()))
                {
                    _recounting = RecountAsync(State.Routes);
                }
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // Whatever the cause, the table could not be read, and a monitor that stopped would never notice its recovery.
                _contact.Lose(exception.Message);
            }
        }
    }

    private async Task RecountAsync(RouteCount known)
    {
        try
        {
            await _recount.RunAsync(known, _stopping.Token);
            _recounts.Succeeded();
        }
        catch (Exception) when (_stopping.IsCancellationRequested)
        {
            // Another process, or this one after a restart, begins again.
        }
        catch (Exception exception)
        {
            _recounts.Failed(exception);
            await Task.Delay(TimeSpan.FromMilliseconds(Limits.BackgroundPauseMsMax), clock, _stopping.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// Passes DynamoDB's time to the clock, only after the monitor's own polls: many requests may poll at once and repeat a wrong time.
    /// </summary>
    private void TakeTime()
    {
        if (date.Last is { } told)
        {
            clock.Take(told);
        }
    }

    private async Task<TableState> PollAsync(RetryBudget budget, CancellationToken cancellationToken)
    {
        var askedAt = clock.GetTimestamp();
        CatalogPointer? catalog = null;
        ImportMarker? import = null;
        var routes = RouteCount.None;
        var items = table.QueryAsync(
            TableLayout.StatePartition, TableLayout.CatalogSort, TableLayout.RoutesSort, () => budget, pageSize: null, cancellationToken);
        await foreach (var item in items)
        {
            switch (item[TableLayout.SortKey].S)
            {
                case TableLayout.CatalogSort:
                    catalog = CatalogPointer.From(item);
                    break;
                case TableLayout.ImportSort:
                    import = ImportMarker.From(item);
                    break;
                case TableLayout.RoutesSort:
                    routes = RouteCount.From(item);
                    break;
                default:
                    break; // A later version's.
            }
        }

        var seen = new TableState(catalog, import, routes, askedAt);

        // A later poll may have been answered before.
        return _state.Set(seen, current => seen.AskedAt < current.AskedAt);
    }

    [LoggerMessage(EventIds.DynamoDbUnreachable, LogLevel.Error, "The store is unreachable. {Cause}")]
    private static partial void LogUnreachable(ILogger logger, string cause);

    [LoggerMessage(EventIds.DynamoDbReachable, LogLevel.Information, "The table {Table} is reachable again.")]
    private static partial void LogReachable(ILogger logger, string table);
}
