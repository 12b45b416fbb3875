using Airside.Service.Configuration;

namespace Airside.Service.Telemetry;

/// <summary>Where telemetry is sent to, by the names of OpenTelemetry (opentelemetry.io/docs/specs/otel/configuration).</summary>
/// <param name="ServiceName">Name of the service in what is sent.</param>
/// <param name="Sampler">Which traces are sent.</param>
/// <param name="Share">The share of them, from 0 to 1, where the sampler asks for one.</param>
internal sealed record OtlpOptions(string ServiceName, string Sampler, double Share)
{
    /// <summary>The collector; without it nothing is sent.</summary>
    public const string EndpointSetting = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Which traces are sent.</summary>
    public const string SamplerSetting = "OTEL_TRACES_SAMPLER";

    /// <summary>The share of them.</summary>
    public const string SamplerArgumentSetting = "OTEL_TRACES_SAMPLER_ARG";

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
        return endpoint is null ? null : new OtlpOptions(name, sampler, share);
    }
}
