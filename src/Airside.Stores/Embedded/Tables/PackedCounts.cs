namespace Airside.Stores.Embedded.Tables;

/// <summary>
/// Transactions per hour, in ascending order, in about two bytes an hour: the distance from the hour before it and the count, each in
/// groups of seven bits. Never changes. Days are stored by their first hour.
/// </summary>
internal readonly struct PackedCounts
{
    private const int NumberBytesMax = 10;
    private readonly byte[]? _bytes;

    private PackedCounts(byte[] bytes, long lastHour) => (_bytes, LastHour) = (bytes, lastHour);

    /// <summary>The encoded hours, as snapshots hold them.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>Whether there are no hours.</summary>
    public bool IsEmpty => Bytes.IsEmpty;

    /// <summary>The last hour, or 0 if there are none.</summary>
    public long LastHour { get; }

    /// <summary>Encodes hours that are in ascending order.</summary>
    public static PackedCounts From(IEnumerable<HourCount> hours) => default(PackedCounts).Append(hours);

    /// <summary>Takes encoded hours and returns the sum of their transactions.</summary>
    /// <exception cref="InvalidDataException">They are not what <see cref="From"/> encodes.</exception>
    public static (PackedCounts Counts, long Sum) Decode(ReadOnlySpan<byte> bytes)
    {
        var counts = new PackedCounts(bytes.ToArray(), lastHour: 0);
        var (sum, last) = (0L, long.MinValue);
        foreach (var (hour, transactions) in counts.All())
        {
            if (hour <= last || transactions <= 0)
            {
                throw new InvalidDataException($"hour {hour} with {transactions} transactions must not follow hour {last}");
            }

            sum = checked(sum + transactions);
            last = hour;
        }

        return (counts.IsEmpty ? default : new PackedCounts(counts._bytes!, last), sum);
    }

    /// <summary>Returns these hours and later ones, which are in ascending order.</summary>
    public PackedCounts Append(IEnumerable<HourCount> later)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        stream.Write(Bytes.Span);
        var last = LastHour;
        foreach (var (hour, transactions) in later)
        {
            writer.Write7BitEncodedInt64(hour - last);
            writer.Write7BitEncodedInt64(transactions);
            last = hour;
        }

        return new PackedCounts(stream.ToArray(), last);
    }

    /// <summary>Returns the hours before a given one, and those from it on.</summary>
    public (List<HourCount> Before, PackedCounts After) Split(long hour)
    {
        var before = new List<HourCount>();
        var (at, current) = (0, 0L);
        while (at < Bytes.Length)
        {
            var next = Read(ref at, ref current);
            if (next.Hour < hour)
            {
                before.Add(next);
                continue;
            }

            // Only the first hour of the rest stands alone; the others are distances.
            var rest = before.Count == 0
                ? this
                : new PackedCounts([.. From([next]).Bytes.Span, .. Bytes.Span[at..]], LastHour);
            return (before, rest);
        }

        return (before, default);
    }

    /// <summary>Returns the hours from one to another (exclusive), oldest first.</summary>
    public IEnumerable<HourCount> Read(long fromHour, long toHour) =>
        All().SkipWhile(count => count.Hour < fromHour).TakeWhile(count => count.Hour < toHour);

    /// <summary>Returns all hours, oldest first.</summary>
    public IEnumerable<HourCount> All()
    {
        var (at, hour) = (0, 0L);
        while (at < Bytes.Length)
        {
            yield return Read(ref at, ref hour);
        }
    }

    private HourCount Read(ref int at, ref long hour)
    {
        hour = unchecked(hour + ReadNumber(ref at));
        return new HourCount(hour, ReadNumber(ref at));
    }

    private long ReadNumber(ref int at)
    {
        var number = 0UL;
        for (var i = 0; i < NumberBytesMax && at < _bytes!.Length; i++)
        {
            var next = _bytes[at++];
            number |= (ulong)(next & 0x7f) << (7 * i);
            if (next < 0x80)
            {
                return (long)number;
            }
        }

        throw new InvalidDataException("a number is incomplete");
    }
}
