using System.Buffers.Binary;
using System.Text;

namespace Airside.Service.Tests.Fixtures;

/// <summary>A Protocol Buffers message, read field by field without its schema (protobuf.dev/programming-guides/encoding).</summary>
internal sealed class Protobuf
{
    private readonly List<(int Field, object Value)> _fields = [];

    private Protobuf(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var tag = Varint(ref bytes);
            object value = (tag & 7) switch
            {
                0 => Varint(ref bytes),
                1 => BinaryPrimitives.ReadUInt64LittleEndian(Take(ref bytes, 8)),
                2 => Take(ref bytes, (int)Varint(ref bytes)).ToArray(),
                5 => (ulong)BinaryPrimitives.ReadUInt32LittleEndian(Take(ref bytes, 4)),
                var wireType => throw new FormatException($"There is no wire type {wireType}."),
            };
            _fields.Add(((int)(tag >> 3), value));
        }
    }

    /// <summary>Parses a message.</summary>
    /// <exception cref="FormatException">The bytes are not a message.</exception>
    public static Protobuf Parse(ReadOnlySpan<byte> bytes) => new(bytes);

    /// <summary>Returns the messages of a repeated field.</summary>
    public IEnumerable<Protobuf> Messages(int field) => All<byte[]>(field).Select(bytes => Parse(bytes));

    /// <summary>Returns the messages at the end of a path of repeated fields.</summary>
    public IEnumerable<Protobuf> Messages(params int[] path) =>
        path.Aggregate<int, IEnumerable<Protobuf>>([this], (messages, field) => messages.SelectMany(message => message.Messages(field)));

    public string Text(int field) => Encoding.UTF8.GetString(All<byte[]>(field).LastOrDefault() ?? []);

    public string Hex(int field) => Convert.ToHexStringLower(All<byte[]>(field).LastOrDefault() ?? []);

    public ulong Number(int field) => All<ulong>(field).LastOrDefault();

    /// <summary>Returns OpenTelemetry attributes: keys with values, of which text and integers are read.</summary>
    public IReadOnlyDictionary<string, string> Attributes(int field) => Messages(field)
        .GroupBy(pair => pair.Text(1), StringComparer.Ordinal)
        .ToDictionary(
            group => group.Key,
            group => group.Last().Messages(2).Select(value => value.Text(1) is { Length: > 0 } text ? text : $"{value.Number(3)}").Single(),
            StringComparer.Ordinal);

    private IEnumerable<T> All<T>(int field) => _fields.Where(one => one.Field == field).Select(one => one.Value).OfType<T>();

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> bytes, int count)
    {
        if (count < 0 || count > bytes.Length)
        {
            throw new FormatException("A field is longer than its message.");
        }

        var taken = bytes[..count];
        bytes = bytes[count..];
        return taken;
    }

    private static ulong Varint(ref ReadOnlySpan<byte> bytes)
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var part = Take(ref bytes, 1)[0];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }

        throw new FormatException("A number is too long.");
    }
}
