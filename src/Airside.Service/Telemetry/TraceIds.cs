using System.Diagnostics;

namespace Airside.Service.Telemetry;

/// <summary>
/// Gives each request a trace id, taken from its <c>traceparent</c> header where it has one (W3C Trace Context), while no telemetry is
/// sent.
/// </summary>
internal static class TraceIds
{
    /// <summary>
    /// Asks the server for activities that carry ids and nothing else. One whose caller keeps the trace is marked as recorded, so that
    /// what is called in turn and the exemplars of metrics belong to that trace. Takes effect at once, ends when disposed.
    /// </summary>
    public static ActivityListener Listener()
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Microsoft.AspNetCore",
            Sample = static (ref ActivityCreationOptions<ActivityContext> options) =>
                options.Parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded)
                    ? ActivitySamplingResult.AllDataAndRecorded
                    : ActivitySamplingResult.PropagationData,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
