using System.Diagnostics;
using System.Threading.Channels;

namespace Airside.Core.Transactions;

/// <summary>
/// Many concurrent transactions made durable by one commit: a bounded queue in front of the ledger. While one batch commits,
/// the next one fills.
/// </summary>
/// <remarks>
/// One batch is under way at a time, so one process has one writer. What is submitted together is never split over two
/// batches. Nobody waits for a batch to fill: a lone transaction is committed at once.
/// </remarks>
public sealed class GroupCommit : IAsyncDisposable
{
    private readonly ITransactionLedger _ledger;
    private readonly GroupCommitMetrics _metrics;
    private readonly int _queueTransactionsMax;
    private readonly Channel<Submission> _queue =
        Channel.CreateUnbounded<Submission>(new UnboundedChannelOptions { SingleReader = true });

    // As large as they can get, so that the loop asks for no memory between taking a submission and answering it.
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
    /// <param name="metrics">Told of the queue, the batches and the commits.</param>
    /// <param name="queueTransactionsMax">Most transactions that wait; one more is shed.</param>
    /// <param name="work">Told of what fails around the commits, such as a listener of metrics that throws.</param>
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

    /// <summary>Number of transactions that wait for a commit.</summary>
    public int QueueLength => Volatile.Read(ref _queued);

    /// <summary>Why nothing is committed any more, or null while commits go on.</summary>
    public string? Fault => _loop.IsFaulted ? "Commits have ended by a fault that nobody foresaw. Restart the service." : null;

    /// <summary>
    /// Records transactions together, in their order and in one commit; completes with an outcome for each when all are durable.
    /// </summary>
    /// <param name="transactions">At most <see cref="Limits.GroupCommitTransactionsMax"/>.</param>
    /// <param name="cancellationToken">Takes them back while they wait; once their commit has begun it is ignored.</param>
    /// <exception cref="TransactionRefusedException">One of them can never be recorded; nothing was.</exception>
    /// <exception cref="OverloadedException">The queue is full; nothing was recorded.</exception>
    /// <exception cref="StoreUnavailableException">The store could not make them durable, or the service is stopping.</exception>
    /// <exception cref="OperationCanceledException">Cancelled while they waited; nothing was recorded.</exception>
    public Task<RecordOutcome[]> RecordAsync(ReadOnlyMemory<Transaction> transactions, CancellationToken cancellationToken)
    {
        Transaction.DemandBatch(transactions.Length, nameof(transactions));

        if (transactions.IsEmpty)
        {
            return Task.FromResult<RecordOutcome[]>([]);
        }

        if (Interlocked.Add(ref _queued, transactions.Length) > _queueTransactionsMax)
        {
            Interlocked.Add(ref _queued, -transactions.Length);
            _metrics.Shed(transactions.Length);
            return Task.FromException<RecordOutcome[]>(new OverloadedException(
                $"The queue of transactions is full: {nameof(Limits.QueueTransactionsMax)} is {_queueTransactionsMax}. "
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

    /// <summary>Takes no more, and completes when everything that was accepted has been committed.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop;
    }

    private async Task CommitAllAsync()
    {
        while (await _queue.Reader.WaitToReadAsync())
        {
            // Behind everything that is ready to run: who was just answered may send the next transaction meanwhile, so under load the
            // batch grows, and without load nothing is in front.
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
                // Whatever became of it: those who wait are told, and the next batch is taken.
                _work?.Failed(exception);
                Fail(0, _taken.Count, exception);
            }
        }
    }

    /// <summary>Moves what waits, as far as it fits, into the batch and gives the number of transactions.</summary>
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
    /// Records some of the submissions of the batch in one commit. One that the store refuses for good is parted from the others by halves,
    /// so that it alone gets the error.
    /// </summary>
    private async Task RecordAsync(int first, int end, int offset, int count, Activity? span)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            await _ledger.RecordAsync(_batch.AsMemory(offset, count), _outcomes.AsMemory(offset, count), CancellationToken.None);
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
                _metrics.Failed(count);
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

    private void Fail(int first, int end, Exception exception)
    {
        for (var i = first; i < end; i++)
        {
            // Each waiter gets an exception of its own: one that is thrown in many places at once gathers all their stacks.
            _taken[i].TrySetException(exception switch
            {
                StoreUnavailableException => new StoreUnavailableException(exception.Message, exception),
                TransactionRefusedException => new TransactionRefusedException(exception.Message, exception),
                _ => exception,
            });
        }
    }

    /// <summary>Tells spans and metrics, whose listeners are anybody's code and must not stop a commit.</summary>
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

    /// <summary>What one caller waits for.</summary>
    private sealed class Submission(ReadOnlyMemory<Transaction> transactions, Activity? request)
        : TaskCompletionSource<RecordOutcome[]>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        private const int Waiting = 0;
        private const int Settled = 1;
        private readonly RecordOutcome[] _outcomes = new RecordOutcome[transactions.Length];
        private int _state = Waiting;

        public ReadOnlyMemory<Transaction> Transactions { get; } = transactions;

        /// <summary>The span of the request that submitted them, or null when it is not recorded.</summary>
        public Activity? Request { get; } = request;

        /// <summary>Takes the submission into a batch, unless its caller has given up.</summary>
        public bool TryTake() => Interlocked.CompareExchange(ref _state, Settled, Waiting) == Waiting;

        /// <summary>Answers with the outcomes.</summary>
        public void Settle(ReadOnlySpan<RecordOutcome> outcomes)
        {
            outcomes.CopyTo(_outcomes);
            SetResult(_outcomes);
        }

        public async Task<RecordOutcome[]> WaitAsync(CancellationToken cancellationToken)
        {
            await using var registration = cancellationToken.UnsafeRegister(
                static (state, token) => ((Submission)state!).Cancel(token), this);
            return await Task;
        }

        private void Cancel(CancellationToken cancellationToken)
        {
            if (TryTake())
            {
                SetCanceled(cancellationToken);
            }
        }
    }
}
