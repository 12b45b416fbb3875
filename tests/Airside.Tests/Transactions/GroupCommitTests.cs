using Airside.Core;
using Airside.Core.Transactions;

namespace Airside.Tests.Transactions;

public sealed class GroupCommitTests : IAsyncDisposable
{
    private readonly HeldLedger _ledger = new();
    private readonly MeterFactory _meters = new();
    private GroupCommit _commit;

    public GroupCommitTests() => _commit = new GroupCommit(_ledger, new GroupCommitMetrics(_meters));

    public async ValueTask DisposeAsync()
    {
        await _commit.DisposeAsync();
        _meters.Dispose();
    }

    [Fact]
    public async Task A_lone_transaction_is_committed_at_once()
    {
        var waiting = Record("a");
        var commit = await _ledger.NextCommitAsync();
        Assert.Equal(["a"], commit.Keys);
        Assert.False(waiting.IsCompleted);
        commit.SetResult();
        Assert.Equal(HeldCommit.OutcomeOf(From("a")), await waiting);
    }

    [Fact]
    public async Task While_one_batch_commits_the_next_one_fills_in_order()
    {
        var first = Record("a");
        var firstCommit = await _ledger.NextCommitAsync();
        var others = new[] { Record("b"), Record("c"), Record("d") };
        Assert.Equal(3, _commit.QueueLength);
        Assert.Equal(0, _ledger.CommitsBegun);

        firstCommit.SetResult();
        await first;
        var secondCommit = await _ledger.NextCommitAsync();
        Assert.Equal(["b", "c", "d"], secondCommit.Keys);
        Assert.Equal(0, _commit.QueueLength);
        secondCommit.SetResult();
        Assert.Equal(secondCommit.Batch.Select(HeldCommit.OutcomeOf), await Task.WhenAll(others));
    }

    [Fact]
    public async Task Each_caller_gets_the_outcomes_of_its_own_transactions()
    {
        var first = Record("a");
        var firstCommit = await _ledger.NextCommitAsync();
        var pair = Record(["b", "c"]);
        var single = Record("replay d");
        var triple = Record(["e", "f", "g"]);
        firstCommit.SetResult();
        (await _ledger.NextCommitAsync()).SetResult();

        await first;
        Assert.Equal([HeldCommit.OutcomeOf(From("b")), HeldCommit.OutcomeOf(From("c"))], await pair);
        Assert.Equal(HeldCommit.OutcomeOf(From("replay d")), await single);
        Assert.Equal([HeldCommit.OutcomeOf(From("e")), HeldCommit.OutcomeOf(From("f")), HeldCommit.OutcomeOf(From("g"))], await triple);
    }

    [Fact]
    public async Task A_full_queue_sheds_at_once_and_nothing_of_it_is_recorded()
    {
        await UseQueueOf(transactionsMax: 5);
        var first = Record("a");
        var firstCommit = await _ledger.NextCommitAsync();
        var accepted = new[] { Record(["b", "c"]), Record(["d", "e"]) };

        var refused = Record(["shed", "shed too"]);
        Assert.True(refused.IsFaulted);
        var exception = await Assert.ThrowsAsync<OverloadedException>(() => refused);
        Assert.Contains("QueueTransactionsMax is 5", exception.Message, StringComparison.Ordinal);
        var last = Record("f");
        await Assert.ThrowsAsync<OverloadedException>(() => Record("shed as well"));
        Assert.Equal(5, _commit.QueueLength);

        firstCommit.SetResult();
        var secondCommit = await _ledger.NextCommitAsync();
        Assert.Equal(["b", "c", "d", "e", "f"], secondCommit.Keys);
        var afterwards = Record("there is room again");
        secondCommit.SetResult();
        (await _ledger.NextCommitAsync()).SetResult();
        await Task.WhenAll([first, last, afterwards, .. accepted]);
        Assert.Equal(0, _ledger.CommitsBegun);
    }

    [Fact]
    public async Task What_is_cancelled_while_it_waits_is_never_recorded()
    {
        var first = Record("a");
        var firstCommit = await _ledger.NextCommitAsync();
        using var cancellation = new CancellationTokenSource();
        var cancelled = new Task[] { Record("b", cancellation.Token), Record(["c", "d"], cancellation.Token) };
        var other = Record("e");
        await cancellation.CancelAsync();
        foreach (var task in cancelled)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
        }

