using System.Diagnostics;
using System.Text;
using Airside.Core;
using Airside.Core.Transactions;
using Airside.Stores.Embedded.Disk;
using Airside.Stores.Embedded.Tables;
using Microsoft.Extensions.Logging;

namespace Airside.Stores.Embedded;

/// <summary>The ledger of one process without a server: a journal on the local disk, and all state in memory.</summary>
/// <remarks>
/// Commits run on a dedicated thread, because disk calls block and the thread pool is small. Reads come from memory and never wait
/// for the disk.
/// </remarks>
internal sealed partial class EmbeddedLedger : ITransactionLedger, IAsyncDisposable
{
    private readonly JournaledLedger _ledger;
    private readonly ILogger _logger;
    private readonly DirectoryMonitor? _monitor;
    private readonly Action<byte[]> _endProcess;
    private readonly byte[] _lastWords = Encoding.UTF8.GetBytes($"Airside stopped. {JournaledLedger.Ended}\n");
    private readonly BackgroundWork _snapshots;
    private readonly CommitQueue _commits = new();
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stopping = new();
    private Task _snapshot = Task.CompletedTask;
    private bool _isDisposed;

    /// <summary>Starts the journal's thread.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="keyWindow">How long the ledger remembers keys.</param>
    /// <param name="logger">Logs background failures and clock steps.</param>
    /// <param name="monitor">Monitors whether the directory is writable; null for a simulated disk.</param>
    /// <param name="endProcess">Reports a sentence and ends the process; tests replace it.</param>
    public EmbeddedLedger(
        JournaledLedger ledger, TimeSpan keyWindow, ILogger logger, DirectoryMonitor? monitor = null, Action<byte[]>? endProcess = null)
    {
        _ledger = ledger;
        _monitor = monitor;
        _logger = logger;
        _endProcess = endProcess ?? ProcessEnd.Because;
        _snapshots = new BackgroundWork("snapshot creation", TimeProvider.System, logger);
        KeyWindow = keyWindow;
        new Thread(Run) { Name = "Airside journal", IsBackground = true }.Start();
    }

    public TimeSpan KeyWindow { get; }

    public string? WriteFault => _ledger.WriteFault ?? _monitor?.Fault;

    /// <summary>Number of keys in memory, and their memory and its limit, in bytes.</summary>
    public (long Count, long Bytes, long BytesMax) KeyUsage => _ledger.KeyUsage;

    /// <inheritdoc cref="JournaledLedger.HistoryUsage"/>
    public (long Bytes, long BytesMax) HistoryUsage => _ledger.HistoryUsage;

    /// <summary>Number of routes in memory and its limit. For any thread.</summary>
    public (int Count, int Max) RouteUsage => _ledger.RouteUsage;

    public ValueTask RecordAsync(ReadOnlyMemory<Transaction> batch, Memory<RecordOutcome> outcomes, CancellationToken cancellationToken)
    {
        if (_monitor?.LockFault is { } fault)
        {
            return ValueTask.FromException(new StoreUnavailableException(fault));
        }

        var commit = new PendingCommit(batch, outcomes, cancellationToken);
        return Traces.Recorded is null ? CommitAsync(commit) : InSpanAsync(commit);
    }

    /// <summary>Runs other work on the journal's thread, between two batches.</summary>
    public Task<T> RunAsync<T>(Func<JournaledLedger, T> work, CancellationToken cancellationToken)
    {
        var pending = new PendingWork<T>(work, cancellationToken);
        _commits.Add(pending);
        return pending.Task;
    }

    public ValueTask<long> TotalAsync(FlightRoute route, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_ledger.Routes.Find(route)?.Total ?? 0);

    public ValueTask<RouteSummary?> RouteAsync(FlightRoute route, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_ledger.Routes.Find(route)?.Summary());

    public ValueTask<IReadOnlyList<RouteSummary>> TopAsync(int limit, CancellationToken cancellationToken) =>
        _ledger.Routes.PageAsync(new RouteQuery(null, RouteSort.Total, limit), cancellationToken);

    public async ValueTask<RouteList> RoutesAsync(RouteQuery query, CancellationToken cancellationToken)
    {
        var asOf = Now;
        return new RouteList(await _ledger.Routes.PageAsync(query, cancellationToken), asOf);
    }

    public ValueTask<IReadOnlyList<HistoryPoint>> HistoryAsync(
        FlightRoute route, DateTimeOffset from, DateTimeOffset to, HistoryBucket bucket, CancellationToken cancellationToken)
    {
        var range = HistoryRange.Around(from, to, bucket);
        var (first, end) = (HourCount.HourOf(range.First), HourCount.HourOf(range.End));
        var counts = _ledger.Routes.Find(route);
        var found = (bucket == HistoryBucket.Hour ? counts?.Hours(first, end) : counts?.Days(first, end)) ?? [];
        return ValueTask.FromResult<IReadOnlyList<HistoryPoint>>(
            [.. found.Select(count => new HistoryPoint(count.Start, count.Transactions))]);
    }

