using System.Diagnostics;
using System.Text;
using Airside.Core;
using Airside.Core.Transactions;
using Microsoft.Extensions.Logging;

namespace Airside.Stores.Embedded;

/// <summary>The ledger of one process without a server: a journal on the local disk and all state in memory.</summary>
/// <remarks>
/// Commits run on a thread of their own, because a disk blocks its caller and the thread pool is small. Reads come from memory
/// and never wait for the disk.
/// </remarks>
internal sealed partial class EmbeddedLedger : ITransactionLedger, IAsyncDisposable
{
    private readonly JournaledLedger _ledger;
    private readonly ILogger _logger;
    private readonly DirectoryWatch? _watch;
    private readonly Action<byte[]> _endProcess;
    private readonly byte[] _lastWords = Encoding.UTF8.GetBytes($"Airside ended. {JournaledLedger.Ended}\n");
    private readonly BackgroundWork _snapshots;
    private readonly CommitQueue _commits = new();
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stopping = new();
    private Task _snapshot = Task.CompletedTask;
    private bool _isDisposed;

    /// <summary>Starts the thread of the journal.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="keyWindow">How long it remembers keys.</param>
    /// <param name="logger">Told of what goes wrong in the background.</param>
    /// <param name="watch">Knows whether the directory can be written; null where it is a simulated one.</param>
    /// <param name="endProcess">Ends the process with a sentence, for a test to take its place.</param>
    public EmbeddedLedger(
        JournaledLedger ledger, TimeSpan keyWindow, ILogger logger, DirectoryWatch? watch = null, Action<byte[]>? endProcess = null)
    {
        _ledger = ledger;
        _watch = watch;
        _logger = logger;
        _endProcess = endProcess ?? ProcessEnd.Because;
        _snapshots = new BackgroundWork("making of snapshots", TimeProvider.System, logger);
        KeyWindow = keyWindow;
        new Thread(Run) { Name = "Airside journal", IsBackground = true }.Start();
    }

    /// <inheritdoc/>
    public TimeSpan KeyWindow { get; }

    /// <inheritdoc/>
    public string? WriteFault => _ledger.WriteFault ?? _watch?.Fault;

    /// <summary>Number of keys in memory, and the memory that they take and may take, in bytes.</summary>
    public (long Count, long Bytes, long BytesMax) KeyUsage => _ledger.KeyUsage;

    /// <inheritdoc/>
    public ValueTask RecordAsync(ReadOnlyMemory<Transaction> batch, Memory<RecordOutcome> outcomes, CancellationToken cancellationToken)
    {
        if (_watch?.LockFault is { } fault)
        {
            return ValueTask.FromException(new StoreUnavailableException(fault));
        }

        var commit = new PendingCommit(batch, outcomes, cancellationToken);
        return Traces.Recorded is null ? CommitAsync(commit) : InSpanAsync(commit);
    }

    /// <summary>Runs something else on the thread of the journal, between two batches.</summary>
    public Task<T> RunAsync<T>(Func<JournaledLedger, T> work, CancellationToken cancellationToken)
    {
        var pending = new PendingWork<T>(work, cancellationToken);
        _commits.Add(pending);
        return pending.Task;
    }

    /// <inheritdoc/>
    public ValueTask<long> TotalAsync(FlightRoute route, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_ledger.Routes.Find(route)?.Total ?? 0);

