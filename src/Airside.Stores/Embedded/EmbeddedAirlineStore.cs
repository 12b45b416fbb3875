using System.Text.Json;
using System.Text.Json.Serialization;
using Airside.Core;
using Airside.Core.Airlines;

namespace Airside.Stores.Embedded;

/// <summary>Keeps the catalog in one file of the data directory, replaced whole.</summary>
internal sealed class EmbeddedAirlineStore(IDisk disk) : IAirlineStore
{
    internal const string FileName = "airlines.json";

    /// <inheritdoc/>
    public Task<AirlineCatalog?> LoadAsync(CancellationToken cancellationToken)
    {
        if (!disk.List().Contains(FileName, StringComparer.Ordinal))
        {
            return Task.FromResult<AirlineCatalog?>(null);
        }

        try
        {
            var stored = JsonSerializer.Deserialize(disk.ReadFile(FileName), StoredCatalogContext.Default.StoredCatalog)!;
            var airlines = stored.Airlines.Select(row => row.ToAirline());
            var catalog = new AirlineCatalog(airlines, stored.Source, stored.LoadedAt, stored.IsSample);
            return catalog.Version == stored.Version
                ? Task.FromResult<AirlineCatalog?>(catalog)
                : throw Damaged($"its content has version {catalog.Version}, it was saved as {stored.Version}");
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or AirlineFieldException)
        {
            throw Damaged(exception.Message, exception);
        }
        catch (IOException exception)
        {
            throw new StoreUnavailableException($"The airline catalog cannot be read: {exception.Message}", exception);
        }
    }

    /// <inheritdoc/>
    public async Task ReplaceAsync(AirlineCatalog catalog, CancellationToken cancellationToken)
    {
        var stored = new StoredCatalog(
            catalog.Version, catalog.Source, catalog.LoadedAt, catalog.IsSample, [.. catalog.Airlines.Select(StoredAirline.From)]);
        var bytes = JsonSerializer.SerializeToUtf8Bytes(stored, StoredCatalogContext.Default.StoredCatalog);
        try
        {
            // The disk blocks its caller, so it gets a thread that may be blocked.
            await Task.Run(() => disk.ReplaceFile(FileName, bytes), cancellationToken);
        }
        catch (IOException exception)
        {
            throw new StoreUnavailableException(
                $"The disk refuses to save the airline catalog: {exception.Message} The old catalog stays in force. Free some space "
                + "or make the data directory writable (Airside:DataDirectory).",
                exception);
        }
    }

    private static StoreDamagedException Damaged(string cause, Exception? exception = null) => new(
        $"The airline catalog '{FileName}' is damaged: {cause}. Remove the file to begin with the sample, then load the airlines again.",
        exception);
}

/// <summary>The catalog as it is stored.</summary>
internal sealed record StoredCatalog(
    string Version, string Source, DateTimeOffset LoadedAt, bool IsSample, IReadOnlyList<StoredAirline> Airlines);

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
