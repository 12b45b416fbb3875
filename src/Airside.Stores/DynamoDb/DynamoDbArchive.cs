using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Airside.Core;
using Airside.Core.Transactions;
using Amazon.DynamoDBv2.Model;

namespace Airside.Stores.DynamoDb;

/// <summary>The entire ledger. Totals, days and hours are read route by route, keys by scanning the table in segments.</summary>
internal sealed class DynamoDbArchive(
    DynamoDbTable table, DynamoDbMonitor monitor, RouteReader reader, HoursKept hours, TimeSpan keyWindow, TimeProvider timeProvider)
    : ILedgerArchive
{
    private readonly HistoryReader _history = new(table, reader, timeProvider);
    private readonly ImportSteps _import = new(table, monitor, reader, hours, keyWindow, timeProvider);

    public async IAsyncEnumerable<ArchiveEntry> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var routes = await reader.RoutesAsync(designator: null, firstOfPartition: null, cancellationToken);
        foreach (var (route, state) in routes)
        {
            var whole = await table.CompleteAsync(route, state, table.BackgroundBudget(), cancellationToken);
            yield return new RouteEntry(whole.Summary(route)!);
            var (days, hours) = await _history.AllAsync(route, whole.Shards.Count, cancellationToken);
            foreach (var (day, transactions) in days)
            {
                yield return new DayEntry(route, day, transactions);
            }

            foreach (var (hour, transactions) in hours)
            {
                yield return new HourEntry(route, hour, transactions);
            }
        }

        // DynamoDB removes a key some time after it has left the window; until then it is stored, but no longer in the ledger.
        var windowBeganMs = (timeProvider.GetUtcNow() - keyWindow).ToUnixTimeMilliseconds();
        await foreach (var key in KeysAsync(cancellationToken))
        {
            if (key.RecordedAtMs >= windowBeganMs)
            {
                yield return new KeyEntry(key.Key, key.Route, key.Total, DateTimeOffset.FromUnixTimeMilliseconds(key.RecordedAtMs));
            }
        }
    }

    public Task<long?> BeginImportAsync(string id, CancellationToken cancellationToken) => _import.BeginAsync(id, cancellationToken);

    public Task ImportAsync(string id, long batch, IReadOnlyList<ArchiveEntry> entries, CancellationToken cancellationToken) =>
        _import.WriteAsync(id, batch, entries, cancellationToken);

    public Task FinishImportAsync(string id, CancellationToken cancellationToken) => _import.FinishAsync(id, cancellationToken);

    /// <summary>Reads all keys of the table, several segments concurrently.</summary>
    public async IAsyncEnumerable<KeyItem> KeysAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // At most one page per segment waits, so a slow reader delays the scan instead of filling the memory.
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
