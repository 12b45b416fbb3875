using Airside.Core;
using Airside.Stores.Embedded.Disk;

namespace Airside.Stores.Embedded.Journal;

/// <summary>Receives the records of a segment.</summary>
internal interface IRecordVisitor
{
    /// <summary>Processes one record and returns the number of its transactions.</summary>
    /// <exception cref="InvalidDataException">Its items contradict what came before; the message says how.</exception>
    int Visit(RecordHeader header, ReadOnlySpan<byte> items);
}

/// <summary>The result of reading a segment.</summary>
/// <param name="NextSequence">Number of the transaction after its last one.</param>
/// <param name="ValidBytes">Where its last complete record ends.</param>
internal readonly record struct SegmentEnd(long NextSequence, int ValidBytes);

/// <summary>
/// Reads a segment and distinguishes a torn tail (an unacknowledged write that a crash interrupted) from damage (durable bytes that
/// changed), by the rules in <c>docs/internals/journal.md</c>.
/// </summary>
internal static class SegmentReader
{
    /// <summary>The unit that a disk writes completely or not at all, in bytes.</summary>
    private const int SectorBytes = 512;

    /// <summary>Reads one segment.</summary>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="segment">Its bytes.</param>
    /// <param name="firstSequence">Number of its first transaction, according to its name.</param>
    /// <param name="isLast">Whether it is the newest segment, the only one that a crash can tear.</param>
    /// <param name="visitor">Receives the records.</param>
    /// <exception cref="StoreDamagedException">Durable bytes have changed; the message names file and offset.</exception>
    /// <exception cref="StoreUnavailableException">The segment has another format version.</exception>
    public static SegmentEnd Read<TVisitor>(string name, ReadOnlySpan<byte> segment, long firstSequence, bool isLast, TVisitor visitor)
        where TVisitor : IRecordVisitor
    {
        if (isLast && JournalFormat.IsUnfinishedSegment(segment))
        {
            return new SegmentEnd(firstSequence, 0);
        }

        var fault = segment.Length < JournalFormat.SegmentHeaderBytes
            ? "the segment ends within its header"
            : JournalFormat.CheckSegmentHeader(name, segment, firstSequence);
        if (fault is not null)
        {
            throw Damaged(name, 0, fault);
        }

        var offset = JournalFormat.SegmentHeaderBytes;
        var sequence = firstSequence;
        while (TryReadRecord(name, segment, offset, sequence, isLast, out var header))
        {
            var items = segment.Slice(offset + JournalFormat.RecordHeaderBytes, header.ItemsBytes);
            try
            {
                sequence += visitor.Visit(header, items);
            }
            catch (InvalidDataException exception)
            {
                throw Damaged(name, offset, exception.Message);
            }

            offset += header.RecordBytes;
        }

        return new SegmentEnd(sequence, offset);
    }

    /// <summary>Reads the header of the record at an offset and checks the record; returns false at the end of the journal.</summary>
    private static bool TryReadRecord(
        string name, ReadOnlySpan<byte> segment, int offset, long sequence, bool isLast, out RecordHeader header)
    {
        var rest = segment[offset..];
        string fault;
        bool torn;
        if (JournalFormat.TryReadRecordHeader(rest, out header))
        {
            if (header.Sequence != sequence)
            {
                throw Damaged(name, offset, $"the record begins at transaction {header.Sequence}; expected {sequence}");
            }

            var whole = rest.Length >= header.RecordBytes;
            if (whole && IsIntact(rest, header))
            {
                return true;
            }

            fault = whole ? "the record does not match its checksum" : "the segment ends within the record";
            torn = !whole || rest[header.RecordBytes - 1] == 0 || HasLostSector(segment, offset, header.RecordBytes);
        }
        else
        {
            if (rest.IndexOfAnyExcept((byte)0) < 0)
            {
                return false;
            }

            fault = "the header of the record does not match its checksum";
            torn = HasNoItems(rest) || HasLostSector(segment, offset, JournalFormat.RecordBytesMin);
        }

        if (!torn || !isLast)
        {
            throw Damaged(name, offset, fault);
        }

        RefuseRecordBehind(name, segment, offset + 1, sequence);
        return false;
    }

    private static bool IsIntact(ReadOnlySpan<byte> record, RecordHeader header) =>
        record[header.RecordBytes - 1] == JournalFormat.RecordEnd
        && Crc32C.Compute(record.Slice(JournalFormat.RecordHeaderBytes, header.ItemsBytes)) == header.ItemsChecksum;

    /// <summary>Returns whether nothing was written after the header of a record: the file ends there, or only zeros follow.</summary>
    private static bool HasNoItems(ReadOnlySpan<byte> bytes) =>
        bytes.Length < JournalFormat.RecordHeaderBytes || bytes[JournalFormat.RecordHeaderBytes..].IndexOfAnyExcept((byte)0) < 0;

    /// <summary>
    /// Returns whether a sector of the record was never written. Space is reserved as zeros, and no sector's share of a written record
    /// is all zeros: it contains names, keys, the start mark or the end mark.
    /// </summary>
    private static bool HasLostSector(ReadOnlySpan<byte> segment, int offset, int length)
    {
        var end = Math.Min(offset + length, segment.Length);
        while (offset < end)
        {
            var sectorEnd = Math.Min(((offset / SectorBytes) + 1) * SectorBytes, end);
            if (segment[offset..sectorEnd].IndexOfAnyExcept((byte)0) < 0)
            {
                return true;
            }

            offset = sectorEnd;
        }

        return false;
    }

    /// <summary>
    /// Refuses a complete record after a torn one. Only one write is in progress at a time, so the bytes before a complete record were
    /// once durable.
    /// </summary>
    private static void RefuseRecordBehind(string name, ReadOnlySpan<byte> segment, int offset, long sequence)
    {
        for (var i = offset; i <= segment.Length - JournalFormat.RecordHeaderBytes; i++)
        {
            if (JournalFormat.TryReadRecordHeader(segment[i..], out var header)
                && header.Sequence > sequence
                && segment.Length - i >= header.RecordBytes
                && IsIntact(segment[i..], header))
            {
                throw Damaged(name, offset - 1, $"the record is incomplete, but an intact one follows at offset {i}");
            }
        }
    }

    private static StoreDamagedException Damaged(string name, int offset, string fault) => new(
        $"The journal is damaged: file '{name}', offset {offset}: {fault}. Nothing was changed. Restore the data directory "
        + "from a backup; docs/internals/journal.md explains what can be recovered from the file.");
}
