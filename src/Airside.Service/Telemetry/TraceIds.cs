using System.Diagnostics;

namespace Airside.Service.Telemetry;

/// <summary>Gives each request a trace id, taken from its <c>traceparent</c> header where it has one (W3C Trace Context).</summary>
internal static class TraceIds
{
    /// <summary>Asks the server for activities that carry ids and nothing else; takes effect at once, ends when disposed.</summary>
    public static ActivityListener Listener()
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Microsoft.AspNetCore",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.PropagationData,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
