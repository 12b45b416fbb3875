using System.Threading.Channels;
using Airside.Core.Transactions;

namespace Airside.Tests.Transactions;

/// <summary>A ledger whose commits wait until the test completes or fails them.</summary>
internal sealed class HeldLedger : ITransactionLedger
{
    private static readonly TimeSpan HangAfter = TimeSpan.FromSeconds(30);
    private readonly Channel<HeldCommit> _commits = Channel.CreateUnbounded<HeldCommit>();

    public TimeSpan KeyWindow => TimeSpan.FromHours(48);

    public string? WriteFault => null;

    /// <summary>Number of started commits that the test has not received.</summary>
    public int CommitsBegun => _commits.Reader.Count;

    /// <summary>Waits until the next commit starts and returns it.</summary>
    public async Task<HeldCommit> NextCommitAsync() => await _commits.Reader.ReadAsync().AsTask().WaitAsync(HangAfter);

    /// <summary>Completes when another commit has started.</summary>
    public async Task HasNextAsync() => await _commits.Reader.WaitToReadAsync().AsTask().WaitAsync(HangAfter);

    public async ValueTask RecordAsync(
        ReadOnlyMemory<Transaction> batch, Memory<RecordOutcome> outcomes, CancellationToken cancellationToken)
    {
        var commit = new HeldCommit(batch.ToArray());
        await _commits.Writer.WriteAsync(commit, cancellationToken);
        await commit.Task;
        for (var i = 0; i < batch.Length; i++)
        {
            outcomes.Span[i] = HeldCommit.OutcomeOf(batch.Span[i]);
        }
    }

    public ValueTask<long> TotalAsync(FlightRoute route, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<RouteSummary?> RouteAsync(FlightRoute route, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<RouteSummary>> TopAsync(int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<RouteList> RoutesAsync(RouteQuery query, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<IReadOnlyList<HistoryPoint>> HistoryAsync(
        FlightRoute route, DateTimeOffset from, DateTimeOffset to, HistoryBucket bucket, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<DateTimeOffset> HoursSinceAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<LedgerOverview> OverviewAsync(int limit, DateTimeOffset activeSince, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<LedgerHours> HoursOfAllAsync(
        DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task RollUpAsync(DateTimeOffset before, CancellationToken cancellationToken) => throw new NotSupportedException();
}

/// <summary>A commit in progress.</summary>
internal sealed class HeldCommit(Transaction[] batch) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public IReadOnlyList<Transaction> Batch { get; } = batch;

    /// <summary>The keys of the batch, in its order.</summary>
    public IEnumerable<string> Keys => Batch.Select(transaction => transaction.Key.ToString());

    /// <summary>Returns an outcome unique to the transaction. Keys that begin with "replay" are repeats.</summary>
    public static RecordOutcome OutcomeOf(Transaction transaction)
    {
        var key = transaction.Key.ToString();
        return new RecordOutcome(
            key.StartsWith("replay", StringComparison.Ordinal), transaction.Route, string.GetHashCode(key, StringComparison.Ordinal));
    }
}
