using System.Diagnostics;

namespace Airside.Service.Telemetry;

/// <summary>A measured value with the trace that it came from.</summary>
internal sealed record Exemplar(double Value, DateTimeOffset At, ActivityContext Span)
{
    /// <summary>Creates an exemplar of a value measured now; returns null outside a trace that is kept.</summary>
    public static Exemplar? Create(double value) => Activity.Current is { Recorded: true } span
        ? new Exemplar(value, TimeProvider.System.GetUtcNow(), span.Context)
        : null;
}
