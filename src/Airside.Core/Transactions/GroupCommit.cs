using System.Diagnostics;
using System.Threading.Channels;

namespace Airside.Core.Transactions;

/// <summary>
/// Makes many concurrent transactions durable in one commit: a bounded queue in front of the ledger. While one batch commits, the next one
/// fills.
/// </summary>
/// <remarks>
/// One batch is in progress at a time, so one process has one writer. Transactions that are submitted together are never split across two
/// batches. No transaction waits for a batch to fill: a lone transaction is committed immediately.
/// </remarks>
public sealed class GroupCommit : IAsyncDisposable
{
    private readonly ITransactionLedger _ledger;
    private readonly GroupCommitMetrics _metrics;
    private readonly int _queueTransactionsMax;
    private readonly Channel<Submission> _queue =
        Channel.CreateUnbounded<Submission>(new UnboundedChannelOptions { SingleReader = true });

    // Allocated at their largest size, so that the loop allocates no memory between taking a submission and completing it.
    private readonly List<Submission> _taken = new(Limits.GroupCommitTransactionsMax);
    private readonly List<Activity> _recorded = new(1 + Limits.BatchSpanLinksMax);
    private readonly Transaction[] _batch = new Transaction[Limits.GroupCommitTransactionsMax];
    private readonly RecordOutcome[] _outcomes = new RecordOutcome[Limits.GroupCommitTransactionsMax];
    private readonly BackgroundWork? _work;
    private readonly Task _loop;
    private int _queued;
    private bool _isObserved;

    /// <summary>Starts committing to a ledger.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="metrics">Counts and measures the queue, the batches and the commits.</param>
    /// <param name="queueTransactionsMax">Most transactions that wait; one more is shed.</param>
    /// <param name="work">Records failures around the commits, such as a metrics listener that throws.</param>
    public GroupCommit(
        ITransactionLedger ledger,
        GroupCommitMetrics metrics,
        int queueTransactionsMax = Limits.QueueTransactionsMax,
        BackgroundWork? work = null)
    {
        _work = work;
        _ledger = ledger;
        _metrics = metrics;
        _queueTransactionsMax = queueTransactionsMax;
        metrics.ObserveQueue(() => QueueLength, queueTransactionsMax);
        _loop = Task.Run(CommitAllAsync);
    }

    /// <summary>Number of transactions waiting for a commit.</summary>
    public int QueueLength => Volatile.Read(ref _queued);

    /// <summary>Why commits stopped, or null while they continue.</summary>
    public string? Fault => _loop.IsFaulted ? "Commits stopped on an unexpected error. Restart the service." : null;

    /// <summary>
    /// Records transactions together, in their order and in one commit. Completes with one outcome per transaction when all are durable.
    /// </summary>
    /// <param name="transactions">At most <see cref="Limits.GroupCommitTransactionsMax"/>.</param>
    /// <param name="cancellationToken">Withdraws them while they wait; ignored once their commit has started.</param>
    /// <exception cref="TransactionRefusedException">One of them can never be recorded; nothing was recorded.</exception>
    /// <exception cref="RoutesLimitException">The route of one is new and the store is full; nothing was recorded.</exception>
    /// <exception cref="OverloadedException">The queue is full; nothing was recorded.</exception>
    /// <exception cref="StoreUnavailableException">The store could not make them durable, or the service is stopping.</exception>
    /// <exception cref="OperationCanceledException">Canceled while they waited; nothing was recorded.</exception>
    public Task<RecordOutcome[]> RecordAsync(ReadOnlyMemory<Transaction> transactions, CancellationToken cancellationToken)
    {
        Transaction.EnsureBatch(transactions.Length, nameof(transactions));

        if (transactions.IsEmpty)
        {
            return Task.FromResult<RecordOutcome[]>([]);
        }

        if (Interlocked.Add(ref _queued, transactions.Length) > _queueTransactionsMax)
        {
            Interlocked.Add(ref _queued, -transactions.Length);
            _metrics.Shed(transactions.Length);
            return Task.FromException<RecordOutcome[]>(new OverloadedException(
                $"The transaction queue is full: {nameof(Limits.QueueTransactionsMax)} is {_queueTransactionsMax}. "
                + "Nothing was recorded; try again."));
        }

        var submission = new Submission(transactions, Traces.Recorded);
        if (_loop.IsFaulted || !_queue.Writer.TryWrite(submission))
        {
            Interlocked.Add(ref _queued, -transactions.Length);
            return Task.FromException<RecordOutcome[]>(
                new StoreUnavailableException(Fault ?? "The service is stopping. Nothing was recorded; try again elsewhere."));
        }

        return cancellationToken.CanBeCanceled ? submission.WaitAsync(cancellationToken) : submission.Task;
    }