    /// <inheritdoc/>
    public ValueTask<RouteSummary?> RouteAsync(FlightRoute route, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_ledger.Routes.Find(route)?.Summary());

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<RouteSummary>> TopAsync(int limit, CancellationToken cancellationToken) =>
        RoutesAsync(new RouteQuery(null, RouteSort.Total, limit), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<RouteSummary>> RoutesAsync(RouteQuery query, CancellationToken cancellationToken)
    {
        // The summaries are taken first: sorting by a total that grows meanwhile would have no order.
        var routes = _ledger.Routes.Routes
            .Where(counts => query.Designator is null || string.Equals(counts.Route.Designator, query.Designator, StringComparison.Ordinal))
            .Select(counts => counts.Summary());
        return ValueTask.FromResult(query.Page(routes));
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<HistoryPoint>> HistoryAsync(
        FlightRoute route, DateTimeOffset from, DateTimeOffset to, HistoryBucket bucket, CancellationToken cancellationToken)
    {
        var range = HistoryRange.Around(from, to, bucket);
        var points = (_ledger.Routes.Find(route)?.Hours(HourOf(range.First), HourOf(range.End)) ?? [])
            .GroupBy(hour => HistoryRange.Floor(DateTimeOffset.FromUnixTimeSeconds(hour.Hour * 3600), bucket))
            .Select(group => new HistoryPoint(group.Key, group.Sum(hour => hour.Transactions)));
        return ValueTask.FromResult<IReadOnlyList<HistoryPoint>>([.. points]);
    }

    /// <inheritdoc/>
    public ValueTask<LedgerOverview> OverviewAsync(int limit, DateTimeOffset activeSince, CancellationToken cancellationToken) =>
        ValueTask.FromResult(LedgerOverview.Of(
            _ledger.Routes.Routes.Select(counts => counts.Summary()).ToArray(),
            limit,
            activeSince,
            routes => TimeSpan.FromMicroseconds(routes * Limits.EmbeddedOverviewMicrosecondsPerRoute)));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<HistoryPoint>> HoursOfAllAsync(
        DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var range = HistoryRange.Around(from, to, HistoryBucket.Hour);
        var hours = new SortedDictionary<long, long>();
        foreach (var hour in _ledger.Routes.Routes.SelectMany(counts => counts.Hours(HourOf(range.First), HourOf(range.End))))
        {
            hours[hour.Hour] = hours.GetValueOrDefault(hour.Hour) + hour.Transactions;
        }

        return ValueTask.FromResult<IReadOnlyList<HistoryPoint>>(
            [.. hours.Select(hour => new HistoryPoint(DateTimeOffset.FromUnixTimeSeconds(hour.Key * 3600), hour.Value))]);
    }

    /// <summary>
    /// Finishes the commits that were handed over, gives up a snapshot under way, and closes the journal. May be called again.
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

    private ValueTask CommitAsync(PendingCommit commit)
    {
        _commits.Add(commit);
        return new ValueTask(commit.Task);
    }

    /// <summary>The same for a batch whose trace is recorded.</summary>
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

    /// <summary>Hours since 1970 of the start of an hour, which is before it for earlier times.</summary>
    private static long HourOf(DateTimeOffset start) => (long)Math.Floor((start - DateTimeOffset.UnixEpoch).TotalHours);

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

                TellOfClock();
                BeginSnapshotIfDue();
            }
        }
        catch (Exception)
        {
            // Whatever it was, what is durable may not have been answered, and nobody would take the next batch.
            _endProcess(_lastWords);
        }

        _stopped.SetResult();
    }

    private void TellOfClock()
    {
        if (_ledger.Clock.TryTakeStep(out var step))
        {
            LogClockStep(_logger, step);
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
            // The next process makes the snapshot.
        }
        catch (Exception exception)
        {
            // Nothing is lost without a snapshot: the journal stays until one succeeds. The next attempt follows the next segments.
            _snapshots.Failed(exception);
        }
    }

    [LoggerMessage(
        EventIds.ClockStep, LogLevel.Warning,
        "The clock of the machine was set by {Step}. Transactions are counted under its time from here on; keys age as before.")]
    private static partial void LogClockStep(ILogger logger, TimeSpan step);

    /// <summary>
    /// Hands batches to the journal's thread, which sleeps until there is one. The collections of .NET spin before they sleep,
    /// and where there is one processor that takes it from those who would bring the next batch.
    /// </summary>
    private sealed class CommitQueue
    {
        private readonly Queue<IPending> _waiting = new();
        private bool _isComplete;

        public void Add(IPending commit)
        {
            lock (_waiting)
            {
                ObjectDisposedException.ThrowIf(_isComplete, this);
                _waiting.Enqueue(commit);
                Monitor.Pulse(_waiting);
            }
        }

        /// <summary>Waits for the next batch; gives null when there will be none any more.</summary>
        public IPending? Take()
        {
            lock (_waiting)
            {
                while (_waiting.Count == 0 && !_isComplete)
                {
                    Monitor.Wait(_waiting);
                }

                return _waiting.TryDequeue(out var commit) ? commit : null;
            }
        }

        public void CompleteAdding()
        {
            lock (_waiting)
            {
                _isComplete = true;
                Monitor.Pulse(_waiting);
            }
        }
    }

    /// <summary>What waits for the journal's thread.</summary>
    private interface IPending
    {
        void Run(JournaledLedger ledger);
    }

    /// <summary>Work on its way to the journal's thread and back.</summary>
    private sealed class PendingWork<T>(Func<JournaledLedger, T> work, CancellationToken cancellationToken)
        : TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously), IPending
    {
        public void Run(JournaledLedger ledger)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                SetCanceled(cancellationToken);
                return;
            }

            T result;
            try
            {
                result = work(ledger);
            }
            catch (Exception exception)
            {
                SetException(exception);
                return;
            }

            SetResult(result);
        }
    }

    /// <summary>A batch on its way to the journal's thread and back.</summary>
    private sealed class PendingCommit(
        ReadOnlyMemory<Transaction> batch, Memory<RecordOutcome> outcomes, CancellationToken cancellationToken)
        : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), IPending
    {
        public void Run(JournaledLedger ledger)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                SetCanceled(cancellationToken);
                return;
            }

            try
            {
                ledger.Commit(batch.Span, outcomes.Span);
            }
            catch (Exception exception)
            {
                SetException(exception);
                return;
            }

            SetResult();
        }
    }
}
