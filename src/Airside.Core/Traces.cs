using System.Diagnostics;

namespace Airside.Core;

/// <summary>Airside's own spans. Without a listener, no span is created and nothing is allocated.</summary>
public static class Traces
{
    /// <summary>Name of the source, which exporters subscribe to.</summary>
    public const string SourceName = "Airside";

    /// <summary>Creates the spans.</summary>
    public static ActivitySource Source { get; } = new(SourceName);

    /// <summary>
    /// The caller's span, if it is recorded and <see cref="Source"/> has a listener; otherwise null. Work outside a recorded trace gets no
    /// span, so it never starts its own trace.
    /// </summary>
    public static Activity? Recorded => Source.HasListeners() && Activity.Current is { Recorded: true } current ? current : null;
}
