using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Airside.Core;
using Airside.Core.Airlines;
using Amazon.DynamoDBv2.Model;
using Microsoft.Extensions.Logging;

namespace Airside.Stores.DynamoDb;

/// <summary>
/// Keeps the catalog in parts that fit into items. The parts of each load have keys of their own; writing the one item that points to
/// them switches the catalog.
/// </summary>
/// <remarks>A load is named by its time and a random number, so that the parts of old loads are found by their sort key.</remarks>
internal sealed partial class DynamoDbAirlineStore(DynamoDbTable table, StoreWatch watch, TimeProvider timeProvider, ILogger logger)
    : IAirlineStore
{
    private const string Content = "content";
    private const int ReadsMax = 3;

    /// <inheritdoc/>
    public async Task<AirlineCatalog?> LoadAsync(CancellationToken cancellationToken)
    {
        var pointer = (await watch.LookAsync(cancellationToken)).Catalog;
        return pointer is null ? null : await ReadAsync(pointer, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task ReplaceAsync(AirlineCatalog catalog, CancellationToken cancellationToken)
    {
        var replaced = (await watch.LookAsync(cancellationToken)).Catalog;
        var now = timeProvider.GetUtcNow();
        var load = $"{now.ToUnixTimeMilliseconds():D15}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";
        var parts = (await CompressAsync(catalog, cancellationToken)).Chunk(Limits.DynamoDbCatalogPartBytesMax).ToArray();
        foreach (var (number, part) in parts.Index())
        {
            using var content = new MemoryStream(part, writable: false);
            var item = new Dictionary<string, AttributeValue>(PartKey(load, number)) { [Content] = new AttributeValue { B = content } };
            await PutAsync(item, cancellationToken);
        }

        // From here on it must not be given up half-way: the caller has to know which catalog is in force.
        var pointer = new CatalogPointer(load, parts.Length, catalog.Version, catalog.Source, catalog.LoadedAt);
        await PutAsync(pointer.Item(), CancellationToken.None);
        await CleanUpAsync(now, keep: [load, replaced?.Load ?? load]);
    }

    /// <inheritdoc/>
    public async Task<AirlineCatalog> NextAsync(AirlineCatalog? known, CancellationToken cancellationToken)
    {
        while (true)
        {
            var state = watch.State;
            if (state.Catalog is not null && !state.Catalog.Names(known))
            {
                return await ReadAsync(state.Catalog, cancellationToken);
            }

            await watch.NextAsync(state, cancellationToken);
        }
    }

    private static Dictionary<string, AttributeValue> PartKey(string load, int number) =>
        TableLayout.ItemKey(TableLayout.CatalogPartition, $"{load}#{number:D4}");

    private static async Task<byte[]> CompressAsync(AirlineCatalog catalog, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        await using (var compressed = new BrotliStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
        {
            await JsonSerializer.SerializeAsync(
                compressed, StoredCatalog.From(catalog), StoredCatalogContext.Default.StoredCatalog, cancellationToken);
        }

        return bytes.ToArray();
    }

    private static StoreDamagedException Damaged(string cause, Exception? exception = null) => new(
        $"The airline catalog in the table is damaged: {cause}. Load the airlines again.", exception);

    private async Task<AirlineCatalog> ReadAsync(CatalogPointer pointer, CancellationToken cancellationToken)
    {
        for (var read = 1; ; read++)
        {
            var content = await ContentAsync(pointer, cancellationToken);
            if (content is not null)
            {
                using (content)
                {
                    return await DecodeAsync(content, pointer, cancellationToken);
                }
            }

            // The parts of a catalog that was replaced twice are removed; who read the pointer before that begins anew.
            var now = (await watch.LookAsync(cancellationToken)).Catalog;
            pointer = read < ReadsMax && now is not null && now.Load != pointer.Load
                ? now
                : throw Damaged($"a part of the load {pointer.Load} is missing");
        }
    }

    /// <summary>Reads all parts, or gives null when one is missing.</summary>
    private async Task<MemoryStream?> ContentAsync(CatalogPointer pointer, CancellationToken cancellationToken)
    {
        var content = new MemoryStream();
        for (var number = 0; number < pointer.Parts; number++)
        {
            var item = await table.GetAsync(PartKey(pointer.Load, number), table.RequestPatience(), cancellationToken);
            if (item is null)
            {
                await content.DisposeAsync();
                return null;
            }

            await item[Content].B.CopyToAsync(content, cancellationToken);
        }

        content.Position = 0;
        return content;
    }

    private static async Task<AirlineCatalog> DecodeAsync(Stream content, CatalogPointer pointer, CancellationToken cancellationToken)
    {
        try
        {
            await using var compressed = new BrotliStream(content, CompressionMode.Decompress);
            var stored = await JsonSerializer.DeserializeAsync(
                compressed, StoredCatalogContext.Default.StoredCatalog, cancellationToken);
            var catalog = stored!.ToCatalog();
            return catalog.Version == pointer.Version
                ? catalog
                : throw Damaged($"its content has version {catalog.Version}, it was saved as {pointer.Version}");
        }
        catch (Exception exception) when (exception is JsonException or InvalidDataException or ArgumentException or AirlineFieldException)
        {
            throw Damaged(exception.Message, exception);
        }
    }

    private async Task PutAsync(Dictionary<string, AttributeValue> item, CancellationToken cancellationToken)
    {
        var request = new PutItemRequest { TableName = table.Name, Item = item };
        await table.AskAsync((client, token) => client.PutItemAsync(request, token), table.RequestPatience(), cancellationToken);
    }

    /// <summary>Sees the switch, and removes the parts of loads that were begun long ago, also of those that were never finished.</summary>
    private async Task CleanUpAsync(DateTimeOffset now, string[] keep)
    {
        try
        {
            // Or who waits for the next catalog would be given the one that was just replaced.
            await watch.LookAsync(CancellationToken.None);
            var until = $"{now.AddSeconds(-Limits.DynamoDbCatalogKeptSeconds).ToUnixTimeMilliseconds():D15}";
            var old = table.QueryAsync(
                TableLayout.CatalogPartition, " ", until, table.RequestPatience, pageSize: null, "#pk, #sk", CancellationToken.None);
            await foreach (var key in old)
            {
                // Who is reading the catalog that was just replaced may finish.
                if (!keep.Contains(key[TableLayout.SortKey].S.Split('#')[0]))
                {
                    await RemoveAsync(key);
                }
            }
        }
        catch (StoreUnavailableException exception)
        {
            // The new catalog is in force; what is left over is removed by the next load.
            LogNotRemoved(logger, exception.Message);
        }
    }

    private async Task RemoveAsync(Dictionary<string, AttributeValue> key)
    {
        var request = new DeleteItemRequest { TableName = table.Name, Key = key };
        await table.AskAsync((client, token) => client.DeleteItemAsync(request, token), table.RequestPatience(), CancellationToken.None);
    }

    [LoggerMessage(
        EventIds.CatalogPartsLeft, LogLevel.Warning,
        "The new catalog is in force, but the parts of older ones could not be removed: {Cause}")]
    private static partial void LogNotRemoved(ILogger logger, string cause);
}
