using Airside.Core;
using Airside.Core.Archives;

namespace Airside.Stores.Embedded;

/// <summary>The ledger as a whole: read for an archive, and filled from one.</summary>
internal sealed partial class JournaledLedger
{
    private const string UnderWay =
        "The ledger is being imported, and records nothing until the import is finished. Run the same import again if it was broken off.";

    private const string HalfFinished =
        "The disk failed to make the import durable, and whether it is there is not known. Check the disk, restart, and run it again.";

    private byte[]? _importedId;
    private ImportUnderWay? _import;
    private string? _importFault;

    /// <summary>Notes what the ledger holds at this moment, to be read piece by piece.</summary>
    public LedgerReading BeginReading() =>
        new(_disk, this, _journal.NextSequence, Clock.SteadyMs - WindowMs, _importedId is not null);

    /// <summary>Begins or goes on with an import as <see cref="ILedgerArchive.BeginImportAsync"/> says.</summary>
    public long? BeginImport(byte[] id)
    {
        if (_importedId.AsSpan().SequenceEqual(id))
        {
            // What recovery read may not be durable yet, and is promised now.
            _journal.Confirm();
            return null;
        }

        DemandEmpty();
        if (_import is not null)
        {
            return _import.Id.AsSpan().SequenceEqual(id)
                ? _import.Batches
                : throw new StoreUnavailableException($"Another import is under way: {Convert.ToHexStringLower(_import.Id)}.");
        }

        try
        {
            _import = ImportUnderWay.Begin(_disk, id);
        }
        catch (IOException exception)
        {
            throw ImportRefused(exception);
        }

        _importFault = UnderWay;
        return 0;
    }

    /// <summary>Writes a batch of an import, unless it is there already.</summary>
    public void Import(byte[] id, long batch, IReadOnlyList<ArchiveEntry> entries)
    {
        if (entries.Count > Limits.ImportBatchEntries)
        {
            throw new ArgumentException(
                $"The batch has {entries.Count} entries; at most {Limits.ImportBatchEntries} are allowed.", nameof(entries));
        }

        if (_importedId.AsSpan().SequenceEqual(id))
        {
            return;
        }

        var import = DemandUnderWay(id);
        if (batch > import.Batches)
        {
            throw new ArgumentException($"Batch {batch} comes before batch {import.Batches}.", nameof(batch));
        }

        if (batch < import.Batches)
        {
            return;
        }

        try
        {
            import.Write(entries);
        }
        catch (Exception exception)
        {
            AbandonImport();
            throw ImportRefused(exception);
        }
    }

    /// <summary>Puts what was imported in place, in one step.</summary>
    public void FinishImport(byte[] id)
    {
        if (_importedId.AsSpan().SequenceEqual(id))
        {
            return;
        }

        var import = DemandUnderWay(id);
        var keys = new KeyTable(_options.KeyBytesMax);
        var routes = new RouteTable();
        Journal journal;
        try
        {
            import.Complete();
            var steadyMs = Clock.SteadyMs;
            ImportFile.Load(_disk, ImportFormat.UnfinishedName, new KeyLoad(keys, steadyMs, steadyMs - WindowMs), routes);
            RemoveEmptySegments();
            journal = new Journal(
                _disk, RecoveredJournal.Empty with { ImportStamp = ImportFormat.StampOf(import.Id) }, _options.SegmentBytes);
            import.Dispose();
        }
        catch (Exception exception)
        {
            AbandonImport();
            throw ImportRefused(exception);
        }

        // From here to the end the file has its name or has it not, whatever fails; the next process sees which.
        _import = null;
        _importFault = HalfFinished;
        try
        {
            _disk.Rename(ImportFormat.UnfinishedName, ImportFormat.FileName);
            _disk.SyncDirectory();
        }
        catch (IOException exception)
        {
            throw new StoreUnavailableException($"{HalfFinished} {exception.Message}", exception);
        }

        _journal = journal;
        _keys = keys;
        _routes = routes;
        _importedId = import.Id;
        _importFault = null;
    }

    /// <summary>
    /// A segment without a record may lie there, from a write that failed. It says that nothing was imported before it, so it goes first.
    /// </summary>
    private void RemoveEmptySegments()
    {
        _journal.Dispose();
        _journal = new Journal(_disk, RecoveredJournal.Empty, _options.SegmentBytes);
        foreach (var name in _disk.List())
        {
            if (JournalFormat.TryParseSegmentName(name, out _))
            {
                _disk.Delete(name);
            }
        }

        _disk.SyncDirectory();
    }

    private void DemandEmpty()
    {
        if (WriteFault is { } fault && _import is null)
        {
            throw new StoreUnavailableException($"Nothing can be imported: {fault}");
        }

        if (_importedId is not null)
        {
            throw new StoreUnavailableException(
                $"The ledger holds the import {Convert.ToHexStringLower(_importedId)} already; only an empty one can be imported into. "
                + "Choose another directory with Airside:DataDirectory.");
        }

        if (_journal.NextSequence > 1)
        {
            throw new StoreUnavailableException(
                $"The ledger holds {_journal.NextSequence - 1} transactions of its own; only an empty one can be imported into. "
                + "Choose another directory with Airside:DataDirectory.");
        }
    }

    private ImportUnderWay DemandUnderWay(byte[] id) => _import is not null && _import.Id.AsSpan().SequenceEqual(id)
        ? _import
        : throw new StoreUnavailableException(
            $"The import {Convert.ToHexStringLower(id)} is not under way any more. Run it again; it begins anew.");

    private void AbandonImport()
    {
        var import = _import;
        _import = null;
        _importFault = null;
        import?.Abandon();
    }

    private static StoreUnavailableException ImportRefused(Exception exception) => new(
        exception switch
        {
            IOException => $"The disk refuses the import: {exception.Message} Nothing was imported. Free some space or make the data "
                + "directory writable (Airside:DataDirectory), then run it again.",
            StoreUnavailableException => $"The archive cannot be imported: {exception.Message} Nothing was imported.",
            StoreDamagedException => $"The archive cannot be imported: {(exception.InnerException ?? exception).Message}. Nothing was "
                + "imported. Check the store that it came from by 'reconcile'.",
            _ => $"The import was broken off: {exception.Message} Nothing was imported; run it again.",
        },
        exception);
}
