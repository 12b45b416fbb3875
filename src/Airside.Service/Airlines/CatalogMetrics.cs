using System.Diagnostics.Metrics;
using Airside.Core;

namespace Airside.Service.Airlines;

/// <summary>Catalog loads by outcome, as an OpenTelemetry instrument.</summary>
internal sealed class CatalogMetrics
{
    public const string MeterName = "Airside.Airlines";

    private readonly Counter<long> _loads;

    public CatalogMetrics(IMeterFactory meterFactory) => _loads = meterFactory.Create(MeterName).CreateCounter<long>(
        "airside.catalog.loads", "{load}", "Catalog loads by outcome.");

    /// <summary>Counts a load whose catalog became active.</summary>
    public void Loaded() => Count("loaded");

    /// <summary>Counts a load that changed nothing.</summary>
    public void Refused(Exception cause) => Count(cause switch
    {
        InvalidAirlineFileException => "invalid",
        UnexpectedVersionException => "unexpected_version",
        UnconfirmedLoadException => "unconfirmed",
        AirlineSourceException => "source",
        StoreUnavailableException => "store",
        OverloadedException => "shed",
        _ => "other",
    });

    private void Count(string outcome) => _loads.Add(1, new KeyValuePair<string, object?>("airside.outcome", outcome));
}
