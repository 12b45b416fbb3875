using Airside.Core;

namespace Airside.Service.Configuration;

/// <summary>Settings of the telemetry export, under OpenTelemetry's names (opentelemetry.io/docs/specs/otel/configuration).</summary>
/// <param name="ServiceName">Service name in the exported telemetry.</param>
/// <param name="Sampler">Which traces are sent.</param>
/// <param name="Share">The share of traces, from 0 to 1, if the sampler needs one.</param>
/// <param name="SendsTraces">Whether traces are sent.</param>
/// <param name="SendsMetrics">Whether metrics are sent; <c>/metrics</c> always has them.</param>
/// <param name="SendsLogs">Whether the log is sent; the console always has it.</param>
internal sealed record OtlpOptions(
    string ServiceName, string Sampler, double Share, bool SendsTraces, bool SendsMetrics, bool SendsLogs)
{
    /// <summary>URL of the collector; without it nothing is sent.</summary>
    public const string EndpointSetting = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public const string SamplerSetting = "OTEL_TRACES_SAMPLER";

    public const string SamplerArgumentSetting = "OTEL_TRACES_SAMPLER_ARG";

    public const string TracesSetting = "OTEL_TRACES_EXPORTER";

    public const string MetricsSetting = "OTEL_METRICS_EXPORTER";

    public const string LogsSetting = "OTEL_LOGS_EXPORTER";

    /// <summary>The value for sending to the collector.</summary>
    public const string Sent = "otlp";

    public const string ServiceNameSetting = "OTEL_SERVICE_NAME";

    /// <summary>Traces selected by the caller, and a share of the rest.</summary>
    public const string DefaultSampler = "parentbased_traceidratio";

    /// <summary>One trace in a hundred.</summary>
    public const string DefaultSamplerArgument = "0.01";

    public const string DefaultServiceName = "airside";

    /// <summary>Share of traces to keep without a caller's decision, from 0 to 1.</summary>
    public double ShareOfRequests =>
        Sampler.EndsWith("always_on", StringComparison.Ordinal) ? 1 : Sampler.EndsWith("always_off", StringComparison.Ordinal) ? 0 : Share;

    /// <summary>Whether a caller's decision takes precedence over the share.</summary>
    public bool IsByParent => Sampler.StartsWith("parentbased_", StringComparison.Ordinal);

    /// <summary>Reads the settings; returns null if nothing is sent.</summary>
    public static OtlpOptions? Read(SettingReader reader)
    {
        var endpoint = reader.Optional(EndpointSetting);
        if (endpoint is not null && !(Uri.TryCreate(endpoint, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"))
        {
            reader.Refuse($"{EndpointSetting} is '{DisplayText.Shorten(endpoint)}'; it must be a URL such as http://collector:4318.");
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
