using System.Buffers.Binary;
using Airside.Core;

namespace Airside.Stores.Embedded;

/// <summary>
/// The totals and hours of all routes up to a transaction, in one checksummed file, so that journal segments older than the
/// key window can go. <c>docs/internals/journal.md</c> describes the layout.
/// </summary>
internal static class Snapshot
{
    private const ulong Magic = 0x5345444953524941; // "AIRSIDES"
    private const uint Version = 1;
    private const int HeaderBytes = 32;
    private static readonly NumberedFileName Names = new("snapshot-", ".bin");

    /// <summary>Name of the snapshot that ends before the transaction with this sequence number.</summary>
    public static string Name(long nextSequence) => Names.Of(nextSequence);

    /// <summary>Whether a name is a snapshot's, and where it ends.</summary>
    public static bool TryParseName(string name, out long nextSequence) => Names.TryParse(name, out nextSequence);

    /// <summary>Writes a snapshot, makes it durable and gives its length in bytes.</summary>
    public static long Write(IDisk disk, RouteTable table, long nextSequence)
    {
        var body = Encode(table);
        var header = new byte[HeaderBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(header, Magic);
        FormatVersion.Write(header, Version);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(12), nextSequence);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(20), Crc32C.Of(body));
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(28), Crc32C.Of(header.AsSpan(0, 28)));
        disk.ReplaceFile(Name(nextSequence), [.. header, .. body]);
        return HeaderBytes + body.Length;
    }

    /// <summary>Reads a snapshot into an empty table and gives its length in bytes.</summary>
    /// <param name="disk">The data directory.</param>
    /// <param name="name">The file.</param>
    /// <param name="nextSequence">Number of the first transaction that is not in it, by its name.</param>
    /// <param name="table">Receives it.</param>
    /// <param name="room">Watches over the memory that it takes, or null where it is read a second time.</param>
    /// <exception cref="StoreDamagedException">It does not match its checksums.</exception>
    /// <exception cref="StoreUnavailableException">It has another format version.</exception>
    public static long Read(IDisk disk, string name, long nextSequence, RouteTable table, MemoryRoom? room)
    {
        var bytes = disk.ReadFile(name).AsSpan();
        if (bytes.Length < HeaderBytes
            || BinaryPrimitives.ReadUInt64LittleEndian(bytes) != Magic
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[28..]) != Crc32C.Of(bytes[..28]))
        {
            throw Damaged(name);
        }

        FormatVersion.Demand($"The snapshot '{name}'", bytes, Version);
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[20..]) != Crc32C.Of(bytes[HeaderBytes..])
            || BinaryPrimitives.ReadInt64LittleEndian(bytes[12..]) != nextSequence)
        {
            throw Damaged(name);
        }

        Decode(bytes[HeaderBytes..], table, room);
        return bytes.Length;
    }

    private static StoreDamagedException Damaged(string name) => new($"The snapshot '{name}' does not match its checksum.");

    private static byte[] Encode(RouteTable table)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        foreach (var counts in table.Routes.OrderBy(counts => counts.Route))
        {
            var summary = counts.Summary();
            var hours = counts.Hours(long.MinValue, long.MaxValue);
            writer.Write(counts.Route.Packed);
            writer.Write(summary.Total);
            writer.Write(summary.FirstAt.ToUnixTimeMilliseconds());
            writer.Write(summary.LastAt.ToUnixTimeMilliseconds());
            writer.Write(hours.Length);
            foreach (var hour in hours)
            {
                writer.Write(hour.Hour);
                writer.Write(hour.Transactions);
            }
        }

        writer.Flush();
        return stream.ToArray();
    }

    private static void Decode(ReadOnlySpan<byte> body, RouteTable table, MemoryRoom? room)
    {
        while (!body.IsEmpty)
        {
            var counts = table.GetOrAdd(BinaryPrimitives.ReadUInt64LittleEndian(body));
            var total = BinaryPrimitives.ReadInt64LittleEndian(body[8..]);
            var firstMs = BinaryPrimitives.ReadInt64LittleEndian(body[16..]);
            var lastMs = BinaryPrimitives.ReadInt64LittleEndian(body[24..]);
            var hours = new HourCount[BinaryPrimitives.ReadInt32LittleEndian(body[32..])];
            body = body[36..];
            room?.Pass(16 * (4 + hours.Length));
            for (var i = 0; i < hours.Length; i++)
            {
                hours[i] = new HourCount(BinaryPrimitives.ReadInt64LittleEndian(body), BinaryPrimitives.ReadInt64LittleEndian(body[8..]));
                body = body[16..];
            }

            // The sum of the hours is the total by construction; a file that says otherwise was not written by this code.
            if (hours.Sum(hour => hour.Transactions) != total)
            {
                throw new StoreDamagedException($"A snapshot's hours of route {counts.Route} do not add up to its total {total}.");
            }

            counts.Load(total, firstMs, lastMs, hours);
        }
    }
}
