using System.Buffers.Binary;
using Airside.Core;
using Airside.Core.Transactions;
using Airside.Stores.Embedded.Disk;
using Airside.Stores.Embedded.Tables;

namespace Airside.Stores.Embedded.Snapshots;

/// <summary>
/// The totals, days and hours of all routes up to a transaction, in one checksummed file, so journal segments older than the key window can
/// be removed. <c>docs/internals/journal.md</c> specifies the layout.
/// </summary>
internal static class Snapshot
{
    private const ulong Magic = 0x5345444953524941; // "AIRSIDES"
    private const uint Version = 2;

    /// <summary>The version with sixteen bytes an hour and no days.</summary>
    private const uint VersionWithoutDays = 1;

    private const int HeaderBytes = 32;
    private const int RouteBytes = 40;
    private static readonly NumberedFileName Names = new("snapshot-", ".bin");

    /// <summary>Returns the name of the snapshot that ends before the transaction with this sequence number.</summary>
    public static string Name(long nextSequence) => Names.NameOf(nextSequence);

    public static bool TryParseName(string name, out long nextSequence) => Names.TryParse(name, out nextSequence);

    /// <summary>Writes a snapshot, makes it durable and returns its length in bytes.</summary>
    public static long Write(IDisk disk, RouteTable table, long nextSequence)
    {
        var routes = table.Routes.Select(counts => counts.Capture()).OrderBy(route => route.Summary.Route).ToArray();

        // One array, because the file may be a large part of the memory.
        var bytes = new byte[HeaderBytes + routes.Sum(route => (long)RouteBytes + route.Days.Bytes.Length + route.Hours.Bytes.Length)];
        var body = bytes.AsSpan(HeaderBytes);
        foreach (var route in routes)
        {
            body = body[Encode(body, route)..];
        }

        var header = bytes.AsSpan(0, HeaderBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(header, Magic);
        FormatVersion.Write(header, Version);
        BinaryPrimitives.WriteInt64LittleEndian(header[12..], nextSequence);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], Crc32C.Compute(bytes.AsSpan(HeaderBytes)));
        BinaryPrimitives.WriteUInt32LittleEndian(header[28..], Crc32C.Compute(header[..28]));
        disk.ReplaceFile(Name(nextSequence), bytes);
        return bytes.Length;
    }

    /// <summary>Reads a snapshot into an empty table and returns its length in bytes.</summary>
    /// <param name="disk">The data directory.</param>
    /// <param name="name">The file.</param>
    /// <param name="nextSequence">Number of the first transaction that is not in it, according to its name.</param>
    /// <param name="table">Receives the snapshot.</param>
    /// <param name="room">Limits the memory that it takes, or null if it is read a second time.</param>
    /// <exception cref="StoreDamagedException">It does not match its checksums.</exception>
    /// <exception cref="StoreUnavailableException">It has another format version.</exception>
    public static long Read(IDisk disk, string name, long nextSequence, RouteTable table, MemoryRoom? room)
    {
        var bytes = disk.ReadFile(name).AsSpan();
        if (bytes.Length < HeaderBytes
            || BinaryPrimitives.ReadUInt64LittleEndian(bytes) != Magic
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[28..]) != Crc32C.Compute(bytes[..28]))
        {
            throw Damaged(name);
        }

        var version = FormatVersion.Ensure($"The snapshot '{name}'", bytes, VersionWithoutDays, Version);
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[20..]) != Crc32C.Compute(bytes[HeaderBytes..])
            || BinaryPrimitives.ReadInt64LittleEndian(bytes[12..]) != nextSequence)
        {
            throw Damaged(name);
        }

        try
        {
            Decode(bytes[HeaderBytes..], version, table, room);
        }
        catch (InvalidDataException exception)
        {
            throw new StoreDamagedException($"The snapshot '{name}' is damaged: {exception.Message}.", exception);
        }

        return bytes.Length;
    }

    private static StoreDamagedException Damaged(string name) => new($"The snapshot '{name}' does not match its checksum.");

    private static int Encode(Span<byte> body, (RouteSummary Summary, PackedCounts Days, PackedCounts Hours) route)
    {
        var (summary, days, hours) = route;
        BinaryPrimitives.WriteUInt64LittleEndian(body, summary.Route.Packed);
        BinaryPrimitives.WriteInt64LittleEndian(body[8..], summary.Total);
        BinaryPrimitives.WriteInt64LittleEndian(body[16..], summary.FirstAt.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteInt64LittleEndian(body[24..], summary.LastAt.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteInt32LittleEndian(body[32..], days.Bytes.Length);
        BinaryPrimitives.WriteInt32LittleEndian(body[36..], hours.Bytes.Length);
        days.Bytes.Span.CopyTo(body[RouteBytes..]);
        hours.Bytes.Span.CopyTo(body[(RouteBytes + days.Bytes.Length)..]);
        return RouteBytes + days.Bytes.Length + hours.Bytes.Length;
    }

    private static void Decode(ReadOnlySpan<byte> body, uint version, RouteTable table, MemoryRoom? room)
    {
        while (!body.IsEmpty)
        {
            var counts = table.GetOrAdd(BinaryPrimitives.ReadUInt64LittleEndian(body));
            var total = BinaryPrimitives.ReadInt64LittleEndian(body[8..]);
            var firstMs = BinaryPrimitives.ReadInt64LittleEndian(body[16..]);
            var lastMs = BinaryPrimitives.ReadInt64LittleEndian(body[24..]);
            var ((days, daySum), (hours, hourSum)) = version == VersionWithoutDays ? DecodeWithoutDays(ref body) : DecodeHistory(ref body);
            room?.Pass(Limits.RouteBytes + days.Bytes.Length + hours.Bytes.Length);

            // They add up to the total by construction; this code did not write a file where they do not.
            if (daySum + hourSum != total)
            {
                throw new InvalidDataException($"the days and hours of route {counts.Route} do not add up to its total {total}");
            }

            counts.Load(total, firstMs, lastMs, days, hours);
        }
    }

    private static ((PackedCounts Counts, long Sum) Days, (PackedCounts Counts, long Sum) Hours) DecodeHistory(ref ReadOnlySpan<byte> body)
    {
        var daysEnd = RouteBytes + BinaryPrimitives.ReadInt32LittleEndian(body[32..]);
        var end = daysEnd + BinaryPrimitives.ReadInt32LittleEndian(body[36..]);
        var (days, hours) = (PackedCounts.Decode(body[RouteBytes..daysEnd]), PackedCounts.Decode(body[daysEnd..end]));
        body = body[end..];
        return (days, hours);
    }

    private static ((PackedCounts Counts, long Sum) Days, (PackedCounts Counts, long Sum) Hours) DecodeWithoutDays(
        ref ReadOnlySpan<byte> body)
    {
        var hours = new HourCount[BinaryPrimitives.ReadInt32LittleEndian(body[32..])];
        body = body[36..];
        for (var i = 0; i < hours.Length; i++)
        {
            hours[i] = new HourCount(BinaryPrimitives.ReadInt64LittleEndian(body), BinaryPrimitives.ReadInt64LittleEndian(body[8..]));
            body = body[16..];
        }

        return ((default, 0), (PackedCounts.From(hours), hours.Sum(hour => hour.Transactions)));
    }
}
