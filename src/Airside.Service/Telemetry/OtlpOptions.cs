using Airside.Service.Configuration;

namespace Airside.Service.Telemetry;

/// <summary>Where telemetry is sent to, by the names of OpenTelemetry (opentelemetry.io/docs/specs/otel/configuration).</summary>
/// <param name="ServiceName">Name of the service in what is sent.</param>
/// <param name="Sampler">Which traces are sent.</param>
/// <param name="Share">The share of them, from 0 to 1, where the sampler asks for one.</param>
/// <param name="SendsTraces">Whether traces are sent.</param>
/// <param name="SendsMetrics">Whether metrics are sent, which <c>/metrics</c> has in any case.</param>
/// <param name="SendsLogs">Whether the log is sent, which the console has in any case.</param>
internal sealed record OtlpOptions(
    string ServiceName, string Sampler, double Share, bool SendsTraces, bool SendsMetrics, bool SendsLogs)
{
    /// <summary>The collector; without it nothing is sent.</summary>
    public const string EndpointSetting = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Which traces are sent.</summary>
    public const string SamplerSetting = "OTEL_TRACES_SAMPLER";

    /// <summary>The share of them.</summary>
    public const string SamplerArgumentSetting = "OTEL_TRACES_SAMPLER_ARG";

    /// <summary>Whether traces are sent.</summary>
    public const string TracesSetting = "OTEL_TRACES_EXPORTER";

    /// <summary>Whether metrics are sent.</summary>
    public const string MetricsSetting = "OTEL_METRICS_EXPORTER";

    /// <summary>Whether the log is sent.</summary>
    public const string LogsSetting = "OTEL_LOGS_EXPORTER";

    /// <summary>Sent to the collector.</summary>
    public const string Sent = "otlp";

    /// <summary>Name of the service.</summary>
    public const string ServiceNameSetting = "OTEL_SERVICE_NAME";

    /// <summary>What the caller has chosen, and a share of the rest.</summary>
    public const string DefaultSampler = "parentbased_traceidratio";

    /// <summary>One trace of a hundred.</summary>
    public const string DefaultSamplerArgument = "0.01";

    /// <summary>The service's own name.</summary>
    public const string DefaultServiceName = "airside";

    /// <summary>Of traces without a caller's decision, the share that is kept, from 0 to 1.</summary>
    public double ShareOfRequests =>
        Sampler.EndsWith("always_on", StringComparison.Ordinal) ? 1 : Sampler.EndsWith("always_off", StringComparison.Ordinal) ? 0 : Share;

    /// <summary>Whether a caller's decision goes before the share.</summary>
    public bool IsByParent => Sampler.StartsWith("parentbased_", StringComparison.Ordinal);

    /// <summary>Reads the settings; null where nothing is to be sent.</summary>
    public static OtlpOptions? Read(SettingReader reader)
    {
        var endpoint = reader.Optional(EndpointSetting);
        if (endpoint is not null && !(Uri.TryCreate(endpoint, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"))
        {
            reader.Refuse($"{EndpointSetting} is '{Shown.Text(endpoint)}'; it must be a URL such as http://collector:4318.");
        }

        var sampler = reader.OneOf(
            SamplerSetting, DefaultSampler, "parentbased_always_on", "parentbased_always_off", "traceidratio", "always_on", "always_off");
        var share = reader.Share(SamplerArgumentSetting);
        var name = reader.Text(ServiceNameSetting);
        var (traces, metrics, logs) = (IsSent(TracesSetting), IsSent(MetricsSetting), IsSent(LogsSetting));
        return endpoint is null ? null : new OtlpOptions(name, sampler, share, traces, metrics, logs);

        bool IsSent(string setting) => reader.OneOf(setting, Sent, "none") == Sent;
    }
}
