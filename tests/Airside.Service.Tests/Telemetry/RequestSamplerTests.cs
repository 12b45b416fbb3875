using System.Diagnostics;
using Airside.Service.Configuration;
using Airside.Service.Telemetry;
using OpenTelemetry.Trace;

namespace Airside.Service.Tests.Telemetry;

/// <summary>Spans that begin without a request, which ExportTests cannot trigger.</summary>
public sealed class RequestSamplerTests
{
    [Theory]
    [InlineData(ActivityKind.Server, SamplingDecision.RecordAndSample)]
    [InlineData(ActivityKind.Client, SamplingDecision.Drop)]
    [InlineData(ActivityKind.Internal, SamplingDecision.Drop)]
    public void Only_requests_begin_a_trace_whatever_is_set(ActivityKind kind, SamplingDecision expected)
    {
        foreach (var sampler in (string[])["parentbased_traceidratio", "parentbased_always_on", "traceidratio", "always_on"])
        {
            var options = new OtlpOptions("airside", sampler, Share: 1, SendsTraces: true, SendsMetrics: true, SendsLogs: true);
            var decided = RequestSampler.For(options)
                .ShouldSample(new SamplingParameters(default, ActivityTraceId.CreateRandom(), "GET", kind));
            Assert.Equal(expected, decided.Decision);
        }
    }
}
