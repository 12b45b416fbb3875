using Airside.Core;
using Airside.Stores.Embedded.Disk;
using Airside.Stores.Embedded.Imports;
using Airside.Stores.Embedded.Journal;
using Airside.Stores.Embedded.Tables;
using Airside.Stores.Shared;

namespace Airside.Stores.Embedded.Snapshots;

/// <summary>Rebuilds keys, totals, days and hours from the newest snapshot and the journal.</summary>
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

    public KeyTable Keys { get; }

    public RouteTable Routes { get; private set; } = new();

    public RecoveredJournal Journal { get; private set; } = RecoveredJournal.Empty;

    /// <summary>Length of the snapshot that was read, in bytes; 0 if there was none.</summary>
    public long SnapshotBytes { get; private set; }

    /// <summary>When the newest transaction of each segment was recorded, in Unix milliseconds.</summary>
    public Dictionary<string, long> NewestMs { get; } = new(StringComparer.Ordinal);

    /// <summary>Identifies what was imported before the first transaction, or null if nothing was.</summary>
    public byte[]? ImportedId { get; private set; }

    /// <summary>Routes and keys that must be converted.</summary>
    public EarlierNames EarlierNames => _keyLoad.EarlierNames;

    /// <summary>What an operator should know: a skipped snapshot, a torn tail.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>Recovers a ledger without changing the disk.</summary>
    /// <param name="disk">The data directory.</param>
    /// <param name="nowMs">The current time, in Unix milliseconds.</param>
    /// <param name="keyWindow">How long keys are remembered.</param>
    /// <param name="keyBytesMax">Limit of the memory for keys, in bytes.</param>
    /// <exception cref="StoreDamagedException">Durable bytes have changed or are missing.</exception>
    /// <exception cref="StoreUnavailableException">A file has another format version, or the keys need more memory.</exception>
    public static Recovery Run(IDisk disk, long nowMs, TimeSpan keyWindow, long keyBytesMax)
    {
        var recovery = new Recovery(disk, nowMs, keyWindow, keyBytesMax);
        var names = disk.List();
        var snapshotEnd = recovery.ReadSnapshot(names);
        recovery.ReadImport(names, snapshotEnd);
        recovery.ReadJournal(names, snapshotEnd);
        recovery._keyLoad.End();
        foreach (var counts in recovery.Routes.Routes)
        {
            recovery.EarlierNames.Add(counts.Route);
        }

        return recovery;
    }

    /// <summary>Reads the newest intact snapshot and returns the number of the first transaction that is not in it.</summary>
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
                // An older snapshot, or none, gives the same totals if the journal reaches back to it, which is checked.
                _warnings.Add($"{exception.Message} It is skipped.");
                Routes = new RouteTable();
            }
        }

        return 1;
    }

    /// <summary>Loads the imported data: its keys, and its totals unless a snapshot has them.</summary>
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

        // Old segments that a snapshot covers are removed only from the front.
        var next = segments.Count == 0 ? 1 : Math.Min(segments[0].FirstSequence, snapshotEnd);
        var bytesSinceSnapshot = 0L;
        var times = new SegmentTimes(NewestMs, _nowMs);
        byte[] buffer = [];
        foreach (var (name, firstSequence) in segments)
        {
            if (firstSequence != next)
            {
                throw new StoreDamagedException(
                    $"The journal is damaged: file '{name}', offset 0: it begins at transaction {firstSequence}; expected {next}. "
                    + "A segment is missing or was renamed. Nothing was changed. Restore the data directory from a backup."
                    + string.Concat(_warnings.Select(warning => $" {warning}")));
            }

            _room.Ensure();
            var bytes = _disk.ReadFile(name, ref buffer);
            EnsureImport(name, firstSequence, bytes);
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

        // The segment that begins where a snapshot ends was durable before the snapshot was created, and outlives it.
        if (snapshotEnd > 1 && (segments.Count == 0 || segments[^1].FirstSequence < snapshotEnd))
        {
            throw new StoreDamagedException(
                $"The journal is damaged: file '{JournalFormat.SegmentName(snapshotEnd)}', offset 0: it is missing, but the "
                + "snapshot before it shows that it existed. Nothing was changed. Restore the data directory from a backup.");
        }

        Routes.RollUp(long.MinValue, packHour: long.MaxValue);
        Journal = Journal with { NextSequence = next, BytesSinceSnapshot = bytesSinceSnapshot };
    }

    /// <summary>Refuses a segment without its import: its totals continue from what was imported before it.</summary>
    private void EnsureImport(string name, long firstSequence, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length >= JournalFormat.SegmentHeaderBytes
            && JournalFormat.CheckSegmentHeader(name, bytes, firstSequence) is null
            && JournalFormat.ImportStampOf(bytes) != Journal.ImportStamp)
        {
            throw new StoreDamagedException(
                $"The journal is damaged: file '{name}', offset 20: it follows a different import from the one in the directory. The file "
                + $"'{ImportFormat.FileName}' is missing or was replaced. Nothing was changed. Restore the data directory from a backup.");
        }
    }

    private void NoteEnd(string name, long firstSequence, ReadOnlySpan<byte> bytes, SegmentEnd end)
    {
        if (end.NextSequence > firstSequence)
        {
            Journal = new RecoveredJournal(end.NextSequence, name, end.ValidBytes, NeedsHealing: end.ValidBytes < bytes.Length)
            {
                ImportStamp = Journal.ImportStamp,
            };
        }

        if (bytes[end.ValidBytes..].IndexOfAnyExcept((byte)0) >= 0)
        {
            _warnings.Add(
                $"The journal '{name}' ends with a torn write at offset {end.ValidBytes}. "
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

    /// <summary>Adds records to the totals (from the end of the snapshot on) and the keys (those in the window).</summary>
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

/// <summary>Adds journal records to totals and hours, starting at one transaction, and checks that each total matches.</summary>
internal sealed class TotalsVisitor(RouteTable routes, long firstSequence, SegmentTimes times) : IRecordVisitor
{
    private readonly List<RouteCounts> _touched = [];

    public int Visit(RecordHeader header, ReadOnlySpan<byte> items)
    {
        times.Add(header.TimeMs);
        var isNew = header.Sequence >= firstSequence;
        var transactions = 0;
        while (!items.IsEmpty)
        {
            if (items.Length < JournalFormat.ItemHeaderBytes || items.Length < JournalFormat.ReadItem(items).Bytes)
            {
                throw new InvalidDataException("a transaction extends beyond the end of the record");
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

        // Each transaction carries the total after it, which reveals a missing or duplicate one.
        if (checked(++counts.PendingTotal) != item.Total)
        {
            throw new InvalidDataException(
                $"it gives {item.Total} as the total of route {counts.Route}, "
                + $"but the journal adds up to {counts.PendingTotal}");
        }
    }
}
