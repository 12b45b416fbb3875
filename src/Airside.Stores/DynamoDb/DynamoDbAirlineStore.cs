using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Airside.Core;
using Airside.Core.Airlines;
using Airside.Stores.Shared;
using Amazon.DynamoDBv2.Model;
using Microsoft.Extensions.Logging;

namespace Airside.Stores.DynamoDb;

/// <summary>
/// Stores the catalog in parts that fit into items. The parts of each load have their own keys; writing the one item that points to them
/// switches the catalog.
/// </summary>
/// <remarks>A load's name is its time and a random number, so the sort key finds the parts of old loads.</remarks>
internal sealed partial class DynamoDbAirlineStore(DynamoDbTable table, DynamoDbMonitor monitor, TimeProvider timeProvider, ILogger logger)
    : IAirlineStore
{
    private const string Content = "content";

    public async Task<AirlineCatalog?> LoadAsync(CancellationToken cancellationToken)
    {
        var pointer = (await monitor.PollAsync(cancellationToken)).Catalog;
        return pointer is null ? null : await ReadAsync(pointer, cancellationToken);
    }

    public async Task ReplaceAsync(AirlineCatalog catalog, CancellationToken cancellationToken)
    {
        var replaced = (await monitor.PollAsync(cancellationToken)).Catalog;
        var now = timeProvider.GetUtcNow();
        var load = $"{now.ToUnixTimeMilliseconds():D15}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";
        var parts = (await CompressAsync(catalog, cancellationToken)).Chunk(Limits.DynamoDbCatalogPartBytesMax).ToArray();
        foreach (var (number, part) in parts.Index())
        {
            using var content = new MemoryStream(part, writable: false);
            var item = new Dictionary<string, AttributeValue>(PartKey(load, number)) { [Content] = new AttributeValue { B = content } };
            await PutAsync(item, cancellationToken);
        }

        // Must not be cancelled from here on: the caller must know which catalog is active.
        var pointer = new CatalogPointer(load, parts.Length, catalog.Version, catalog.Source, catalog.LoadedAt);
        await PutAsync(pointer.Item(), CancellationToken.None);
        await CleanUpAsync(now, keep: [load, replaced?.Load ?? load]);
    }

    public async Task<AirlineCatalog> NextAsync(AirlineCatalog? known, CancellationToken cancellationToken)
    {
        while (true)
        {
            var state = monitor.State;
            if (state.Catalog is not null && !state.Catalog.Names(known))
            {
                return await ReadAsync(state.Catalog, cancellationToken);
            }

            await monitor.NextAsync(state, cancellationToken);
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

            // The parts of a catalog that was replaced twice are removed; a reader of its pointer starts over.
            var now = (await monitor.PollAsync(cancellationToken)).Catalog;
            pointer = read < Limits.DynamoDbCatalogReadsMax && now is not null && now.Load != pointer.Load
                ? now
                : throw Damaged($"a part of the load {pointer.Load} is missing");
        }
    }

    /// <summary>Reads all parts; returns null if one is missing.</summary>
    private async Task<MemoryStream?> ContentAsync(CatalogPointer pointer, CancellationToken cancellationToken)
    {
        var content = new MemoryStream();
        for (var number = 0; number < pointer.Parts; number++)
        {
            var item = await table.GetAsync(PartKey(pointer.Load, number), table.RequestBudget(), cancellationToken);
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
                : throw Damaged($"its content has version {catalog.Version}, but it was saved as {pointer.Version}");
        }
        catch (Exception exception) when (exception is JsonException or InvalidDataException or ArgumentException or AirlineFieldException)
        {
            throw Damaged(exception.Message, exception);
        }
    }

    private async Task PutAsync(Dictionary<string, AttributeValue> item, CancellationToken cancellationToken)
    {
        var request = new PutItemRequest { TableName = table.Name, Item = item };
        await table.AskAsync((client, token) => client.PutItemAsync(request, token), table.RequestBudget(), cancellationToken);
    }

    /// <summary>Reads the new pointer, and removes the parts of loads that started long ago, including unfinished ones.</summary>
    private async Task CleanUpAsync(DateTimeOffset now, string[] keep)
    {
        try
        {
            // Otherwise a caller that waits for the next catalog would get the one just replaced.
            await monitor.PollAsync(CancellationToken.None);
            var until = $"{now.AddSeconds(-Limits.DynamoDbCatalogKeptSeconds).ToUnixTimeMilliseconds():D15}";
            var old = table.QueryAsync(
                TableLayout.CatalogPartition, " ", until, table.RequestBudget, pageSize: null, "#pk, #sk", CancellationToken.None);
            await foreach (var key in old)
            {
                // Readers of the catalog just replaced may finish.
                if (!keep.Contains(key[TableLayout.SortKey].S.Split('#')[0]))
                {
                    await RemoveAsync(key);
                }
            }
        }
        catch (StoreUnavailableException exception)
        {
            // The new catalog is active; the next load removes what is left.
            LogNotRemoved(logger, exception.Message);
        }
    }

    private async Task RemoveAsync(Dictionary<string, AttributeValue> key)
    {
        var request = new DeleteItemRequest { TableName = table.Name, Key = key };
        await table.AskAsync((client, token) => client.DeleteItemAsync(request, token), table.RequestBudget(), CancellationToken.None);
    }

    [LoggerMessage(
        EventIds.CatalogPartsLeft, LogLevel.Warning,
        "The new catalog is active, but the parts of older ones could not be removed: {Cause}")]
    private static partial void LogNotRemoved(ILogger logger, string cause);
}
