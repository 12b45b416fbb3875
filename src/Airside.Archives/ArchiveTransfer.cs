using System.Runtime.CompilerServices;
using Airside.Core;
using Airside.Core.Airlines;
using Airside.Core.Stores;
using Airside.Core.Transactions;

namespace Airside.Archives;

/// <summary>Moves an entire store into an archive, and an archive into a store.</summary>
public static class ArchiveTransfer
{
    /// <summary>Writes the ledger and the airline catalog of a store.</summary>
    /// <param name="store">The store, opened.</param>
    /// <param name="output">Receives the archive.</param>
    /// <param name="timeProvider">The clock. Entries recorded under a clock that was ahead are written as of now.</param>
    /// <param name="conversion">Gives the entries the names of this version.</param>
    /// <param name="space">Where to sort the entries.</param>
    /// <param name="progress">Receives the number of entries read.</param>
    /// <param name="cancellationToken">Cancels the export.</param>
    /// <exception cref="StoreUnavailableException">The store cannot be read.</exception>
    /// <exception cref="StoreDamagedException">Stored data differs from what was written.</exception>
    /// <exception cref="UndecidedNamesException">Names are not flight designators, and no one decided on them.</exception>
    /// <exception cref="IOException">The output or a temporary file cannot be written.</exception>
    public static async Task<ArchiveSummary> ExportAsync(
        IStore store,
        Stream output,
        TimeProvider timeProvider,
        NameConversion conversion,
        SortSpace space,
        IProgress<long>? progress,
        CancellationToken cancellationToken)
    {
        var catalog = await store.Airlines.LoadAsync(cancellationToken);
        var entries = NotAheadAsync(store.Archive.ReadAsync(cancellationToken), timeProvider.GetUtcNow(), cancellationToken);
        return await ArchiveWriter.WriteAsync(output, catalog, entries, conversion, space, progress, cancellationToken);
    }

    /// <summary>
    /// Imports an archive into a store whose ledger is empty. The entire archive is verified before anything is written. Rerunning an
    /// interrupted import resumes it, and nothing is ever imported twice.
    /// </summary>
    /// <param name="store">The store, opened.</param>
    /// <param name="open">Opens the archive, which is read twice.</param>
    /// <param name="timeProvider">The clock. Nothing in the archive may be later.</param>
    /// <param name="conversion">Gives the entries of an archive of an earlier version the names of this one.</param>
    /// <param name="space">Where to convert such an archive; it takes about twice as much room.</param>
    /// <param name="progress">Receives the number of entries in the store.</param>
    /// <param name="cancellationToken">Cancels the import.</param>
    /// <exception cref="ArchiveFormatException">
    /// The archive differs from what was written, or cannot be true. None of its content counts.
    /// </exception>
    /// <exception cref="StoreUnavailableException">The ledger holds something else, or cannot be written.</exception>
    /// <exception cref="UndecidedNamesException">Names are not flight designators, and no one decided on them.</exception>
    /// <exception cref="IOException">The archive cannot be read, or its conversion not be written.</exception>
    public static async Task<ImportOutcome> ImportAsync(
        IStore store,
        Func<Stream> open,
        TimeProvider timeProvider,
        NameConversion conversion,
        SortSpace space,
        IProgress<long>? progress,
        CancellationToken cancellationToken)
    {
        var archive = await VerifyAsync(open, timeProvider, cancellationToken);
        if (!archive.HasEarlierNames)
        {
            conversion.End();
            return await ImportAsync(store, open, timeProvider, progress, cancellationToken);
        }

        var path = Path.Combine(space.Directory, $".airside-converted-{Guid.NewGuid():n}");
        try
        {
            await ConvertAsync(open, archive.Catalog, path, conversion, space, cancellationToken);
            return await ImportAsync(store, () => File.OpenRead(path), timeProvider, progress, cancellationToken);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static async Task ConvertAsync(
        Func<Stream> open,
        AirlineCatalog? catalog,
        string path,
        NameConversion conversion,
        SortSpace space,
        CancellationToken cancellationToken)
    {
        await using var input = open();
        await using var output = File.Create(path);
        var entries = new ArchiveReader(input).ReadAsync(cancellationToken);
        await ArchiveWriter.WriteAsync(output, catalog, entries, conversion, space, progress: null, cancellationToken);
    }

    private static async Task<ImportOutcome> ImportAsync(
        IStore store, Func<Stream> open, TimeProvider timeProvider, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var summary = (await VerifyAsync(open, timeProvider, cancellationToken)).Summary!;
        EnsureRoutesFit(summary.Counts.Routes, store.RouteUsage.Max);
        if (await store.Archive.BeginImportAsync(summary.Id, cancellationToken) is not { } written)
        {
            return new ImportOutcome(summary, WasImportedBefore: true);
        }

        await using var input = open();
        var reader = new ArchiveReader(input);
        await WriteBatchesAsync(store.Archive, summary, reader, written, progress, cancellationToken);
        if (reader.Summary != summary)
        {
            throw new ArchiveFormatException(reader.LineNumber, "the archive was changed during the import");
        }

        // Saved before the import finishes, so that rerunning an import interrupted here saves the catalog.
        if (reader.Catalog is { } catalog)
        {
            await store.Airlines.ReplaceAsync(catalog, cancellationToken);
        }

        await store.Archive.FinishImportAsync(summary.Id, cancellationToken);
        return new ImportOutcome(summary, WasImportedBefore: false);
    }

    private static void EnsureRoutesFit(long routes, long routesMax)
    {
        if (routes > routesMax)
        {
            throw new StoreUnavailableException(
                $"The archive cannot be imported: it has {routes} routes, and this store may hold {routesMax}. Nothing was imported. "
                + $"{nameof(Limits.RoutesMax)} is {Limits.RoutesMax}; the embedded store may hold fewer, by its memory "
                + $"({nameof(Limits.RouteMemoryPercentMax)}). Below {nameof(Limits.RoutesMax)}, more memory or a shared store helps.");
        }
    }

    /// <summary>
    /// Moves future times to the present, because imports do not accept them. Future hours and days merge with the current hour, so that
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
                case DayEntry day when day.Day > now:
                    present[day.Route] = checked(present.GetValueOrDefault(day.Route) + day.Transactions);
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

    /// <summary>Checks an entire archive, and returns its reader at the end.</summary>
    private static async Task<ArchiveReader> VerifyAsync(
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
        return reader;
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
            // The same file produces the same batches, so the number identifies those already in the store.
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

/// <summary>The result of an import.</summary>
/// <param name="Archive">The content of the archive.</param>
/// <param name="WasImportedBefore">Whether it was already in the store, so that nothing was changed.</param>
public sealed record ImportOutcome(ArchiveSummary Archive, bool WasImportedBefore);
