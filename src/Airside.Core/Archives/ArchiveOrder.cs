using System.Buffers.Binary;
using System.Text;

namespace Airside.Core.Archives;

/// <summary>
/// The order of entries in an archive as bytes that compare as the entries do: routes by name, then hours by route and time,
/// then keys by their UTF-8.
/// </summary>
internal static class ArchiveOrder
{
    private const byte Route = 1;
    private const byte Hour = 2;
    private const byte Key = 3;

    public static byte[] Of(ArchiveEntry entry)
    {
        switch (entry)
        {
            case RouteEntry route:
                var routeOrder = new byte[9];
                routeOrder[0] = Route;
                BinaryPrimitives.WriteUInt64BigEndian(routeOrder.AsSpan(1), route.Summary.Route.Packed);
                return routeOrder;
            case HourEntry hour:
                var hourOrder = new byte[17];
                hourOrder[0] = Hour;
                BinaryPrimitives.WriteUInt64BigEndian(hourOrder.AsSpan(1), hour.Route.Packed);
                WriteSigned(hourOrder.AsSpan(9), hour.Hour.ToUnixTimeMilliseconds());
                return hourOrder;
            case KeyEntry key:
                return [Key, .. Encoding.UTF8.GetBytes(key.Key.ToString())];
            default:
                throw new ArgumentException($"{entry.GetType()} is not a part of an archive.", nameof(entry));
        }
    }

    /// <summary>Writes a number so that its bytes compare as the number does, also below zero.</summary>
    public static void WriteSigned(Span<byte> bytes, long number) =>
        BinaryPrimitives.WriteUInt64BigEndian(bytes, (ulong)number ^ (1UL << 63));
}
