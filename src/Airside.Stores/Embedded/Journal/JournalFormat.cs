using System.Buffers.Binary;
using Airside.Core;
using Airside.Stores.Embedded.Disk;

namespace Airside.Stores.Embedded.Journal;

/// <summary>
/// The byte layout of the journal, little-endian except for the route. See <c>docs/internals/journal.md</c>.
/// </summary>
internal static class JournalFormat
{
    public const uint Version = 2;

    /// <summary>The version whose names and keys may have other spellings than the present one.</summary>
    public const uint VersionWithSpellings = 1;

    public const int SegmentHeaderBytes = 32;
    public const int RecordHeaderBytes = 32;
    public const int ItemHeaderBytes = 18;

    /// <summary>Ends each record. No single flipped bit turns it into zero, so zero means that it was never written.</summary>
    public const byte RecordEnd = 0xff;

    /// <summary>One transaction with a one-byte key, and the end mark.</summary>
    public const int RecordBytesMin = RecordHeaderBytes + ItemHeaderBytes + 2;

    public const int RecordBytesMax =
        RecordHeaderBytes + (Limits.GroupCommitTransactionsMax * (ItemHeaderBytes + Limits.TransactionKeyBytesMax)) + 1;

    private const ulong SegmentMagic = 0x4a45444953524941; // "AIRSIDEJ"
    private const uint RecordMagic = 0x31545341; // "AST1"
    private static readonly NumberedFileName SegmentNames = new("journal-", ".log");

    public static string SegmentName(long firstSequence) => SegmentNames.NameOf(firstSequence);

    public static bool TryParseSegmentName(string name, out long firstSequence) => SegmentNames.TryParse(name, out firstSequence);

    public static void WriteSegmentHeader(Span<byte> header, long firstSequence, ulong importStamp)
    {
        header[..SegmentHeaderBytes].Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(header, SegmentMagic);
        FormatVersion.Write(header, Version);
        BinaryPrimitives.WriteInt64LittleEndian(header[12..], firstSequence);
        BinaryPrimitives.WriteUInt64LittleEndian(header[20..], importStamp);
        BinaryPrimitives.WriteUInt32LittleEndian(header[28..], Crc32C.Compute(header[..28]));
    }

    /// <summary>Checks the header of a segment and returns what is wrong with it, or null.</summary>
    /// <exception cref="StoreUnavailableException">It has another format version.</exception>
    public static string? CheckSegmentHeader(string name, ReadOnlySpan<byte> header, long firstSequence)
    {
        if (BinaryPrimitives.ReadUInt64LittleEndian(header) != SegmentMagic
            || BinaryPrimitives.ReadUInt32LittleEndian(header[28..]) != Crc32C.Compute(header[..28]))
        {
            return "the header of the segment does not match its checksum";
        }

        FormatVersion.Ensure($"The journal segment '{name}'", header, VersionWithSpellings, Version);
        var sequence = BinaryPrimitives.ReadInt64LittleEndian(header[12..]);
        return sequence == firstSequence ? null : $"the segment begins at transaction {sequence}, but its name says {firstSequence}";
    }

    /// <summary>Returns the stamp of the import that the segment follows, from an intact header; 0 if none.</summary>
    public static ulong ImportStampOf(ReadOnlySpan<byte> header) => BinaryPrimitives.ReadUInt64LittleEndian(header[20..]);

    /// <summary>Returns whether a crash came before the header of a new segment was complete, so the segment is empty.</summary>
    public static bool IsUnfinishedSegment(ReadOnlySpan<byte> segment) =>
        segment.Length < SegmentHeaderBytes || segment[(SegmentHeaderBytes - 4)..].IndexOfAnyExcept((byte)0) < 0;

    /// <summary>Completes a record whose items are already written after its header.</summary>
    /// <param name="record">The complete record: header, items, end byte.</param>
    /// <param name="sequence">Number of its first transaction, counted from 1 over the life of the ledger.</param>
    /// <param name="timeMs">When it was recorded, in Unix milliseconds.</param>
    public static void SealRecord(Span<byte> record, long sequence, long timeMs)
    {
        record[^1] = RecordEnd;
        var items = record[RecordHeaderBytes..^1];
        BinaryPrimitives.WriteUInt32LittleEndian(record, RecordMagic);
        BinaryPrimitives.WriteInt64LittleEndian(record[8..], sequence);
        BinaryPrimitives.WriteInt64LittleEndian(record[16..], timeMs);
        BinaryPrimitives.WriteInt32LittleEndian(record[24..], items.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record[28..], Crc32C.Compute(items));
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], Crc32C.Compute(record[8..RecordHeaderBytes]));
    }

    /// <summary>Reads the header of a record; returns false if it does not match its checksum.</summary>
    public static bool TryReadRecordHeader(ReadOnlySpan<byte> bytes, out RecordHeader header)
    {
        header = default;
        if (bytes.Length < RecordHeaderBytes
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != RecordMagic
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) != Crc32C.Compute(bytes[8..RecordHeaderBytes]))
        {
            return false;
        }

        header = new RecordHeader(
            BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[24..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[28..]));
        return header.ItemsBytes is > 0 and <= RecordBytesMax;
    }

    /// <summary>Writes the part of a transaction before its key.</summary>
    public static void WriteItemHeader(Span<byte> item, ulong route, long total, int keyBytes)
    {
        // Only the route is big-endian, so it is readable in a dump.
        BinaryPrimitives.WriteUInt64BigEndian(item, route);
        BinaryPrimitives.WriteInt64LittleEndian(item[8..], total);
        BinaryPrimitives.WriteUInt16LittleEndian(item[16..], (ushort)keyBytes);
    }

    public static RecordItem ReadItem(ReadOnlySpan<byte> items)
    {
        var keyBytes = BinaryPrimitives.ReadUInt16LittleEndian(items[16..]);
        return new RecordItem(
            BinaryPrimitives.ReadUInt64BigEndian(items),
            BinaryPrimitives.ReadInt64LittleEndian(items[8..]),
            items.Slice(ItemHeaderBytes, keyBytes));
    }
}

/// <summary>Header of a record.</summary>
/// <param name="Sequence">Number of its first transaction.</param>
/// <param name="TimeMs">When it was recorded, in Unix milliseconds.</param>
/// <param name="ItemsBytes">Length of its items.</param>
/// <param name="ItemsChecksum">CRC-32C of its items.</param>
internal readonly record struct RecordHeader(long Sequence, long TimeMs, int ItemsBytes, uint ItemsChecksum)
{
    public int RecordBytes => JournalFormat.RecordHeaderBytes + ItemsBytes + 1;
}

/// <summary>One transaction of a record.</summary>
internal readonly ref struct RecordItem(ulong route, long total, ReadOnlySpan<byte> key)
{
    /// <summary>Packed name of the route.</summary>
    public ulong Route { get; } = route;

    /// <summary>Total of the route right after this transaction.</summary>
    public long Total { get; } = total;

    /// <summary>The key in UTF-8.</summary>
    public ReadOnlySpan<byte> Key { get; } = key;

    /// <summary>Length in the record.</summary>
    public int Bytes => JournalFormat.ItemHeaderBytes + Key.Length;
}
