using System.Text.Json.Serialization;
using Airside.Core.Airlines;

namespace Airside.Stores;

/// <summary>The catalog as it is stored by those who keep it as one text.</summary>
internal sealed record StoredCatalog(
    string Version, string Source, DateTimeOffset LoadedAt, bool IsSample, IReadOnlyList<StoredAirline> Airlines)
{
    public static StoredCatalog From(AirlineCatalog catalog) => new(
        catalog.Version, catalog.Source, catalog.LoadedAt, catalog.IsSample, [.. catalog.Airlines.Select(StoredAirline.From)]);

    /// <summary>The catalog; its version follows from its content, and may be another than the stored one where that was damaged.</summary>
    public AirlineCatalog ToCatalog() => new(Airlines.Select(row => row.ToAirline()), Source, LoadedAt, IsSample);
}

/// <summary>An airline as it is stored.</summary>
internal sealed record StoredAirline(
    int Id, string Name, string? Alias, string? Iata, string? Icao, string? Callsign, string? Country, bool Active)
{
    public static StoredAirline From(Airline airline) => new(
        airline.Id, airline.Name, airline.Alias, airline.Iata, airline.Icao, airline.Callsign, airline.Country, airline.Active);

    public Airline ToAirline() => new(Id, Name, Alias, Iata, Icao, Callsign, Country, Active);
}

/// <summary>Serializers made at build time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(StoredCatalog))]
internal sealed partial class StoredCatalogContext : JsonSerializerContext;
