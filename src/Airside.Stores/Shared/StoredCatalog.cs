using System.Text.Json.Serialization;
using Airside.Core.Airlines;

namespace Airside.Stores.Shared;

/// <summary>The stored form of the catalog, in stores that keep it as one text.</summary>
internal sealed record StoredCatalog(
    string Version, string Source, DateTimeOffset LoadedAt, bool IsSample, IReadOnlyList<StoredAirline> Airlines)
{
    public static StoredCatalog From(AirlineCatalog catalog) => new(
        catalog.Version, catalog.Source, catalog.LoadedAt, catalog.IsSample, [.. catalog.Airlines.Select(StoredAirline.From)]);

    /// <summary>Returns the catalog. Its version is computed from its content, and differs from the stored one if damaged.</summary>
    public AirlineCatalog ToCatalog() => new(Airlines.Select(row => row.ToAirline()), Source, LoadedAt, IsSample);
}

internal sealed record StoredAirline(
    int Id, string Name, string? Alias, string? Iata, string? Icao, string? Callsign, string? Country, bool Active)
{
    public static StoredAirline From(Airline airline) => new(
        airline.Id, airline.Name, airline.Alias, airline.Iata, airline.Icao, airline.Callsign, airline.Country, airline.Active);

    public Airline ToAirline() => new(Id, Name, Alias, Iata, Icao, Callsign, Country, Active);
}

/// <summary>Serializers generated at build time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(StoredCatalog))]
internal sealed partial class StoredCatalogContext : JsonSerializerContext;
