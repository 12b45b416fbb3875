using System.Text;
using Airside.Core.Transactions;
using Airside.Stores.Embedded.Disk;
using Airside.Stores.Embedded.Imports;
using Airside.Stores.Embedded.Journal;
using Airside.Stores.Embedded.Tables;

namespace Airside.Stores.Embedded;

/// <summary>
/// Reads a ledger as of one moment. Totals, days and hours are copied immediately. Keys are read from the files, because their exact times
/// are not in memory, one file at a time, so commits continue in between.
/// </summary>
internal sealed class LedgerReading
{
    private readonly IDisk _disk;
    private readonly JournaledLedger _ledger;
    private readonly long _endSequence;
    private readonly List<(string Name, long FirstSequence)> _segments = [];
    private readonly IEnumerator<IReadOnlyList<ArchiveEntry>> _keys;

    public LedgerReading(IDisk disk, JournaledLedger ledger, long endSequence, long keyCutoffMs, bool hasImport)
    {
        _disk = disk;
        _ledger = ledger;
        _endSequence = endSequence;
        ledger.Keys.Expire(keyCutoffMs);
        foreach (var name in disk.List())
        {
            if (JournalFormat.TryParseSegmentName(name, out var firstSequence) && firstSequence < endSequence)
            {
                _segments.Add((name, firstSequence));
            }
        }

        Counts = [.. ledger.Routes.Routes.Select(counts => counts.Capture())];
        _keys = (hasImport ? ImportedKeys().Concat(JournalKeys()) : JournalKeys()).GetEnumerator();
    }

    public IReadOnlyList<(RouteSummary Summary, PackedCounts Days, PackedCounts Hours)> Counts { get; }

    /// <summary>Returns the next keys, or null at the end. For the committing thread.</summary>
    public IReadOnlyList<ArchiveEntry>? NextKeys()
    {
        if (_keys.MoveNext())
        {
            return _keys.Current;
        }

        _keys.Dispose();
        return null;
    }

    private IEnumerable<IReadOnlyList<ArchiveEntry>> ImportedKeys() =>
        ImportFile.Read(_disk, ImportFormat.FileName).Select(
            entries => entries.OfType<KeyEntry>().Where(IsRemembered).ToArray<ArchiveEntry>());

    private IEnumerable<IReadOnlyList<ArchiveEntry>> JournalKeys()
    {
        foreach (var (name, firstSequence) in _segments)
        {
            var visitor = new KeyVisitor(this);
            if (TryReadFile(name) is { } bytes)
            {
                SegmentReader.Read(name, bytes, firstSequence, isLast: name == _segments[^1].Name, visitor);
            }

            yield return visitor.Entries;
        }
    }

    /// <summary>Returns null for a segment removed in the meantime: all its keys have left the window.</summary>
    private byte[]? TryReadFile(string name)
    {
        try
        {
            return _disk.ReadFile(name);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>
    /// Returns whether a key is in the window and belongs to exactly this transaction. A key recorded again after it left the window is in
    /// the files twice.
    /// </summary>
    private bool IsRemembered(KeyEntry entry)
    {
        var bytes = Encoding.UTF8.GetBytes(entry.Key.ToString());
        return _ledger.Keys.TryFind(_ledger.Keys.Hash(bytes), bytes, out var route, out var total)
            && route == entry.Route.Packed
            && total == entry.Total;
    }

    private sealed class KeyVisitor(LedgerReading reading) : IRecordVisitor
    {
        public List<ArchiveEntry> Entries { get; } = [];

        public int Visit(RecordHeader header, ReadOnlySpan<byte> items)
        {
            var transactions = 0;
            for (; !items.IsEmpty; items = items[JournalFormat.ReadItem(items).Bytes..])
            {
                transactions++;
                if (header.Sequence < reading._endSequence)
                {
                    Add(header, JournalFormat.ReadItem(items));
                }
            }

            return transactions;
        }

        private void Add(RecordHeader header, RecordItem item)
        {
            FlightRoute.TryFromPacked(item.Route, out var route);
            var key = TransactionKey.FromStored(Encoding.UTF8.GetString(item.Key));
            var entry = new KeyEntry(key, route, item.Total, DateTimeOffset.FromUnixTimeMilliseconds(header.TimeMs));
            if (reading.IsRemembered(entry))
            {
                Entries.Add(entry);
            }
        }
    }
}
