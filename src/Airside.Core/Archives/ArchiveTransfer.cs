using System.Runtime.CompilerServices;
using Airside.Core.Transactions;

namespace Airside.Core.Archives;

/// <summary>Moves a whole store into an archive, and an archive into a store.</summary>
public static class ArchiveTransfer
{
    /// <summary>Writes the ledger and the airline catalog of a store.</summary>
    /// <param name="store">The store, opened.</param>
    /// <param name="output">Receives the archive.</param>
    /// <param name="timeProvider">The clock. What was recorded under one that was ahead is written as of now.</param>
    /// <param name="space">Where to sort it.</param>
    /// <param name="progress">Told the number of entries that were read.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StoreUnavailableException">The store cannot be read.</exception>
    /// <exception cref="StoreDamagedException">What it holds is not what was written.</exception>
    /// <exception cref="IOException">The output or a temporary file cannot be written.</exception>
    public static async Task<ArchiveSummary> ExportAsync(
        IStore store,
        Stream output,
        TimeProvider timeProvider,
        SortSpace space,
        IProgress<long>? progress,
        CancellationToken cancellationToken)
    {
        var catalog = await store.Airlines.LoadAsync(cancellationToken);
        var entries = NotAheadAsync(store.Archive.ReadAsync(cancellationToken), timeProvider.GetUtcNow(), cancellationToken);
        return await ArchiveWriter.WriteAsync(output, catalog, entries, space, progress, cancellationToken);
    }

    /// <summary>
    /// Brings an archive into a store whose ledger is empty. The archive is verified whole before anything is written. An import
    /// that was broken off is gone on with when it is run again, and nothing of it is ever there twice.
    /// </summary>
    /// <param name="store">The store, opened.</param>
    /// <param name="open">Opens the archive; it is read twice.</param>
    /// <param name="timeProvider">The clock, behind which nothing in the archive may lie.</param>
    /// <param name="progress">Told the number of entries that are in the store.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArchiveFormatException">The archive is not as it was written, or cannot be true. Nothing of it counts.</exception>
    /// <exception cref="StoreUnavailableException">The ledger holds something else, or cannot be written.</exception>
    /// <exception cref="IOException">The archive cannot be read.</exception>
    public static async Task<ImportOutcome> ImportAsync(
        IStore store, Func<Stream> open, TimeProvider timeProvider, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var summary = await VerifyAsync(open, timeProvider, cancellationToken);
        if (await store.Archive.BeginImportAsync(summary.Id, cancellationToken) is not { } written)
        {
            return new ImportOutcome(summary, WasImportedBefore: true);
        }

        await using var input = open();
        var reader = new ArchiveReader(input);
        await WriteBatchesAsync(store.Archive, summary, reader, written, progress, cancellationToken);
        if (reader.Summary != summary)
        {
            throw new ArchiveFormatException(reader.LineNumber, "the archive was changed while it was imported");
        }

        // Before the end of the import, so that an import that was broken off here brings the catalog when it is run again.
        if (reader.Catalog is { } catalog)
        {
            await store.Airlines.ReplaceAsync(catalog, cancellationToken);
        }

        await store.Archive.FinishImportAsync(summary.Id, cancellationToken);
        return new ImportOutcome(summary, WasImportedBefore: false);
    }

    /// <summary>
    /// Moves times that lie ahead to the present, because no import takes them. The hours ahead become one with the present hour, so that
    /// the totals stay.
    /// </summary>
    private static async IAsyncEnumerable<ArchiveEntry> NotAheadAsync(
        IAsyncEnumerable<ArchiveEntry> entries, DateTimeOffset now, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        now = DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds());
        var presentHour = HistoryRange.Floor(now, HistoryBucket.Hour);
        var present = new Dictionary<FlightRoute, long>();
        await foreach (var entry in entries.WithCancellation(cancellationToken))
        {
            switch (entry)
            {
                case HourEntry hour when hour.Hour >= presentHour:
                    present[hour.Route] = checked(present.GetValueOrDefault(hour.Route) + hour.Transactions);
                    break;
                case RouteEntry { Summary: var route } when route.LastAt > now:
                    yield return new RouteEntry(route with { FirstAt = route.FirstAt < now ? route.FirstAt : now, LastAt = now });
                    break;
                case KeyEntry key when key.RecordedAt > now:
                    yield return key with { RecordedAt = now };
                    break;
                default:
                    yield return entry;
                    break;
            }
        }

        foreach (var (route, transactions) in present)
        {
            yield return new HourEntry(route, presentHour, transactions);
        }
    }

    private static async Task<ArchiveSummary> VerifyAsync(
        Func<Stream> open, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        await using var input = open();
        var reader = new ArchiveReader(input);
        var sums = new ArchiveSums(timeProvider.GetUtcNow());
        await foreach (var entry in reader.ReadAsync(cancellationToken))
        {
            sums.Add(entry, reader.LineNumber);
        }

        sums.End(reader.Catalog);
        return reader.Summary!;
    }

    private static async Task WriteBatchesAsync(
        ILedgerArchive archive,
        ArchiveSummary summary,
        ArchiveReader reader,
        long written,
        IProgress<long>? progress,
        CancellationToken cancellationToken)
    {
        var batch = new List<ArchiveEntry>(Limits.ImportBatchEntries);
        var number = 0L;
        var entries = 0L;
        await foreach (var entry in reader.ReadAsync(cancellationToken))
        {
            batch.Add(entry);
            if (batch.Count == Limits.ImportBatchEntries)
            {
                await WriteAsync();
            }
        }

        if (batch.Count > 0)
        {
            await WriteAsync();
        }

        async Task WriteAsync()
        {
            // The same file gives the same batches, so those that are there already are told by their number.
            if (number >= written)
            {
                await archive.ImportAsync(summary.Id, number, batch, cancellationToken);
            }

            number++;
            progress?.Report(entries += batch.Count);
            batch = new List<ArchiveEntry>(Limits.ImportBatchEntries);
        }
    }
}

/// <summary>What came of an import.</summary>
/// <param name="Archive">What the archive holds.</param>
/// <param name="WasImportedBefore">Whether it was in the store already, so that nothing was changed.</param>
public sealed record ImportOutcome(ArchiveSummary Archive, bool WasImportedBefore);
