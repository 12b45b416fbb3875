using Airside.Archives;
using Airside.Core;
using Airside.Core.Stores;
using Airside.Core.Transactions;

namespace Airside.Stores.Tests.Contract;

/// <summary>Exports and imports in memory.</summary>
internal static class Archived
{
    public static async Task<byte[]> ExportAsync(IStore store, NameConversion? conversion = null)
    {
        using var output = new MemoryStream();
        await ArchiveTransfer.ExportAsync(
            store, output, TimeProvider.System, conversion ?? new NameConversion(), new SortSpace(Path.GetTempPath()), progress: null,
            CancellationToken.None);
        return output.ToArray();
    }

    public static Task<ImportOutcome> ImportAsync(IStore store, byte[] archive, NameConversion? conversion = null) =>
        ArchiveTransfer.ImportAsync(
            store, () => new MemoryStream(archive), TimeProvider.System, conversion ?? new NameConversion(),
            new SortSpace(Path.GetTempPath()), progress: null, CancellationToken.None);

    /// <summary>Returns the batches that an import of an archive writes.</summary>
    public static async Task<(string Id, IReadOnlyList<ArchiveEntry[]> Batches)> BatchesAsync(byte[] archive)
    {
        var reader = new ArchiveReader(new MemoryStream(archive));
        var entries = new List<ArchiveEntry>();
        await foreach (var entry in reader.ReadAsync(CancellationToken.None))
        {
            entries.Add(entry);
        }

        return (reader.Summary!.Id, [.. entries.Chunk(Limits.ImportBatchEntries)]);
    }

    /// <summary>Returns the keys that a store remembers.</summary>
    public static ValueTask<List<KeyEntry>> KeysAsync(IStore store) =>
        store.Archive.ReadAsync(CancellationToken.None).OfType<KeyEntry>().ToListAsync();

    /// <summary>Returns the inconsistencies in a store.</summary>
    public static async Task<List<LedgerDifference>> ReconcileAsync(IStore store, TimeProvider timeProvider)
    {
        var differences = new List<LedgerDifference>();
        await foreach (var difference in Reconciliation.CheckAsync(
            store.Archive.ReadAsync(CancellationToken.None),
            store.Ledger.KeyWindow,
            timeProvider,
            new SortSpace(Path.GetTempPath()),
            progress: null,
            CancellationToken.None))
        {
            differences.Add(difference);
        }

        return differences;
    }
}
