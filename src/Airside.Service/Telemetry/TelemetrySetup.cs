using System.Runtime.CompilerServices;
using Airside.Service.Configuration;

namespace Airside.Service.Telemetry;

/// <summary>Sets up what the service tells of itself: its log, its metrics, and where telemetry is sent to.</summary>
internal static class TelemetrySetup
{
    /// <summary>Begins to gather, and to send where that is wanted.</summary>
    public static void AddTelemetry(this WebApplicationBuilder builder, AirsideOptions options)
    {
        builder.AddLogging(options);
        builder.Services.AddSingleton<StateMetrics>();
        builder.Services.AddSingleton(provider => new PrometheusMetrics(provider.GetRequiredService<StateMetrics>));
        if (options.Otlp is { } otlp)
        {
            AddExport(builder, otlp);
        }
    }

    /// <summary>Apart, so that nothing of OpenTelemetry is loaded where nothing is sent.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddExport(WebApplicationBuilder builder, OtlpOptions otlp) => TelemetryExport.Add(builder, otlp);
}
