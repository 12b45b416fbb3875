using System.Diagnostics;

namespace Airside.Core.Transactions;

/// <summary>The pending result of one caller.</summary>
internal sealed class Submission(ReadOnlyMemory<Transaction> transactions, Activity? request)
    : TaskCompletionSource<RecordOutcome[]>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    private const int Waiting = 0;
    private const int Settled = 1;
    private readonly RecordOutcome[] _outcomes = new RecordOutcome[transactions.Length];
    private int _state = Waiting;

    public ReadOnlyMemory<Transaction> Transactions { get; } = transactions;

    /// <summary>The span of the request that submitted the transactions, or null if it is not recorded.</summary>
    public Activity? Request { get; } = request;

    /// <summary>Takes the submission into a batch, unless its caller has canceled.</summary>
    public bool TryTake() => Interlocked.CompareExchange(ref _state, Settled, Waiting) == Waiting;

    /// <summary>Completes the submission with its outcomes.</summary>
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
