using System.Runtime.CompilerServices;
using Airside.Service.Configuration;

namespace Airside.Service.Telemetry;

/// <summary>Configures telemetry: the log, the metrics, and the export.</summary>
internal static class TelemetrySetup
{
    /// <summary>Starts collecting telemetry, and sending it if configured.</summary>
    public static void AddTelemetry(this WebApplicationBuilder builder, AirsideOptions options)
    {
        builder.AddLogging(options);
        builder.Services.AddSingleton<PrometheusMetrics>();
        if (options.Otlp is { } otlp)
        {
            AddExport(builder, otlp);
        }
    }

    /// <summary>Adds the export. A separate method, so OpenTelemetry is not loaded if nothing is sent.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddExport(WebApplicationBuilder builder, OtlpOptions otlp) => TelemetryExport.Add(builder, otlp);
}
