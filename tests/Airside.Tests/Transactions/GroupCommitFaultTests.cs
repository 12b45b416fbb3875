using System.Diagnostics;
using System.Diagnostics.Metrics;
using Airside.Core;
using Airside.Core.Transactions;
using Microsoft.Extensions.Logging.Abstractions;

namespace Airside.Tests.Transactions;

/// <summary>What goes wrong around a commit stays with those whom it concerns, and the commits go on.</summary>
public sealed class GroupCommitFaultTests : IAsyncDisposable
{
    private readonly HeldLedger _ledger = new();
    private readonly MeterFactory _meters = new();
    private readonly BackgroundWork _work = new("telemetry of commits", TimeProvider.System, NullLogger.Instance);
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
        var first = _commit.RecordAsync(new[] { Of("first") }, CancellationToken.None);
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

    private static Transaction Of(string key) => new(FlightRoute.Parse("AR1133"), TransactionKey.Parse(key));

    private Task<RecordOutcome[]> Record(string key) => _commit.RecordAsync(new[] { Of(key) }, CancellationToken.None);

    private async Task CommitAsync(string key)
    {
        var waiting = Record(key);
        (await _ledger.NextCommitAsync()).SetResult();
        Assert.Equal([HeldCommit.OutcomeOf(Of(key))], await waiting);
    }
}