    public ValueTask<DateTimeOffset> HoursSinceAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(
            _ledger.Routes.AllRoutes.FirstHour is { } hour ? new HourCount(hour, 0).Start : DateTimeOffset.MinValue);

    /// <summary>Packs all hours that have ended, too. Those that do not fit into memory become days earlier.</summary>
    public Task RollUpAsync(DateTimeOffset before, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            var earlier = _ledger.RollUp(HourCount.HourOf(before), cancellationToken);
            var (bytes, bytesMax) = _ledger.HistoryUsage;
            if (_ledger.HistoryIsFull)
            {
                LogHistoryFull(_logger, bytes, bytesMax);
            }
            else if (earlier is { } hour)
            {
                LogHistoryShortened(_logger, bytesMax, new HourCount(hour, 0).Start);
            }
        },
        cancellationToken);

    public ValueTask<LedgerOverview> OverviewAsync(int limit, DateTimeOffset activeSince, CancellationToken cancellationToken) =>
        _ledger.Routes.OverviewAsync(limit, activeSince, Now, cancellationToken);

    public ValueTask<LedgerHours> HoursOfAllAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var range = HistoryRange.Around(from, to, HistoryBucket.Hour);
        var (hours, total) = _ledger.Routes.AllRoutes.Between(HourCount.HourOf(range.First), HourCount.HourOf(range.End));
        return ValueTask.FromResult(new LedgerHours(
            Array.ConvertAll(hours, hour => new HistoryPoint(hour.Start, hour.Transactions)), total));
    }

    /// <summary>
    /// Finishes the queued commits, cancels a snapshot in progress, and closes the journal. May be called more than once.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
        {
            return;
        }

        _commits.CompleteAdding();
        await _stopped.Task;
        await _stopping.CancelAsync();
        await _snapshot;
        _ledger.Dispose();
        _stopping.Dispose();
    }

    private DateTimeOffset Now => DateTimeOffset.FromUnixTimeMilliseconds(_ledger.Clock.CalendarMs);

    private ValueTask CommitAsync(PendingCommit commit)
    {
        _commits.Add(commit);
        return new ValueTask(commit.Task);
    }

    /// <summary>Queues a commit whose trace is recorded, in a span.</summary>
    private async ValueTask InSpanAsync(PendingCommit commit)
    {
        using var span = Traces.Source.StartActivity("append to journal");
        try
        {
            await CommitAsync(commit);
        }
        catch (Exception exception)
        {
            span?.SetStatus(ActivityStatusCode.Error, exception.Message);
            throw;
        }
    }

    private void Run()
    {
        try
        {
            BeginSnapshotIfDue();
            while (_commits.Take() is { } commit)
            {
                commit.Run(_ledger);
                if (_ledger.HasEnded)
                {
                    _endProcess(_lastWords);
                }

                LogClockStep();
                BeginSnapshotIfDue();
            }
        }
        catch (Exception)
        {
            // Durable batches may be unacknowledged, and nothing would take the next batch.
            _endProcess(_lastWords);
        }

        _stopped.SetResult();
    }

    private void LogClockStep()
    {
        if (_ledger.Clock.TryTakeStep(out var step))
        {
            LogStep(_logger, step);
        }
    }

    private void BeginSnapshotIfDue()
    {
        if (!_ledger.SnapshotIsDue || !_snapshot.IsCompleted)
        {
            return;
        }

        try
        {
            var build = _ledger.BeginSnapshot();
            _snapshot = Task.Run(() => BuildSnapshot(build));
        }
        catch (Exception exception)
        {
            _snapshots.Failed(exception);
        }
    }

    private void BuildSnapshot(Action<CancellationToken> build)
    {
        try
        {
            build(_stopping.Token);
            _snapshots.Succeeded();
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The next process creates the snapshot.
        }
        catch (Exception exception)
        {
            // Nothing is lost: the journal stays until a snapshot succeeds. The next attempt follows the next segments.
            _snapshots.Failed(exception);
        }
    }

    [LoggerMessage(
        EventIds.ClockStep, LogLevel.Warning,
        "The system clock was set by {Step}. Transactions are counted under the new time; keys age as before.")]
    private static partial void LogStep(ILogger logger, TimeSpan step);

    [LoggerMessage(
        EventIds.HistoryShortened, LogLevel.Warning,
        "The memory for the history of routes, {BytesMax} bytes, is full: hours before {Since:yyyy-MM-dd} UTC have become days, earlier "
        + "than Airside:HourlyHistoryDays asks. Totals and days are complete. More memory keeps hours longer.")]
    private static partial void LogHistoryShortened(ILogger logger, long bytesMax, DateTimeOffset since);

    [LoggerMessage(
        EventIds.HistoryFull, LogLevel.Error,
        "The history of routes takes {Bytes} bytes of memory and may take {BytesMax}, though as many hours as possible have become days. "
        + "Transactions of new routes are refused; known routes are still counted. Give the process more memory.")]
    private static partial void LogHistoryFull(ILogger logger, long bytes, long bytesMax);
}
