using System.Buffers.Binary;
using System.Text;
using Airside.Core;
using Airside.Core.Transactions;
using Airside.Stores.Embedded.Disk;

namespace Airside.Stores.Embedded.Imports;

/// <summary>
/// The byte layout of imported data: the content of the ledger before its own first transaction. See
/// <c>docs/internals/journal.md</c>.
/// </summary>
internal static class ImportFormat
{
    public const string FileName = "imported.bin";
    public const string UnfinishedName = FileName + DiskFiles.UnfinishedSuffix;
    public const int IdBytes = 32;
    public const int FileHeaderBytes = 48;
    public const int BlockHeaderBytes = 24;

    /// <summary>Size of the longest entry, a key.</summary>
    public const int EntryBytesMax = 27 + Limits.TransactionKeyBytesMax;

    private const uint Version = 2;
    private const uint VersionWithoutDays = 1;
    private const ulong FileMagic = 0x4945444953524941; // "AIRSIDEI"
    private const uint BlockMagic = 0x31424941; // "AIB1"
    private const uint EndMagic = 0x31454941; // "AIE1"
    private const byte Route = 1;
    private const byte Hour = 2;
    private const byte Key = 3;
    private const byte Day = 4;

    /// <summary>Returns the stamp that each segment written after an import carries, so neither is accepted without the other.</summary>
    public static ulong StampOf(ReadOnlySpan<byte> id) => BinaryPrimitives.ReadUInt64LittleEndian(id);

