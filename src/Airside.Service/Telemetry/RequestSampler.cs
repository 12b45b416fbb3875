using System.Diagnostics;
using Airside.Service.Configuration;
using OpenTelemetry.Trace;

namespace Airside.Service.Telemetry;

/// <summary>
/// Decides which spans without a parent are sent: those of requests, which have a span only if it is to be kept
/// (<see cref="RequestSpans"/>). Work without a request, such as background work, starts no trace.
/// </summary>
internal sealed class RequestSampler : Sampler
{
    /// <summary>Returns the configured sampler: a span is sent with its parent, and a caller decides unless the share overrides.</summary>
    public static Sampler For(OtlpOptions otlp)
    {
        var ofCallers = otlp.IsByParent ? null : new TraceIdRatioBasedSampler(otlp.ShareOfRequests);
        return new ParentBasedSampler(new RequestSampler(), remoteParentSampled: ofCallers, remoteParentNotSampled: ofCallers);
    }

    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) =>
        new(samplingParameters.Kind == ActivityKind.Server);
}
