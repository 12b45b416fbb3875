using System.Diagnostics;
using OpenTelemetry.Trace;

namespace Airside.Service.Telemetry;

/// <summary>
/// Decides which spans without a parent are sent: those of requests, which have a span only where they are to be kept
/// (<see cref="RequestSpans"/>). What begins without a request, such as work in the background, begins no trace.
/// </summary>
internal sealed class RequestSampler : Sampler
{
    /// <summary>The sampler of the settings: a span is sent with its parent, and a caller decides unless the share is to hold.</summary>
    public static Sampler For(OtlpOptions otlp)
    {
        var ofCallers = otlp.IsByParent ? null : new TraceIdRatioBasedSampler(otlp.ShareOfRequests);
        return new ParentBasedSampler(new RequestSampler(), remoteParentSampled: ofCallers, remoteParentNotSampled: ofCallers);
    }

    /// <inheritdoc/>
    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) =>
        new(samplingParameters.Kind == ActivityKind.Server);
}
