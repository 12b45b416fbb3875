using System.Diagnostics.Metrics;

namespace Airside.Service.Security;

/// <summary>Metrics of authentication and limits, as OpenTelemetry instruments of one meter. Keys are named, never shown.</summary>
internal sealed class SecurityMetrics
{
    public const string MeterName = "Airside.Security";

    private readonly Counter<long> _accepted;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _limited;

    public SecurityMetrics(IMeterFactory meterFactory)
    {
        var meter = meterFactory.Create(MeterName);
        _accepted = meter.CreateCounter<long>("airside.key.requests", "{request}", "Requests with a valid key, by key name.");
        _refused = meter.CreateCounter<long>("airside.key.refusals", "{request}", "Requests refused for lack of a key or a scope.");
        _limited = meter.CreateCounter<long>("airside.limit.refusals", "{request}", "Requests refused because there were too many.");
    }

    /// <summary>Counts a request with a valid key.</summary>
    public void Accepted(string name) => _accepted.Add(1, new KeyValuePair<string, object?>("airside.key", name));

    /// <summary>Counts a request refused for lack of a key or a scope.</summary>
    public void Refused(string cause) => _refused.Add(1, new KeyValuePair<string, object?>("airside.cause", cause));

    /// <summary>Counts a request refused because there were too many.</summary>
    public void Limited(string limit) => _limited.Add(1, new KeyValuePair<string, object?>("airside.limit", limit));
}
