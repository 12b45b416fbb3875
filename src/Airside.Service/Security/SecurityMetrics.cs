using System.Diagnostics.Metrics;

namespace Airside.Service.Security;

/// <summary>What the doors of the service tell, as OpenTelemetry instruments of one meter. Keys are named, never shown.</summary>
internal sealed class SecurityMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Airside.Security";

    private readonly Counter<long> _accepted;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _limited;

    /// <summary>Makes the instruments.</summary>
    public SecurityMetrics(IMeterFactory meterFactory)
    {
        var meter = meterFactory.Create(MeterName);
        _accepted = meter.CreateCounter<long>("airside.key.requests", "{request}", "Requests with a valid key, by its name.");
        _refused = meter.CreateCounter<long>("airside.key.refusals", "{request}", "Requests refused for want of a key or a scope.");
        _limited = meter.CreateCounter<long>("airside.limit.refusals", "{request}", "Requests refused because they were too many.");
    }

    /// <summary>A request has a valid key.</summary>
    public void Accepted(string name) => _accepted.Add(1, new KeyValuePair<string, object?>("airside.key", name));

    /// <summary>A request was refused for want of a key or a scope.</summary>
    public void Refused(string cause) => _refused.Add(1, new KeyValuePair<string, object?>("airside.cause", cause));

    /// <summary>A request was refused because there were too many.</summary>
    public void Limited(string limit) => _limited.Add(1, new KeyValuePair<string, object?>("airside.limit", limit));
}
