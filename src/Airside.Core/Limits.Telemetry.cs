namespace Airside.Core;

/// <content>Limits of metrics, traces and logs.</content>
public static partial class Limits
{
    /// <summary>Most requests that the span of one batch links to; OpenTelemetry keeps no more by default.</summary>
    public const int BatchSpanLinksMax = 128;

    /// <summary>Most log lines per second about transactions whose trace is kept.</summary>
    public const int TracedTransactionLinesPerSecondMax = 10;

    /// <summary>Longest time to send telemetry when the service stops, in milliseconds.</summary>
    public const int TelemetryFlushMs = 2_000;

    /// <summary>Most label sets of one metric; further ones are dropped, so that no label can fill the memory.</summary>
    public const int MetricSeriesMax = 2_000;
}
