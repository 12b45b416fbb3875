using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Airside.Core;
using Airside.Core.Archives;
using Airside.Core.Transactions;
using Amazon.DynamoDBv2.Model;

namespace Airside.Stores.DynamoDb;

/// <summary>The ledger as a whole. Totals and hours are read route by route, the keys by reading the table in segments.</summary>
internal sealed class DynamoDbArchive(
    DynamoDbTable table, StoreWatch watch, RouteReader reader, TimeSpan keyWindow, TimeProvider timeProvider) : ILedgerArchive
{
    private readonly ImportSteps _import = new(table, watch, reader, keyWindow, timeProvider);

    /// <inheritdoc/>
    public async IAsyncEnumerable<ArchiveEntry> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var routes = await reader.RoutesAsync(designator: null, after: null, firstOfPartition: null, cancellationToken);
        foreach (var (route, state) in routes)
        {
            var whole = await table.CompleteAsync(route, state, table.WorkPatience(), cancellationToken);
            yield return new RouteEntry(whole.Summary(route)!);
            foreach (var (hour, transactions) in await reader.AllHoursAsync(route, whole.Shards.Count, cancellationToken))
            {
                yield return new HourEntry(route, hour, transactions);
            }
        }

        // DynamoDB removes a key some time after it has left the window; until then it is not in the ledger any more, though known.
        var windowBeganMs = (timeProvider.GetUtcNow() - keyWindow).ToUnixTimeMilliseconds();
        await foreach (var key in KeysAsync(cancellationToken))
        {
            if (key.RecordedAtMs >= windowBeganMs)
            {
                yield return new KeyEntry(key.Key, key.Route, key.Total, DateTimeOffset.FromUnixTimeMilliseconds(key.RecordedAtMs));
            }
        }
    }

    /// <inheritdoc/>
    public Task<long?> BeginImportAsync(string id, CancellationToken cancellationToken) => _import.BeginAsync(id, cancellationToken);

    /// <inheritdoc/>
    public Task ImportAsync(string id, long batch, IReadOnlyList<ArchiveEntry> entries, CancellationToken cancellationToken) =>
        _import.WriteAsync(id, batch, entries, cancellationToken);

    /// <inheritdoc/>
    public Task FinishImportAsync(string id, CancellationToken cancellationToken) => _import.FinishAsync(id, cancellationToken);

    /// <summary>All keys of the table, read in several segments at once.</summary>
    private async IAsyncEnumerable<KeyItem> KeysAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // One page of each segment waits at most, so that a slow reader holds up the reading and not the memory.
        var pages = Channel.CreateBounded<List<Dictionary<string, AttributeValue>>>(Limits.DynamoDbScanSegments);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = Parallel.ForEachAsync(
            Enumerable.Range(0, Limits.DynamoDbScanSegments),
            new ParallelOptions { MaxDegreeOfParallelism = Limits.DynamoDbScanSegments, CancellationToken = stopping.Token },
            async (segment, token) => await ReadSegmentAsync(segment, pages.Writer, token));
        var closing = reading.ContinueWith(
            read => pages.Writer.Complete(read.Exception?.GetBaseException()), CancellationToken.None, default, TaskScheduler.Default);
        try
        {
            await foreach (var page in pages.Reader.ReadAllAsync(cancellationToken))
            {
                foreach (var item in page)
                {
                    yield return KeyItem.From(item);
                }
            }
        }
        finally
        {
            await stopping.CancelAsync();
            await closing;
        }
    }

    private async Task ReadSegmentAsync(
        int segment, ChannelWriter<List<Dictionary<string, AttributeValue>>> pages, CancellationToken cancellationToken)
    {
        Dictionary<string, AttributeValue>? start = null;
        do
        {
            var page = await table.ScanKeysAsync(segment, Limits.DynamoDbScanSegments, start, cancellationToken);
            await pages.WriteAsync(page.Items ?? [], cancellationToken);
            start = page.LastEvaluatedKey;
        }
        while (start is { Count: > 0 });
    }
}
