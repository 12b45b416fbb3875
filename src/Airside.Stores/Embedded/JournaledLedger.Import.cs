using Airside.Core;
using Airside.Core.Transactions;
using Airside.Stores.Embedded.Imports;
using Airside.Stores.Embedded.Journal;
using Airside.Stores.Embedded.Tables;

namespace Airside.Stores.Embedded;

/// <summary>Exports and imports the complete ledger.</summary>
internal sealed partial class JournaledLedger
{
    private const string UnderWay =
        "An import is in progress, and nothing is recorded until it is finished. If it was interrupted, run the same import again.";

    private const string HalfFinished =
        "The disk could not make the import durable, and whether it took effect is unknown. Check the disk, restart, and run it again.";

    private byte[]? _importedId;
    private PendingImport? _import;
    private string? _importFault;

    /// <summary>Captures the ledger at this moment, to be read piece by piece.</summary>
    public LedgerReading BeginReading() =>
        new(_disk, this, _journal.NextSequence, Clock.SteadyMs - WindowMs, _importedId is not null);

    /// <summary>Begins or resumes an import as <see cref="ILedgerArchive.BeginImportAsync"/> specifies.</summary>
    public long? BeginImport(byte[] id)
    {
        if (_importedId.AsSpan().SequenceEqual(id))
        {
            // What recovery read may not be durable yet, but is promised now.
            _journal.Confirm();
            return null;
        }

        EnsureEmpty();
        if (_import is not null)
        {
            return _import.Id.AsSpan().SequenceEqual(id)
                ? _import.Batches
                : throw new StoreUnavailableException($"Another import is in progress: {Convert.ToHexStringLower(_import.Id)}.");
        }

        try
        {
            _import = PendingImport.Begin(_disk, id);
        }
        catch (IOException exception)
        {
            throw ImportRefused(exception);
        }

        _importFault = UnderWay;
        return 0;
    }

    /// <summary>Writes a batch of an import, unless it is already written.</summary>
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

        var import = EnsureUnderWay(id);
        if (batch > import.Batches)
        {
            throw new ArgumentException($"Batch {batch} was sent before batch {import.Batches}.", nameof(batch));
        }

        if (batch < import.Batches)
        {
            return;
        }

        try
        {
            import.Write(entries);
            EnsureRoutesFit(import.Routes);
        }
        catch (Exception exception)
        {
            AbandonImport();
            throw ImportRefused(exception);
        }
    }

    /// <summary>Activates the imported data in one step.</summary>
    public void FinishImport(byte[] id)
    {
        if (_importedId.AsSpan().SequenceEqual(id))
        {
            return;
        }

        var import = EnsureUnderWay(id);
        var keys = new KeyTable(_options.KeyBytesMax);
        var routes = new RouteTable();
        JournalWriter journal;
        try
        {
            import.Complete();
            var steadyMs = Clock.SteadyMs;
            ImportFile.Load(_disk, ImportFormat.UnfinishedName, new KeyLoad(keys, steadyMs, steadyMs - WindowMs), routes);
            routes.BuildIndexes();
            RemoveEmptySegments();
            journal = new JournalWriter(
                _disk, RecoveredJournal.Empty with { ImportStamp = ImportFormat.StampOf(import.Id) }, _options.SegmentBytes);
            import.Dispose();
        }
        catch (Exception exception)
        {
            AbandonImport();
            throw ImportRefused(exception);
        }

        // From here on, whatever fails, the file either has its name or not; the next process sees which.
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

    private void EnsureRoutesFit(int count)
    {
        if (count > _options.RoutesMax)
        {
            throw new StoreUnavailableException(
                $"It has {count} routes or more, and this process may hold {_options.RoutesMax} ({nameof(Limits.RoutesMax)}, "
                + $"{nameof(Limits.RouteMemoryPercentMax)}). Give the process more memory, or use a shared store.");
        }
    }

    /// <summary>
    /// Removes segments without records, which a failed write may have left. Their headers say that nothing was imported before them.
    /// </summary>
    private void RemoveEmptySegments()
    {
        _journal.Dispose();
        _journal = new JournalWriter(_disk, RecoveredJournal.Empty, _options.SegmentBytes);
        foreach (var name in _disk.List())
        {
            if (JournalFormat.TryParseSegmentName(name, out _))
            {
                _disk.Delete(name);
            }
        }

        _disk.SyncDirectory();
    }

    private void EnsureEmpty()
    {
        if (WriteFault is { } fault && _import is null)
        {
            throw new StoreUnavailableException($"Nothing can be imported: {fault}");
        }

        if (_importedId is not null)
        {
            throw new StoreUnavailableException(
                $"The ledger already contains the import {Convert.ToHexStringLower(_importedId)}; an import needs an empty ledger. "
                + "Choose another directory with Airside:DataDirectory.");
        }

        if (_journal.NextSequence > 1)
        {
            throw new StoreUnavailableException(
                $"The ledger has already recorded {_journal.NextSequence - 1} transactions; an import needs an empty ledger. "
                + "Choose another directory with Airside:DataDirectory.");
        }
    }

    private PendingImport EnsureUnderWay(byte[] id) => _import is not null && _import.Id.AsSpan().SequenceEqual(id)
        ? _import
        : throw new StoreUnavailableException(
            $"The import {Convert.ToHexStringLower(id)} is no longer in progress. Run it again; it restarts.");

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
            IOException => $"The disk refused the import: {exception.Message} Nothing was imported. Free up space or make the data "
                + "directory writable (Airside:DataDirectory), then run the import again.",
            StoreUnavailableException => $"The archive cannot be imported: {exception.Message} Nothing was imported.",
            StoreDamagedException => $"The archive cannot be imported: {(exception.InnerException ?? exception).Message}. Nothing was "
                + "imported. Check the source store with 'reconcile'.",
            _ => $"The import was interrupted: {exception.Message} Nothing was imported; run it again.",
        },
        exception);
}
