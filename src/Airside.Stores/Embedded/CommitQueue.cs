using Airside.Core.Transactions;

namespace Airside.Stores.Embedded;

/// <summary>
/// Passes batches to the journal's thread, which sleeps until one arrives. The .NET collections spin before they sleep, which on a
/// single processor takes time from the callers that bring the next batch.
/// </summary>
internal sealed class CommitQueue
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

    /// <summary>Waits for the next batch; returns null when no more will come.</summary>
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

/// <summary>A job for the journal's thread.</summary>
internal interface IPending
{
    void Run(JournaledLedger ledger);
}

/// <summary>Work queued for the journal's thread, with its result.</summary>
internal sealed class PendingWork<T>(Func<JournaledLedger, T> work, CancellationToken cancellationToken)
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

/// <summary>A batch queued for the journal's thread, with its completion.</summary>
internal sealed class PendingCommit(
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
