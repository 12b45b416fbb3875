using System.Diagnostics;
using System.Diagnostics.Metrics;
using Airside.Core;
using Airside.Core.Transactions;
using Microsoft.Extensions.Logging.Abstractions;

namespace Airside.Tests.Transactions;

/// <summary>A fault around a commit affects only the callers concerned, and commits continue.</summary>
public sealed class GroupCommitFaultTests : IAsyncDisposable
{
    private readonly HeldLedger _ledger = new();
    private readonly MeterFactory _meters = new();
    private readonly BackgroundWork _work = new("commit telemetry", TimeProvider.System, NullLogger.Instance);
    private readonly GroupCommit _commit;

    public GroupCommitFaultTests() => _commit = new GroupCommit(_ledger, new GroupCommitMetrics(_meters), work: _work);

    public async ValueTask DisposeAsync()
    {
        await _commit.DisposeAsync();
        _meters.Dispose();
    }

    [Theory]
    [InlineData("airside.transactions")]
    [InlineData("airside.commit.batch.size")]
    [InlineData("airside.commit.duration")]
    public async Task A_listener_of_metrics_that_throws_stops_no_commit(string instrument)
    {
        using (var listener = new MeterListener())
        {
            listener.InstrumentPublished = (published, self) =>
            {
                if (published.Name == instrument)
                {
                    self.EnableMeasurementEvents(published);
                }
            };
            listener.SetMeasurementEventCallback<long>((_, _, _, _) => throw new InvalidOperationException("the listener is broken"));
            listener.SetMeasurementEventCallback<int>((_, _, _, _) => throw new InvalidOperationException("the listener is broken"));
            listener.SetMeasurementEventCallback<double>((_, _, _, _) => throw new InvalidOperationException("the listener is broken"));
            listener.Start();
            await CommitAsync("a");
            await CommitAsync("b");
            Assert.Equal("the listener is broken", _work.Fault);
        }

        await CommitAsync("c");
        Assert.Null(_commit.Fault);
    }

    [Fact]
    public async Task A_listener_of_spans_that_throws_stops_no_commit()
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Traces.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStarted = activity => throw new InvalidOperationException($"the listener of '{activity.OperationName}' is broken"),
        };
        using var request = new Activity("request").Start();
        request.ActivityTraceFlags |= ActivityTraceFlags.Recorded;
        ActivitySource.AddActivityListener(listener);

        await CommitAsync("a");
        await CommitAsync("b");
        Assert.Contains("is broken", _work.Fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(9)]
    [InlineData(60)]
    public async Task A_transaction_that_is_refused_for_good_is_parted_from_the_others(int others)
    {
        var first = _commit.RecordAsync(new[] { From("first") }, CancellationToken.None);
        var held = await _ledger.NextCommitAsync();
        var waiting = Enumerable.Range(0, others).Select(i => Record(i == others / 2 ? "poison" : $"{i}")).ToArray();
        held.SetResult();
        await first;

        var poison = waiting[others / 2];
        while (!waiting.All(task => task.IsCompleted))
        {
            var commit = await _ledger.NextCommitAsync();
            if (commit.Keys.Contains("poison"))
            {
                commit.SetException(new TransactionRefusedException("the store does not take poison"));
            }
            else
            {
                commit.SetResult();
            }

            await Task.WhenAny(Task.WhenAll(waiting), _ledger.HasNextAsync());
        }

        await Assert.ThrowsAsync<TransactionRefusedException>(() => poison);
        Assert.All(waiting.Except([poison]), task => Assert.True(task.IsCompletedSuccessfully));
    }

    [Fact]
    public async Task Transactions_of_new_routes_beyond_the_limit_are_refused_together_and_the_others_are_recorded()
    {
        var first = Record("first");
        var held = await _ledger.NextCommitAsync();
        Transaction[][] submissions =
        [
            [From("new")], [From("a")], [From("b"), From("new 1")], [From("new 2")], [From("c"), From("d")],
            [From("new 3"), From("new 4")], [From("e")],
        ];
        var waiting = submissions.Select(one => _commit.RecordAsync(one, CancellationToken.None)).ToArray();
        held.SetResult();
        await first;

        var all = await _ledger.NextCommitAsync();
        all.SetException(new RoutesLimitException("full", [0, 3, 4, 7, 8]));

        // The second refused one had two transactions, so those after it may have room now.
        var retry = await _ledger.NextCommitAsync();
        Assert.Equal(["a", "new 2", "c", "d", "new 3", "new 4", "e"], retry.Keys);
        retry.SetException(new RoutesLimitException("full", [4, 5]));
        var rest = await _ledger.NextCommitAsync();
        Assert.Equal(["a", "new 2", "c", "d", "e"], rest.Keys);
        rest.SetResult();

        foreach (var (submission, index) in new[] { (0, 0), (2, 1), (5, 0) })
        {
            Assert.Equal([index], (await Assert.ThrowsAsync<RoutesLimitException>(() => waiting[submission])).Indexes);
        }

        foreach (var submission in new[] { 1, 3, 4, 6 })
        {
            Assert.Equal(submissions[submission].Select(HeldCommit.OutcomeOf), await waiting[submission]);
        }

        Assert.Equal(5, _meters.Measured("airside.transactions", "refused").Sum());
    }

    private static Transaction From(string key) => new(FlightRoute.Parse("AR1133"), TransactionKey.Parse(key));

    private Task<RecordOutcome[]> Record(string key) => _commit.RecordAsync(new[] { From(key) }, CancellationToken.None);

    private async Task CommitAsync(string key)
    {
        var waiting = Record(key);
        (await _ledger.NextCommitAsync()).SetResult();
        Assert.Equal([HeldCommit.OutcomeOf(From(key))], await waiting);
    }
}
