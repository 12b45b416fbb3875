using Airside.Core;

namespace Airside.Stores.Embedded;

/// <summary>Rebuilds keys, totals and hours from the newest snapshot and the journal.</summary>
internal sealed class Recovery
{
    private readonly IDisk _disk;
    private readonly long _nowMs;
    private readonly KeyLoad _keyLoad;
    private readonly MemoryRoom _room = new();
    private readonly List<string> _warnings = [];

    private Recovery(IDisk disk, long nowMs, TimeSpan keyWindow, long keyBytesMax)
    {
        _disk = disk;
        _nowMs = nowMs;
        Keys = new KeyTable(keyBytesMax);
        _keyLoad = new KeyLoad(Keys, nowMs, nowMs - (long)keyWindow.TotalMilliseconds);
    }

    /// <summary>The keys that are still in the window.</summary>
    public KeyTable Keys { get; }

    /// <summary>The totals and hours.</summary>
    public RouteTable Routes { get; private set; } = new();

    /// <summary>Where the journal ends.</summary>
    public RecoveredJournal Journal { get; private set; } = RecoveredJournal.Empty;

    /// <summary>Length of the snapshot that was read, in bytes; 0 where there was none.</summary>
    public long SnapshotBytes { get; private set; }

    /// <summary>When the newest transaction of each segment was recorded, in Unix milliseconds.</summary>
    public Dictionary<string, long> NewestMs { get; } = new(StringComparer.Ordinal);

    /// <summary>Names what was imported before the first transaction, or null where nothing was.</summary>
    public byte[]? ImportedId { get; private set; }

    /// <summary>What an operator should know: a snapshot that had to be passed over, a torn tail.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>Recovers a ledger. Reads only; the disk is not changed.</summary>
    /// <param name="disk">The data directory.</param>
    /// <param name="nowMs">The present time, in Unix milliseconds.</param>
    /// <param name="keyWindow">How long keys are remembered.</param>
    /// <param name="keyBytesMax">Memory that the keys may take.</param>
    /// <exception cref="StoreDamagedException">Durable bytes have changed or are missing.</exception>
    /// <exception cref="StoreUnavailableException">A file has another format version, or the keys need more memory.</exception>
    public static Recovery Run(IDisk disk, long nowMs, TimeSpan keyWindow, long keyBytesMax)
    {
        var recovery = new Recovery(disk, nowMs, keyWindow, keyBytesMax);
        var names = disk.List();
        var snapshotEnd = recovery.ReadSnapshot(names);
        recovery.ReadImport(names, snapshotEnd);
        recovery.ReadJournal(names, snapshotEnd);
        return recovery;
    }

    /// <summary>Reads the newest snapshot that is whole and gives the number of the first transaction that is not in it.</summary>
    private long ReadSnapshot(IReadOnlyList<string> names)
    {
        foreach (var name in names.Reverse())
        {
            if (!Snapshot.TryParseName(name, out var nextSequence))
            {
                continue;
            }

            try
            {
                SnapshotBytes = Snapshot.Read(_disk, name, nextSequence, Routes, _room);
                return nextSequence;
            }
            catch (StoreDamagedException exception)
            {
                // An older snapshot, or none, gives the same totals where the journal still reaches back to it, which is checked.
                _warnings.Add($"{exception.Message} It is passed over.");
                Routes = new RouteTable();
            }
        }

        return 1;
    }

    /// <summary>Takes over what was imported: its keys, and its totals where no snapshot has them already.</summary>
    private void ReadImport(IReadOnlyList<string> names, long snapshotEnd)
    {
        ImportedId = ImportFile.FindId(_disk, names);
        if (ImportedId is not null)
        {
            ImportFile.Load(_disk, ImportFormat.FileName, _keyLoad, snapshotEnd == 1 ? Routes : null);
            Journal = Journal with { ImportStamp = ImportFormat.StampOf(ImportedId) };
        }
    }

    private void ReadJournal(IReadOnlyList<string> names, long snapshotEnd)
    {
        var segments = Segments(names);

        // Old segments that a snapshot covers are removed from the front, and nowhere else.
        var next = segments.Count == 0 ? 1 : Math.Min(segments[0].FirstSequence, snapshotEnd);
        var bytesSinceSnapshot = 0L;
        var times = new SegmentTimes(NewestMs, _nowMs);
        foreach (var (name, firstSequence) in segments)
        {
            if (firstSequence != next)
            {
                throw new StoreDamagedException(
                    $"The journal is damaged: file '{name}', offset 0: it begins at transaction {firstSequence}, where {next} must "
                    + "follow. A segment is missing or was renamed. Nothing was changed. Restore the data directory from a backup."
                    + string.Concat(_warnings.Select(warning => $" {warning}")));
            }

            _room.Demand();
            var bytes = _disk.ReadFile(name);
            DemandImport(name, firstSequence, bytes);
            var visitor = new Visitor(this, snapshotEnd, times);
            var isLast = name == segments[^1].Name;
            var end = SegmentReader.Read(name, bytes, firstSequence, isLast, visitor);
            next = end.NextSequence;
            times.End(name);
            bytesSinceSnapshot += firstSequence >= snapshotEnd ? end.ValidBytes : 0;
            if (isLast)
            {
                NoteEnd(name, firstSequence, bytes, end);
            }
        }

        // The segment that begins where a snapshot ends was durable before the snapshot was made, and outlives it.
        if (snapshotEnd > 1 && (segments.Count == 0 || segments[^1].FirstSequence < snapshotEnd))
        {
            throw new StoreDamagedException(
                $"The journal is damaged: file '{JournalFormat.SegmentName(snapshotEnd)}', offset 0: it is missing, and the "
                + "snapshot before it says that it was there. Nothing was changed. Restore the data directory from a backup.");
        }

        Journal = Journal with { NextSequence = next, BytesSinceSnapshot = bytesSinceSnapshot };
    }

