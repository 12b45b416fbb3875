using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Airside.Core;
using Airside.Core.Transactions;

namespace Airside.Stores.Tests.DynamoDb;

/// <summary>The AWS SDK uses the metrics and traces of .NET.</summary>
[Trait("Category", "Tool")]
public sealed class TelemetryTests(SharedDynamoDb server) : IAsyncLifetime
{
    private static readonly ActivitySource Requests = new("Airside.Stores.Tests.Requests");

    private readonly DynamoDbTestStore _store = new(server);

    public async ValueTask InitializeAsync() => await _store.OpenAsync();

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task A_call_is_measured_and_is_part_of_the_trace_that_it_belongs_to()
    {
        var methods = new ConcurrentBag<string>();
        using var meters = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name.StartsWith("AWSSDK.", StringComparison.Ordinal) && instrument.Name == "client.call.duration")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        meters.SetMeasurementEventCallback<double>((_, _, tags, _) =>
        {
            foreach (var (key, value) in tags)
            {
                if (key == "rpc.method")
                {
                    methods.Add($"{value}");
                }
            }
        });
        meters.Start();
        var spans = new ConcurrentBag<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Airside.Stores.Tests.Requests" or Traces.SourceName,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Add,
        };
        ActivitySource.AddActivityListener(listener);

        ActivityTraceId trace;
        using (var request = Requests.StartActivity("request")!)
        {
            trace = request.TraceId;
            await RecordAsync("AR1");
        }

        // Outside a trace, calls start none.
        await RecordAsync("AR2");

        Assert.Contains("TransactWriteItems", methods);
        Assert.Contains(spans, span => span.TraceId == trace && span.DisplayName.Contains("TransactWriteItems", StringComparison.Ordinal));
        Assert.Single(spans, span => span.TraceId == trace && span.Source == Requests);
        Assert.Equal(
            spans.Count(span => span.DisplayName.Contains("TransactWriteItems", StringComparison.Ordinal)),
            spans.Count(span => span.TraceId == trace && span.DisplayName.Contains("TransactWriteItems", StringComparison.Ordinal)));
    }

    private async Task RecordAsync(string route)
    {
        var outcomes = new RecordOutcome[1];
        await _store.Replicas[0].Ledger.RecordAsync(
            new[] { new Transaction(FlightRoute.Parse(route), TransactionKey.Create(TimeProvider.System)) },
            outcomes,
            CancellationToken.None);
    }
}
