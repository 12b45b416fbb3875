using System.Text.Json;
using Airside.Core;
using Airside.Core.Airlines;
using Airside.Stores.Embedded.Disk;
using Airside.Stores.Shared;

namespace Airside.Stores.Embedded;

/// <summary>Stores the catalog in one file of the data directory, replaced in one step.</summary>
internal sealed class EmbeddedAirlineStore(IDisk disk) : IAirlineStore
{
    internal const string FileName = "airlines.json";

    private readonly Lock _replacing = new();

    public Task<AirlineCatalog?> LoadAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (!disk.List().Contains(FileName, StringComparer.Ordinal))
            {
                return Task.FromResult<AirlineCatalog?>(null);
            }

            var stored = JsonSerializer.Deserialize(disk.ReadFile(FileName), StoredCatalogContext.Default.StoredCatalog)!;
            var catalog = stored.ToCatalog();
            return catalog.Version == stored.Version
                ? Task.FromResult<AirlineCatalog?>(catalog)
                : throw Damaged($"its content has version {catalog.Version}, but it was saved as {stored.Version}");
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or AirlineFieldException)
        {
            throw Damaged(exception.Message, exception);
        }
        catch (IOException exception)
        {
            throw new StoreUnavailableException(
                $"The airline catalog cannot be read: {exception.Message} Make the data directory readable (Airside:DataDirectory).",
                exception);
        }
    }

    public async Task ReplaceAsync(AirlineCatalog catalog, CancellationToken cancellationToken)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(StoredCatalog.From(catalog), StoredCatalogContext.Default.StoredCatalog);
        try
        {
            // Disk calls block, so this runs on a thread that may block.
            await Task.Run(() => Replace(bytes), cancellationToken);
        }
        catch (IOException exception)
        {
            throw new StoreUnavailableException(
                $"The airline catalog could not be saved: {exception.Message} The previous catalog stays active. Free up space "
                + "or make the data directory writable (Airside:DataDirectory).",
                exception);
        }
    }

    public async Task<AirlineCatalog> NextAsync(AirlineCatalog? known, CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        throw new OperationCanceledException(cancellationToken);
    }

    /// <summary>Replaces the file, one caller at a time: all write under the same temporary name.</summary>
    private void Replace(byte[] bytes)
    {
        lock (_replacing)
        {
            disk.ReplaceFile(FileName, bytes);
        }
    }

    private static StoreDamagedException Damaged(string cause, Exception? exception = null) => new(
        $"The airline catalog '{FileName}' is damaged: {cause}. Remove the file to start with the sample, then load the airlines again.",
        exception);
}