    public static byte[] FileHeader(ReadOnlySpan<byte> id)
    {
        var header = new byte[FileHeaderBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(header, FileMagic);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(8), Version);
        id.CopyTo(header.AsSpan(12));
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(44), Crc32C.Compute(header.AsSpan(0, 44)));
        return header;
    }

    /// <summary>Checks the header of the file and returns the id of the import.</summary>
    /// <exception cref="InvalidDataException">It is not valid; the message says why.</exception>
    public static byte[] IdOf(ReadOnlySpan<byte> header)
    {
        if (BinaryPrimitives.ReadUInt64LittleEndian(header) != FileMagic
            || BinaryPrimitives.ReadUInt32LittleEndian(header[44..]) != Crc32C.Compute(header[..44]))
        {
            throw new InvalidDataException("its header does not match its checksum");
        }

        var version = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
        return version is VersionWithoutDays or Version
            ? header.Slice(12, IdBytes).ToArray()
            : throw new InvalidDataException(
                $"it has format version {version}; this program reads versions {VersionWithoutDays} and {Version}");
    }

    public static byte[] Block(long batch, IReadOnlyList<ArchiveEntry> entries)
    {
        using var stream = new MemoryStream();
        stream.SetLength(BlockHeaderBytes);
        stream.Position = BlockHeaderBytes;
        using (var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true))
        {
            foreach (var entry in entries)
            {
                Write(writer, entry);
            }
        }

        var block = stream.ToArray();
        WriteBlockHeader(block, BlockMagic, batch, block.AsSpan(BlockHeaderBytes));
        return block;
    }

    /// <summary>Returns the block that ends the file.</summary>
    public static byte[] End(long batches)
    {
        var block = new byte[BlockHeaderBytes];
        WriteBlockHeader(block, EndMagic, batches, []);
        return block;
    }

    /// <summary>Reads the header of a block.</summary>
    /// <exception cref="InvalidDataException">It is not valid.</exception>
    public static ImportBlock ReadBlockHeader(ReadOnlySpan<byte> header)
    {
        var magic = BinaryPrimitives.ReadUInt32LittleEndian(header);
        return magic is BlockMagic or EndMagic && BinaryPrimitives.ReadUInt32LittleEndian(header[20..]) == Crc32C.Compute(header[..20])
            ? new ImportBlock(
                magic == EndMagic,
                BinaryPrimitives.ReadInt64LittleEndian(header[4..]),
                BinaryPrimitives.ReadInt32LittleEndian(header[12..]),
                BinaryPrimitives.ReadUInt32LittleEndian(header[16..]))
            : throw new InvalidDataException("the header of the block does not match its checksum");
    }

    /// <summary>Decodes the entries of a block whose checksum matched.</summary>
    public static List<ArchiveEntry> ReadEntries(byte[] block)
    {
        var entries = new List<ArchiveEntry>();
        using var reader = new BinaryReader(new MemoryStream(block));
        while (reader.BaseStream.Position < block.Length)
        {
            entries.Add(Read(reader));
        }

        return entries;
    }

    private static void WriteBlockHeader(Span<byte> header, uint magic, long number, ReadOnlySpan<byte> entries)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(header, magic);
        BinaryPrimitives.WriteInt64LittleEndian(header[4..], number);
        BinaryPrimitives.WriteInt32LittleEndian(header[12..], entries.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], Crc32C.Compute(entries));
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], Crc32C.Compute(header[..20]));
    }

    private static void Write(BinaryWriter writer, ArchiveEntry entry)
    {
        switch (entry)
        {
            case RouteEntry { Summary: var route }:
                WriteStart(writer, Route, route.Route, route.Total);
                writer.Write(route.FirstAt.ToUnixTimeMilliseconds());
                writer.Write(route.LastAt.ToUnixTimeMilliseconds());
                break;
            case DayEntry day:
                WriteStart(writer, Day, day.Route, day.Transactions);
                writer.Write(day.Day.ToUnixTimeMilliseconds());
                break;
            case HourEntry hour:
                WriteStart(writer, Hour, hour.Route, hour.Transactions);
                writer.Write(hour.Hour.ToUnixTimeMilliseconds());
                break;
            case KeyEntry key:
                var bytes = Encoding.UTF8.GetBytes(key.Key.ToString());
                WriteStart(writer, Key, key.Route, key.Total);
                writer.Write(key.RecordedAt.ToUnixTimeMilliseconds());
                writer.Write((ushort)bytes.Length);
                writer.Write(bytes);
                break;
            default:
                throw new ArgumentException($"{entry.GetType()} is not part of a ledger.", nameof(entry));
        }
    }

    private static void WriteStart(BinaryWriter writer, byte kind, FlightRoute route, long count)
    {
        writer.Write(kind);
        writer.Write(BinaryPrimitives.ReverseEndianness(route.Packed));
        writer.Write(count);
    }

    private static ArchiveEntry Read(BinaryReader reader)
    {
        var kind = reader.ReadByte();
        if (!FlightRoute.TryFromPacked(BinaryPrimitives.ReverseEndianness(reader.ReadUInt64()), out var route))
        {
            throw new InvalidDataException("it contains an invalid route");
        }

        var count = reader.ReadInt64();
        var time = DateTimeOffset.FromUnixTimeMilliseconds(reader.ReadInt64());
        return kind switch
        {
            Route => new RouteEntry(
                new RouteSummary(route, count, time, DateTimeOffset.FromUnixTimeMilliseconds(reader.ReadInt64()))),
            Day => new DayEntry(route, time, count),
            Hour => new HourEntry(route, time, count),
            Key => new KeyEntry(
                TransactionKey.FromStored(Encoding.UTF8.GetString(reader.ReadBytes(reader.ReadUInt16()))), route, count, time),
            _ => throw new InvalidDataException($"it contains an entry of unknown kind {kind}"),
        };
    }
}

/// <summary>Header of a block.</summary>
/// <param name="IsEnd">Whether it ends the file.</param>
/// <param name="Number">Number of the batch, counted from 0; in the end block, the number of batches.</param>
/// <param name="EntriesBytes">Length of its entries.</param>
/// <param name="EntriesChecksum">CRC-32C of its entries.</param>
internal readonly record struct ImportBlock(bool IsEnd, long Number, int EntriesBytes, uint EntriesChecksum);
