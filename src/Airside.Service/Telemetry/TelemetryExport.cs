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
/// Sends metrics, traces and logs to an OpenTelemetry collector. What was not sent yet is sent at the very end, after the store is
/// closed, and no longer than <see cref="Limits.TelemetryFlushMs"/> is waited for it.
/// </summary>
/// <remarks>
/// HttpClient, Npgsql and the runtime trace and measure by OpenTelemetry's conventions themselves, so that no
/// instrumentation is added to them.
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
        if (otlp.SendsMetrics)
        {
            services.GetRequiredService<StateMetrics>();
            _metrics = Measured(configuration, otlp);
        }
    }

    /// <summary>Begins to send.</summary>
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

    /// <inheritdoc/>
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
    /// Runs what blocks on a thread of its own. On threads of the pool, which begins with as many as there are processors, the three
    /// would hold up the connections that they wait for, by a second and more of the two that they have.
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

    /// <summary>The settings of the service, for the SDK to find its own in, over what Airside decides otherwise than the SDK.</summary>
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
        resource.AddService(otlp.ServiceName, serviceVersion: InfoEndpoint.Build.Version, serviceInstanceId: Environment.MachineName);
}
