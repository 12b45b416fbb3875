using Airside.Core;
using Microsoft.Extensions.Logging;

namespace Airside.Stores.DynamoDb;

/// <summary>
/// Looks at the table again and again: whether it can be reached, which catalog is in force, whether an import is under way.
/// </summary>
internal sealed partial class StoreWatch(DynamoDbTable table, AnswerDate date, StoreClock clock, ILogger logger) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _changing = new();
    private Task _loop = Task.CompletedTask;
    private StoreState _state = new(null, null, clock.GetTimestamp());
    private TaskCompletionSource _changed = NewSignal();
    private volatile string? _outage;

    /// <summary>Why the table cannot be reached, or null when it can.</summary>
    public string? Outage => _outage;

    /// <summary>What was seen last.</summary>
    public StoreState State
    {
        get
        {
            lock (_changing)
            {
                return _state;
            }
        }
    }

    /// <summary>Why transactions cannot be recorded, as far as is known without asking; null when they can.</summary>
    public string? WriteFault => Outage ?? FaultOf(State);

    /// <summary>Looks for the first time, and from then on until it is disposed.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await LookAsync(table.WorkPatience(), cancellationToken);
        TakeTime();
        _loop = Task.Run(WatchAsync, CancellationToken.None);
    }

    /// <summary>Looks now, and gives what is there.</summary>
    /// <exception cref="StoreUnavailableException">The table cannot be read.</exception>
    public Task<StoreState> LookAsync(CancellationToken cancellationToken) => LookAsync(table.RequestPatience(), cancellationToken);

    /// <summary>
    /// Makes sure that a transaction may be written now. A process that could not look lately, because it was stopped for a while or
    /// cut off, looks first: an import counts on that.
    /// </summary>
    /// <exception cref="StoreUnavailableException">It may not.</exception>
    public async ValueTask DemandWritableAsync(CancellationToken cancellationToken)
    {
        // While the table is out of reach nobody waits for it in vain; the watch finds out when it is back.
        if (Outage is { } outage)
        {
            throw new StoreUnavailableException(outage);
        }

        var state = State;
        if (clock.GetElapsedTime(state.AskedAt).TotalMilliseconds > Limits.DynamoDbImportNoticeMs || FaultOf(state) is not null)
        {
            state = await LookAsync(cancellationToken);
        }

        if (FaultOf(state) is { } fault)
        {
            throw new StoreUnavailableException(fault);
        }
    }

    /// <summary>Waits until the state is another than the given one.</summary>
    public async Task<StoreState> NextAsync(StoreState known, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_changing)
            {
                if (_state != known)
                {
                    return _state;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loop;
        _stopping.Dispose();
    }

    private static string? FaultOf(StoreState state) => state.Import is { IsUnderWay: true } import
        ? $"The import '{import.Id}' is under way, with {import.Batches} batches written; until it is finished nothing else is "
            + "recorded. Run the same `Airside.Service import` again if it was broken off."
        : null;

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task WatchAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(Limits.StoreWatchMs), clock, _stopping.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                await LookAsync(table.WatchPatience(), _stopping.Token);
                TakeTime();
                if (_outage is not null)
                {
                    LogBack(logger, table.Name);
                    _outage = null;
                }
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // Whatever it is, the table could not be read, and a watch that ended would never see it come back.
                if (_outage is null)
                {
                    LogAway(logger, exception.Message);
                }

                _outage = exception.Message;
            }
        }
    }

    /// <summary>After the looks of the watch alone: those of requests may come many at once, and make one wrong answer many.</summary>
    private void TakeTime()
    {
        if (date.Last is { } told)
        {
            clock.Take(told);
        }
    }

    private async Task<StoreState> LookAsync(Patience patience, CancellationToken cancellationToken)
    {
        var askedAt = clock.GetTimestamp();
        CatalogPointer? catalog = null;
        ImportMarker? import = null;
        var items = table.QueryAsync(
            TableLayout.StatePartition, TableLayout.CatalogSort, TableLayout.ImportSort, () => patience, pageSize: null, cancellationToken);
        await foreach (var item in items)
        {
            if (item[TableLayout.SortKey].S == TableLayout.CatalogSort)
            {
                catalog = CatalogPointer.From(item);
            }
            else
            {
                import = ImportMarker.From(item);
            }
        }

        return Take(new StoreState(catalog, import, askedAt));
    }

    /// <summary>Takes what was seen, unless a later look was answered before.</summary>
    private StoreState Take(StoreState seen)
    {
        TaskCompletionSource changed;
        lock (_changing)
        {
            if (seen.AskedAt < _state.AskedAt)
            {
                return _state;
            }

            _state = seen;
            changed = _changed;
            _changed = NewSignal();
        }

        changed.SetResult();
        return seen;
    }

    [LoggerMessage(EventIds.DynamoDbLost, LogLevel.Error, "The store is out of reach. {Cause}")]
    private static partial void LogAway(ILogger logger, string cause);

    [LoggerMessage(EventIds.DynamoDbBack, LogLevel.Information, "The table {Table} is in reach again.")]
    private static partial void LogBack(ILogger logger, string table);
}
