using System.Text.Json;
using Airside.Core;
using Airside.Core.Airlines;

namespace Airside.Stores.Embedded;

/// <summary>Keeps the catalog in one file of the data directory, replaced whole.</summary>
internal sealed class EmbeddedAirlineStore(IDisk disk) : IAirlineStore
{
    internal const string FileName = "airlines.json";

    private readonly Lock _replacing = new();

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
            var catalog = stored.ToCatalog();
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
        var bytes = JsonSerializer.SerializeToUtf8Bytes(StoredCatalog.From(catalog), StoredCatalogContext.Default.StoredCatalog);
        try
        {
            // The disk blocks its caller, so it gets a thread that may be blocked.
            await Task.Run(() => Replace(bytes), cancellationToken);
        }
        catch (IOException exception)
        {
            throw new StoreUnavailableException(
                $"The disk refuses to save the airline catalog: {exception.Message} The old catalog stays in force. Free some space "
                + "or make the data directory writable (Airside:DataDirectory).",
                exception);
        }
    }

    /// <inheritdoc/>
    public async Task<AirlineCatalog> NextAsync(AirlineCatalog? known, CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        throw new OperationCanceledException(cancellationToken);
    }

    /// <summary>One at a time: the file has one name while it is written.</summary>
    private void Replace(byte[] bytes)
    {
        lock (_replacing)
        {
            disk.ReplaceFile(FileName, bytes);
        }
    }

    private static StoreDamagedException Damaged(string cause, Exception? exception = null) => new(
        $"The airline catalog '{FileName}' is damaged: {cause}. Remove the file to begin with the sample, then load the airlines again.",
        exception);
}