        firstCommit.SetResult();
        var secondCommit = await _ledger.NextCommitAsync();
        Assert.Equal(["e"], secondCommit.Keys);
        secondCommit.SetResult();
        await Task.WhenAll(first, other);
        Assert.Equal(0, _commit.QueueLength);
    }

    [Fact]
    public async Task Cancelling_after_the_commit_has_begun_is_ignored()
    {
        using var cancellation = new CancellationTokenSource();
        var waiting = Record("a", cancellation.Token);
        var commit = await _ledger.NextCommitAsync();
        await cancellation.CancelAsync();
        Assert.False(waiting.IsCompleted);
        commit.SetResult();
        Assert.Equal(HeldCommit.OutcomeOf(From("a")), await waiting);
    }

    [Fact]
    public async Task What_is_submitted_together_is_never_split()
    {
        var first = Record("a");
        var firstCommit = await _ledger.NextCommitAsync();
        const int Many = Limits.GroupCommitTransactionsMax * 6 / 10;
        var waiting = new[] { Keys("b", Many), Keys("c", Many), Keys("d", Limits.GroupCommitTransactionsMax - Many) }
            .Select(keys => (Keys: keys, Task: Record(keys))).ToArray();
        firstCommit.SetResult();

        var secondCommit = await _ledger.NextCommitAsync();
        Assert.Equal(waiting[0].Keys, secondCommit.Keys);
        secondCommit.SetResult();
        var thirdCommit = await _ledger.NextCommitAsync();
        Assert.Equal([.. waiting[1].Keys, .. waiting[2].Keys], thirdCommit.Keys);
        thirdCommit.SetResult();
        await Task.WhenAll([first, .. waiting.Select(pair => pair.Task)]);
    }

    [Fact]
    public async Task A_failure_reaches_each_caller_of_its_batch_and_no_other()
    {
        var first = Record("a");
        var firstCommit = await _ledger.NextCommitAsync();
        var failing = new Task[] { Record("b"), Record(["c", "d"]) };
        firstCommit.SetResult();
        var secondCommit = await _ledger.NextCommitAsync();
        var next = Record("e");
        secondCommit.SetException(new StoreUnavailableException("The disk is full."));
        (await _ledger.NextCommitAsync()).SetResult();

        await first;
        var causes = new[]
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(() => failing[0]),
            await Assert.ThrowsAsync<StoreUnavailableException>(() => failing[1]),
        };
        Assert.All(causes, cause => Assert.Equal("The disk is full.", cause.Message));
        Assert.NotSame(causes[0], causes[1]);
        Assert.Equal(HeldCommit.OutcomeOf(From("e")), await next);
    }

    [Fact]
    public async Task Disposing_finishes_what_was_accepted_and_refuses_the_rest()
    {
        var first = Record("a");
        var firstCommit = await _ledger.NextCommitAsync();
        var accepted = Record("b");
        var disposing = _commit.DisposeAsync().AsTask();
        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => Record("c"));
        Assert.Contains("stopping", refused.Message, StringComparison.Ordinal);

        firstCommit.SetResult();
        var secondCommit = await _ledger.NextCommitAsync();
        Assert.Equal(["b"], secondCommit.Keys);
        Assert.False(disposing.IsCompleted);
        secondCommit.SetResult();
        await disposing;
        await Task.WhenAll(first, accepted);
        Assert.Equal(0, _commit.QueueLength);
        Assert.Equal(0, _ledger.CommitsBegun);
    }

    [Fact]
    public async Task Nothing_is_committed_of_an_empty_submission_or_one_over_the_limit()
    {
        Assert.Empty(await Record(keys: []));
        await Assert.ThrowsAsync<ArgumentException>(() => Record(Keys("k", Limits.GroupCommitTransactionsMax + 1)));
        Assert.Equal(0, _commit.QueueLength);
        Assert.Equal(0, _ledger.CommitsBegun);
    }

    [Fact]
    public async Task Queue_batches_and_commits_are_measured()
    {
        await UseQueueOf(transactionsMax: 4);
        var first = Record("a");
        var firstCommit = await _ledger.NextCommitAsync();
        var second = Record(["b", "replay c", "replay d"]);
        Assert.Equal(3, _meters.Observe("airside.commit.queue.length"));
        await Assert.ThrowsAsync<OverloadedException>(() => Record(["e", "f"]));
        firstCommit.SetResult();
        (await _ledger.NextCommitAsync()).SetResult();
        await Task.WhenAll(first, second);
        var third = Record("g");
        (await _ledger.NextCommitAsync()).SetException(new InvalidOperationException("broken"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => third);

        Assert.Equal(0, _meters.Observe("airside.commit.queue.length"));
        Assert.Equal([1, 3], _meters.Measured("airside.commit.batch.size"));
        Assert.Equal(2, _meters.Measured("airside.commit.duration").Count);
        Assert.All(_meters.Measured("airside.commit.duration"), seconds => Assert.True(seconds > 0));
        Assert.Equal([1, 1], _meters.Measured("airside.transactions", "recorded"));
        Assert.Equal([2], _meters.Measured("airside.transactions", "replayed"));
        Assert.Equal([2], _meters.Measured("airside.transactions", "shed"));
        Assert.Equal([1], _meters.Measured("airside.transactions", "failed"));
    }

    private static Transaction From(string key) => new(FlightRoute.Parse("AR1133"), TransactionKey.Parse(key));

    private static string[] Keys(string prefix, int count) => [.. Enumerable.Range(0, count).Select(i => $"{prefix}{i}")];

    private async Task<RecordOutcome> Record(string key, CancellationToken cancellationToken = default) =>
        Assert.Single(await Record([key], cancellationToken));

    private Task<RecordOutcome[]> Record(string[] keys, CancellationToken cancellationToken = default) =>
        _commit.RecordAsync(keys.Select(From).ToArray(), cancellationToken);

    private async Task UseQueueOf(int transactionsMax)
    {
        await _commit.DisposeAsync();
        _meters.Clear();
        _commit = new GroupCommit(_ledger, new GroupCommitMetrics(_meters), transactionsMax);
    }
}