    /// <summary>Accepts no more transactions, and completes when every accepted one has been committed.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop;
    }

    private async Task CommitAllAsync()
    {
        while (await _queue.Reader.WaitToReadAsync())
        {
            // Runs after everything that is ready to run: a caller that just got its outcome may send the next transaction meanwhile. Under
            // load the batch grows; without load nothing is ahead.
            await Task.Yield();
            try
            {
                _isObserved = true;
                await CommitAsync(TakeBatch());
                if (_isObserved)
                {
                    _work?.Succeeded();
                }
            }
            catch (Exception exception)
            {
                // Whatever happened, the waiting callers get the exception and the next batch starts.
                _work?.Failed(exception);
                Fail(0, _taken.Count, exception);
            }
        }
    }

    /// <summary>Moves waiting submissions into the batch, as far as they fit, and returns the number of transactions.</summary>
    private int TakeBatch()
    {
        var count = 0;
        _taken.Clear();
        _recorded.Clear();
        while (_queue.Reader.TryPeek(out var submission) && count + submission.Transactions.Length <= _batch.Length)
        {
            _queue.Reader.TryRead(out _);
            Interlocked.Add(ref _queued, -submission.Transactions.Length);
            if (submission.TryTake())
            {
                submission.Transactions.Span.CopyTo(_batch.AsSpan(count));
                count += submission.Transactions.Length;
                _taken.Add(submission);
                if (submission.Request is { } request && _recorded.Count <= Limits.BatchSpanLinksMax)
                {
                    _recorded.Add(request);
                }
            }
        }

        return count;
    }

    private async Task CommitAsync(int count)
    {
        if (count == 0)
        {
            return;
        }

        Activity? span = null;
        Observe(() => span = _recorded.Count > 0 ? BatchSpan.Start(_recorded, count) : null);
        await RecordAsync(0, _taken.Count, 0, count, span);
        Observe(() => span?.Dispose());
    }

    /// <summary>
    /// Records some submissions of the batch in one commit. If the store refuses one of them permanently, they are halved and retried, so
    /// that only that one gets the error.
    /// </summary>
    private async Task RecordAsync(int first, int end, int offset, int count, Activity? span)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            await _ledger.RecordAsync(_batch.AsMemory(offset, count), _outcomes.AsMemory(offset, count), CancellationToken.None);
        }
        catch (RoutesLimitException exception)
        {
            var rest = Refuse(first, end, offset, exception);
            if (rest.Count > 0)
            {
                await RecordAsync(first, rest.End, offset, rest.Count, span);
            }

            return;
        }
        catch (TransactionRefusedException) when (end - first > 1)
        {
            var middle = first + ((end - first) / 2);
            var half = 0;
            for (var i = first; i < middle; i++)
            {
                half += _taken[i].Transactions.Length;
            }

            await RecordAsync(first, middle, offset, half, span);
            await RecordAsync(middle, end, offset + half, count - half, span);
            return;
        }
        catch (Exception exception)
        {
            Fail(first, end, exception);
            Observe(() =>
            {
                _metrics.Failed(count, exception is TransactionRefusedException);
                span?.SetStatus(ActivityStatusCode.Error, exception.Message);
            });
            return;
        }

        var duration = Stopwatch.GetElapsedTime(started);
        for (var (i, at) = (first, offset); i < end; at += _taken[i].Transactions.Length, i++)
        {
            _taken[i].Settle(_outcomes.AsSpan(at, _taken[i].Transactions.Length));
        }

        Observe(() => _metrics.Committed(_batch.AsSpan(offset, count), _outcomes.AsSpan(offset, count), duration));
    }

    /// <summary>
    /// Fails the submissions with refused transactions and moves the others together. Returns where the others end, and their number of
    /// transactions. A refused submission of several may give back places that it had taken, so those after it are tried again.
    /// </summary>
    private (int End, int Count) Refuse(int first, int end, int offset, RoutesLimitException exception)
    {
        var (kept, count, at, refused, isRetry) = (first, 0, 0, 0, false);
        for (var i = first; i < end; i++)
        {
            var submission = _taken[i];
            var length = submission.Transactions.Length;
            while (refused < exception.Indexes.Count && exception.Indexes[refused] < at)
            {
                refused++;
            }

            if (!isRetry && refused < exception.Indexes.Count && exception.Indexes[refused] < at + length)
            {
                isRetry = length > 1;
                submission.TrySetException(new RoutesLimitException(exception.Message, [exception.Indexes[refused] - at], exception));
                Observe(() => _metrics.Failed(length, isPermanent: true));
            }
            else
            {
                _taken[kept++] = submission;
                _batch.AsSpan(offset + at, length).CopyTo(_batch.AsSpan(offset + count));
                count += length;
            }

            at += length;
        }

        return (kept, count);
    }

    private void Fail(int first, int end, Exception exception)
    {
        for (var i = first; i < end; i++)
        {
            // Each waiter gets its own exception: one exception thrown in many places at once collects all their stacks.
            _taken[i].TrySetException(exception switch
            {
                StoreUnavailableException => new StoreUnavailableException(exception.Message, exception),
                TransactionRefusedException => new TransactionRefusedException(exception.Message, exception),
                _ => exception,
            });
        }
    }

    /// <summary>Updates spans and metrics. Their listeners can be any code and must not stop a commit.</summary>
    private void Observe(Action tell)
    {
        try
        {
            tell();
        }
        catch (Exception exception)
        {
            _isObserved = false;
            _work?.Failed(exception);
        }
    }
}
