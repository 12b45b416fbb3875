using System.Diagnostics;

namespace Airside.Core;

/// <summary>The spans of Airside itself. Without a listener nothing is made and nothing is allocated.</summary>
public static class Traces
{
    /// <summary>Name of the source, by which an exporter asks for its spans.</summary>
    public const string SourceName = "Airside";

    /// <summary>Makes the spans.</summary>
    public static ActivitySource Source { get; } = new(SourceName);

    /// <summary>
    /// The span that the caller is in, if it is recorded and somebody listens to <see cref="Source"/>; otherwise null. What is not part
    /// of a recorded trace gets no span, so that none begins a trace of its own.
    /// </summary>
    public static Activity? Recorded => Source.HasListeners() && Activity.Current is { Recorded: true } current ? current : null;
}
