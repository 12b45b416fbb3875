using System.Diagnostics.Metrics;
using Airside.Core;

namespace Airside.Service.Airlines;

/// <summary>What became of catalog loads, as an OpenTelemetry instrument.</summary>
internal sealed class CatalogMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Airside.Airlines";

    private readonly Counter<long> _loads;

    /// <summary>Makes the instrument.</summary>
    public CatalogMetrics(IMeterFactory meterFactory) => _loads = meterFactory.Create(MeterName).CreateCounter<long>(
        "airside.catalog.loads", "{load}", "Loads of a catalog by what became of them.");

    /// <summary>A load was taken into force.</summary>
    public void Loaded() => Count("loaded");

    /// <summary>A load changed nothing.</summary>
    public void Refused(Exception cause) => Count(cause switch
    {
        InvalidAirlineFileException => "invalid",
        UnexpectedVersionException => "unexpected_version",
        AirlineSourceException => "source",
        StoreUnavailableException => "store",
        OverloadedException => "shed",
        _ => "other",
    });

    private void Count(string outcome) => _loads.Add(1, new KeyValuePair<string, object?>("airside.outcome", outcome));
}
