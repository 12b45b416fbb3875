using System.Diagnostics;

namespace Airside.Service.Telemetry;

/// <summary>Gives a trace id to requests without a span, by an activity that carries ids and nothing else.</summary>
internal static class TraceIds
{
    /// <summary>
    /// Begins one in the trace of the caller. It is marked as recorded where the caller keeps the trace, so that what is called in turn
    /// and the exemplars of metrics belong to that trace.
    /// </summary>
    public static Activity Begin(ActivityContext caller)
    {
        var ids = new Activity(RequestSpans.Name).SetParentId(caller.TraceId, caller.SpanId, caller.TraceFlags);
        ids.TraceStateString = caller.TraceState;
        return ids.Start();
    }

    /// <summary>
    /// Makes sure that what is logged and answered from here on has the trace id of the request. Most requests have nothing to say, so
    /// that a new trace is begun only now; it is the same each time. An async method would keep the id from its caller.
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
