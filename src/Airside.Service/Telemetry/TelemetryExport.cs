using Airside.Core;
using Airside.Service.Configuration;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Airside.Service.Telemetry;

/// <summary>
/// Sends metrics, traces and logs to an OpenTelemetry collector. The remaining data is sent at the very end, after the store is
/// closed, and takes at most <see cref="Limits.TelemetryFlushMs"/>.
/// </summary>
/// <remarks>
/// HttpClient, Npgsql and the runtime already trace and measure by OpenTelemetry's conventions, so no instrumentation is added to
/// them.
/// </remarks>
internal sealed class TelemetryExport : IAsyncDisposable
{
    private static readonly string[] Sources = ["System.Net.Http", "Npgsql", Traces.SourceName];

    private readonly TracerProvider? _traces;
    private readonly MeterProvider? _metrics;
    private readonly LoggerProvider? _logs;

    private TelemetryExport(IServiceProvider services, IConfiguration configuration, OtlpOptions otlp)
    {
        _logs = otlp.SendsLogs ? services.GetRequiredService<LoggerProvider>() : null;
        _traces = otlp.SendsTraces ? Traced(configuration, otlp) : null;
        _metrics = otlp.SendsMetrics ? Measured(configuration, otlp) : null;
    }

    /// <summary>Starts sending.</summary>
    public static void Add(WebApplicationBuilder builder, OtlpOptions otlp)
    {
        var configuration = WithDefaults(builder.Configuration);
        if (otlp.SendsLogs)
        {
            builder.Logging.AddOpenTelemetry(logs =>
            {
                logs.IncludeFormattedMessage = true;
                logs.SetResourceBuilder(Describe(ResourceBuilder.CreateDefault(), otlp));
                logs.AddOtlpExporter((exporter, _) => exporter.Protocol = ProtocolOf(configuration));
            });
        }

        builder.Services.AddSingleton(services => new TelemetryExport(services, configuration, otlp));
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(
            OnOwnThread(() => _traces?.Shutdown(Limits.TelemetryFlushMs)),
            OnOwnThread(() => _metrics?.Shutdown(Limits.TelemetryFlushMs)),
            OnOwnThread(() => _logs?.Shutdown(Limits.TelemetryFlushMs)));
        _traces?.Dispose();
        _metrics?.Dispose();
    }

    /// <summary>
    /// Runs a blocking action on a dedicated thread. On pool threads, of which there are initially as many as processors, the three would
    /// delay the connections that they wait for, by a second or more of the two seconds that they have.
    /// </summary>
    private static Task OnOwnThread(Action blocking) =>
        Task.Factory.StartNew(blocking, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static TracerProvider Traced(IConfiguration configuration, OtlpOptions otlp) => Sdk.CreateTracerProviderBuilder()
        .ConfigureServices(sdk => sdk.AddSingleton(configuration))
        .ConfigureResource(resource => Describe(resource, otlp))
        .SetSampler(RequestSampler.For(otlp))
        .AddSource(Sources)
        .AddOtlpExporter()
        .Build();

    private static MeterProvider Measured(IConfiguration configuration, OtlpOptions otlp) => Sdk.CreateMeterProviderBuilder()
        .ConfigureServices(sdk => sdk.AddSingleton(configuration))
        .ConfigureResource(resource => Describe(resource, otlp))
        .AddMeter([.. Instruments.Meters, .. Instruments.MetersInPart])
        .AddView(instrument => Instruments.AreGathered(instrument) ? null : MetricStreamConfiguration.Drop)
        .SetExemplarFilter(ExemplarFilterType.TraceBased)
        .AddOtlpExporter()
        .Build();

    /// <summary>Returns the service's settings, where the SDK finds its own, over Airside's defaults that differ from the SDK's.</summary>
    private static IConfiguration WithDefaults(IConfiguration settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            [ProtocolSetting] = HttpProtobuf,
        })
        .AddConfiguration(settings)
        .Build();

    private const string ProtocolSetting = "OTEL_EXPORTER_OTLP_PROTOCOL";
    private const string HttpProtobuf = "http/protobuf";

    private static OtlpExportProtocol ProtocolOf(IConfiguration configuration) =>
        configuration[ProtocolSetting] == HttpProtobuf ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;

    private static ResourceBuilder Describe(ResourceBuilder resource, OtlpOptions otlp) =>
        resource.AddService(otlp.ServiceName, serviceVersion: BuildVersion.Current.Version, serviceInstanceId: Environment.MachineName);
}
