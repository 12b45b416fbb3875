using System.Buffers.Binary;
using System.Text;
using Airside.Core.Transactions;

namespace Airside.Archives;

/// <summary>
/// The order of entries in an archive as bytes that sort like the entries: routes by name, then days and then hours by route and time, then
/// keys by their UTF-8 bytes.
/// </summary>
internal static class ArchiveOrder
{
    private const byte Route = 1;
    private const byte Day = 2;
    private const byte Hour = 3;
    private const byte Key = 4;

    public static byte[] Encode(ArchiveEntry entry)
    {
        switch (entry)
        {
            case RouteEntry route:
                var routeOrder = new byte[9];
                routeOrder[0] = Route;
                BinaryPrimitives.WriteUInt64BigEndian(routeOrder.AsSpan(1), route.Summary.Route.Packed);
                return routeOrder;
            case DayEntry day:
                return OfTime(Day, day.Route, day.Day);
            case HourEntry hour:
                return OfTime(Hour, hour.Route, hour.Hour);
            case KeyEntry key:
                return [Key, .. Encoding.UTF8.GetBytes(key.Key.ToString())];
            default:
                throw new ArgumentException($"{entry.GetType()} is not part of an archive.", nameof(entry));
        }
    }

    private static byte[] OfTime(byte kind, FlightRoute route, DateTimeOffset start)
    {
        var order = new byte[17];
        order[0] = kind;
        BinaryPrimitives.WriteUInt64BigEndian(order.AsSpan(1), route.Packed);
        WriteSigned(order.AsSpan(9), start.ToUnixTimeMilliseconds());
        return order;
    }

    /// <summary>Writes a number so that its bytes sort like the number, including negative numbers.</summary>
    public static void WriteSigned(Span<byte> bytes, long number) =>
        BinaryPrimitives.WriteUInt64BigEndian(bytes, (ulong)number ^ (1UL << 63));
}