    /// <summary>The totals of a segment go on from what was imported before it, so neither is taken without the other.</summary>
    private void DemandImport(string name, long firstSequence, byte[] bytes)
    {
        if (bytes.Length >= JournalFormat.SegmentHeaderBytes
            && JournalFormat.CheckSegmentHeader(name, bytes, firstSequence) is null
            && JournalFormat.ImportStampOf(bytes) != Journal.ImportStamp)
        {
            throw new StoreDamagedException(
                $"The journal is damaged: file '{name}', offset 20: it follows another import than the one in the directory. The file "
                + $"'{ImportFormat.FileName}' is missing or was replaced. Nothing was changed. Restore the data directory from a backup.");
        }
    }

    private void NoteEnd(string name, long firstSequence, byte[] bytes, SegmentEnd end)
    {
        if (end.NextSequence > firstSequence)
        {
            Journal = new RecoveredJournal(end.NextSequence, name, end.ValidBytes, NeedsHealing: end.ValidBytes < bytes.Length)
            {
                ImportStamp = Journal.ImportStamp,
            };
        }

        if (bytes.AsSpan(end.ValidBytes).IndexOfAnyExcept((byte)0) >= 0)
        {
            _warnings.Add(
                $"The journal '{name}' ends in a write that was cut short at offset {end.ValidBytes}. "
                + "It was never acknowledged and is left out.");
        }
    }

    private static List<(string Name, long FirstSequence)> Segments(IReadOnlyList<string> names)
    {
        var segments = new List<(string, long)>();
        foreach (var name in names)
        {
            if (JournalFormat.TryParseSegmentName(name, out var firstSequence))
            {
                segments.Add((name, firstSequence));
            }
        }

        return segments;
    }

    /// <summary>Takes records into the totals (from the end of the snapshot on) and the keys (those in the window).</summary>
    private sealed class Visitor(Recovery recovery, long snapshotEnd, SegmentTimes times) : IRecordVisitor
    {
        private readonly TotalsVisitor _totals = new(recovery.Routes, snapshotEnd, times);

        public int Visit(RecordHeader header, ReadOnlySpan<byte> items)
        {
            var transactions = _totals.Visit(header, items);
            if (!recovery._keyLoad.Begin(header.TimeMs))
            {
                return transactions;
            }

            recovery._room.Pass(items.Length);
            while (!items.IsEmpty)
            {
                var item = JournalFormat.ReadItem(items);
                recovery._keyLoad.Add(item.Key, item.Route, item.Total, header.TimeMs);
                items = items[item.Bytes..];
            }

            return transactions;
        }
    }
}

/// <summary>Adds the records of the journal to totals and hours, from one transaction on, and checks them against each other.</summary>
internal sealed class TotalsVisitor(RouteTable routes, long firstSequence, SegmentTimes times) : IRecordVisitor
{
    private readonly List<RouteCounts> _touched = [];

    /// <inheritdoc/>
    public int Visit(RecordHeader header, ReadOnlySpan<byte> items)
    {
        times.Add(header.TimeMs);
        var isNew = header.Sequence >= firstSequence;
        var transactions = 0;
        while (!items.IsEmpty)
        {
            if (items.Length < JournalFormat.ItemHeaderBytes || items.Length < JournalFormat.ReadItem(items).Bytes)
            {
                throw new InvalidDataException("a transaction of the record runs past its end");
            }

            var item = JournalFormat.ReadItem(items);
            if (isNew)
            {
                Count(item);
            }

            transactions++;
            items = items[item.Bytes..];
        }

        foreach (var counts in _touched)
        {
            counts.Publish(header.TimeMs);
        }

        _touched.Clear();
        return transactions;
    }

    private void Count(RecordItem item)
    {
        var counts = routes.GetOrAdd(item.Route);
        if (counts.PendingTotal == counts.Total)
        {
            _touched.Add(counts);
        }

        // Each transaction carries the total after it, so one that is missing or doubled shows here.
        if (checked(++counts.PendingTotal) != item.Total)
        {
            throw new InvalidDataException(
                $"it says that the total of route {counts.Route} is {item.Total} after it, "
                + $"where the journal adds up to {counts.PendingTotal}");
        }
    }
}
