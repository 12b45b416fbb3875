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

    private readonly List<Submission> _taken = [];
    private readonly List<Activity> _recorded = [];
    private readonly Transaction[] _batch = new Transaction[Limits.GroupCommitTransactionsMax];
    private readonly RecordOutcome[] _outcomes = new RecordOutcome[Limits.GroupCommitTransactionsMax];
    private readonly Task _loop;
    private int _queued;

    /// <summary>Starts committing to a ledger.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="metrics">Told of the queue, the batches and the commits.</param>
    /// <param name="queueTransactionsMax">Most transactions that wait; one more is shed.</param>
    public GroupCommit(ITransactionLedger ledger, GroupCommitMetrics metrics, int queueTransactionsMax = Limits.QueueTransactionsMax)
    {
        _ledger = ledger;
        _metrics = metrics;
        _queueTransactionsMax = queueTransactionsMax;
        metrics.ObserveQueue(() => QueueLength, queueTransactionsMax);
        _loop = Task.Run(CommitAllAsync);
    }

    /// <summary>Number of transactions that wait for a commit.</summary>
    public int QueueLength => Volatile.Read(ref _queued);

    /// <summary>
    /// Records transactions together, in their order and in one commit; completes with an outcome for each when all are durable.
    /// </summary>
    /// <param name="transactions">At most <see cref="Limits.GroupCommitTransactionsMax"/>.</param>
    /// <param name="cancellationToken">Takes them back while they wait; once their commit has begun it is ignored.</param>
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
        if (!_queue.Writer.TryWrite(submission))
        {
            Interlocked.Add(ref _queued, -transactions.Length);
            return Task.FromException<RecordOutcome[]>(
                new StoreUnavailableException("The service is stopping. Nothing was recorded; try again elsewhere."));
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
            var count = TakeBatch();
            if (count > 0)
            {
                await CommitAsync(count);
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
                if (submission.Request is { } request)
                {
                    _recorded.Add(request);
                }
            }
        }

        return count;
    }

    private async Task CommitAsync(int count)
    {
        using var span = _recorded.Count > 0 ? BatchSpan.Start(_recorded, count) : null;
        TimeSpan duration;
        try
        {
            var started = Stopwatch.GetTimestamp();
            await _ledger.RecordAsync(_batch.AsMemory(0, count), _outcomes.AsMemory(0, count), CancellationToken.None);
            duration = Stopwatch.GetElapsedTime(started);
        }
        catch (Exception exception)
        {
            _metrics.Failed(count);
            span?.SetStatus(ActivityStatusCode.Error, exception.Message);
            foreach (var submission in _taken)
            {
                // Each waiter gets an exception of its own: one that is thrown in many places at once gathers all their stacks.
                submission.SetException(
                    exception is StoreUnavailableException ? new StoreUnavailableException(exception.Message, exception) : exception);
            }

            return;
        }

        var outcomes = _outcomes.AsSpan(0, count);
        foreach (var submission in _taken)
        {
            submission.SetResult(outcomes[..submission.Transactions.Length].ToArray());
            outcomes = outcomes[submission.Transactions.Length..];
        }

        _metrics.Committed(_batch.AsSpan(0, count), _outcomes.AsSpan(0, count), duration);
    }

    /// <summary>What one caller waits for.</summary>
    private sealed class Submission(ReadOnlyMemory<Transaction> transactions, Activity? request)
        : TaskCompletionSource<RecordOutcome[]>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        private const int Waiting = 0;
        private const int Settled = 1;
        private int _state = Waiting;

        public ReadOnlyMemory<Transaction> Transactions { get; } = transactions;

        /// <summary>The span of the request that submitted them, or null when it is not recorded.</summary>
        public Activity? Request { get; } = request;

        /// <summary>Takes the submission into a batch, unless its caller has given up.</summary>
        public bool TryTake() => Interlocked.CompareExchange(ref _state, Settled, Waiting) == Waiting;

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
