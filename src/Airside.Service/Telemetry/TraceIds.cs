using System.Diagnostics;

namespace Airside.Service.Telemetry;

/// <summary>Gives requests without a span a trace id, with an activity that carries only ids.</summary>
internal static class TraceIds
{
    /// <summary>
    /// Starts such an activity in the caller's trace. It is marked as recorded if the caller keeps the trace, so downstream calls and
    /// the exemplars of metrics belong to that trace.
    /// </summary>
    public static Activity Begin(ActivityContext caller)
    {
        var ids = new Activity(RequestSpans.Name).SetParentId(caller.TraceId, caller.SpanId, caller.TraceFlags);
        ids.TraceStateString = caller.TraceState;
        return ids.Start();
    }

    /// <summary>
    /// Ensures that log messages and the response from here on have the request's trace id. Most requests need none, so a new trace is
    /// started only now; later calls reuse it. An async method would hide the id from its caller.
    /// </summary>
    public static void Ensure(HttpContext context)
    {
        if (Activity.Current is null)
        {
            Activity.Current = context.Features.Get<Activity>();
        }

        if (Activity.Current is null)
        {
            context.Features.Set(new Activity(RequestSpans.Name).Start());
        }
    }
}
