using System.Diagnostics;

namespace Airside.Service.Telemetry;

/// <summary>One measured value with the trace that it came from.</summary>
/// <param name="Value">The value.</param>
/// <param name="At">When it was measured.</param>
/// <param name="Span">The span in which it was measured.</param>
internal sealed record Exemplar(double Value, DateTimeOffset At, ActivityContext Span)
{
    /// <summary>An exemplar of a value that is measured now, or null outside of a trace that somebody keeps.</summary>
    public static Exemplar? Of(double value) => Activity.Current is { Recorded: true } span
        ? new Exemplar(value, TimeProvider.System.GetUtcNow(), span.Context)
        : null;
}
