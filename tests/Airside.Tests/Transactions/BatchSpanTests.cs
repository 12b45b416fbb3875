using System.Diagnostics;
using Airside.Core;
using Airside.Core.Transactions;

namespace Airside.Tests.Transactions;

public sealed class BatchSpanTests : IAsyncDisposable
{
    private static readonly ActivitySource Requests = new("Airside.Tests.Requests");

    private readonly HeldLedger _ledger = new();
    private readonly MeterFactory _meters = new();
    private readonly GroupCommit _commit;
    private readonly List<Activity> _batches = [];
    private readonly ActivityListener _listener;

    public BatchSpanTests()
    {
        _commit = new GroupCommit(_ledger, new GroupCommitMetrics(_meters));
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Airside.Tests.Requests" or Traces.SourceName,
            Sample = static (ref ActivityCreationOptions<ActivityContext> options) => options.Name == "dropped"
                ? ActivitySamplingResult.PropagationData
                : ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                if (activity.Source == Traces.Source)
                {
                    lock (_batches)
                    {
                        _batches.Add(activity);
                    }
                }
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public async ValueTask DisposeAsync()
    {
        await _commit.DisposeAsync();
        _listener.Dispose();
        _meters.Dispose();
    }

    [Fact]
    public async Task A_batch_is_part_of_its_first_recorded_trace_and_has_links_to_the_other_ones()
    {
        var (before, _) = Record("dropped");
        var held = await _ledger.NextCommitAsync();
        var requests = new[] { "dropped", "kept", "dropped", "kept", "kept" }.Select(Record).ToArray();
        held.SetResult();
        (await _ledger.NextCommitAsync()).SetResult();
        await Task.WhenAll(requests.Select(request => request.Recording).Append(before));
        await _commit.DisposeAsync();

        var batch = Assert.Single(_batches, batch => batch.TagObjects.Contains(new("airside.batch.transactions", 5)));
        Assert.Equal(requests[1].Request.SpanId, batch.ParentSpanId);
        Assert.Equal(
            [requests[3].Request.SpanId, requests[4].Request.SpanId], batch.Links.Select(link => link.Context.SpanId));
    }

    [Fact]
    public async Task A_batch_of_which_no_request_is_recorded_has_no_span()
    {
        var (recording, request) = Record("dropped");
        (await _ledger.NextCommitAsync()).SetResult();
        await recording;
        await _commit.DisposeAsync();

        Assert.DoesNotContain(_batches, batch => batch.TraceId == request.TraceId);
    }

    [Fact]
    public async Task A_batch_that_fails_says_why_in_its_span()
    {
        var (recording, request) = Record("kept");
        (await _ledger.NextCommitAsync()).SetException(new StoreUnavailableException("The disk is full."));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => recording);
        await _commit.DisposeAsync();

        var batch = Assert.Single(_batches, batch => batch.TraceId == request.TraceId);
        Assert.Equal((ActivityStatusCode.Error, "The disk is full."), (batch.Status, batch.StatusDescription));
    }

    /// <summary>Records one transaction inside a request's span.</summary>
    private (Task Recording, Activity Request) Record(string name)
    {
        using var request = Requests.StartActivity(name, ActivityKind.Server, default(ActivityContext))!;
        var transaction = new Transaction(FlightRoute.Parse("AR1133"), TransactionKey.Create(TimeProvider.System));
        return (_commit.RecordAsync(new[] { transaction }, CancellationToken.None), request);
    }
}
