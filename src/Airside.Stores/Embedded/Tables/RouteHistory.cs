using System.Runtime.InteropServices;
using Airside.Stores.Shared;

namespace Airside.Stores.Embedded.Tables;

/// <summary>
/// The transactions of one route: days for the oldest time, then hours. The newest hours are in a list, where the writer adds to them
/// without allocating; <see cref="RollUp"/> packs the rest. Its owner serializes access.
/// </summary>
internal sealed class RouteHistory
{
    private const int SpareHoursMax = 8;

    private readonly List<HourCount> _newest = [];
    private PackedCounts _days;
    private PackedCounts _hours;

    /// <summary>Memory of the days and the packed hours, in bytes.</summary>
    public int PackedBytes => _days.Bytes.Length + _hours.Bytes.Length;

    /// <summary>The hour after the last one that became a day, in hours since 1970; null if none did.</summary>
    public long? FirstHour => _days.IsEmpty ? null : _days.LastHour + HourCount.HoursPerDay;

    /// <summary>Returns the start of the day of an hour, as an hour.</summary>
    public static long DayOf(long hour) => hour - (((hour % HourCount.HoursPerDay) + HourCount.HoursPerDay) % HourCount.HoursPerDay);

    /// <summary>Adds up hours by day.</summary>
    public static IEnumerable<HourCount> DaysOf(IEnumerable<HourCount> hours) => Sum(hours, DayOf);

    /// <summary>Takes what a snapshot or an import holds.</summary>
    public void Load(PackedCounts days, PackedCounts hours) => (_days, _hours) = (days, hours);

    /// <summary>Returns the hours from one to another (exclusive), oldest first, without those that became days.</summary>
    public IEnumerable<HourCount> Hours(long fromHour, long toHour)
    {
        var newest = CollectionsMarshal.AsSpan(_newest);
        var (start, end) = (IndexOf(newest, fromHour), IndexOf(newest, toHour));
        return Merge(_hours.Read(fromHour, toHour), start < end ? newest[start..end].ToArray() : []);
    }

    /// <summary>Returns the days between two hours, complete, oldest first.</summary>
    public IEnumerable<HourCount> Days(long fromHour, long toHour) =>
        Merge(_days.Read(fromHour, toHour), DaysOf(Hours(fromHour, toHour)));

    /// <summary>Returns everything, packed.</summary>
    public (PackedCounts Days, PackedCounts Hours) Capture() => (_days, Join(_hours, _newest));

    /// <summary>Makes room for another hour, so <see cref="Add(long, long)"/> allocates no memory.</summary>
    public void Reserve()
    {
        if (_newest.Count == _newest.Capacity)
        {
            FaultPoint.Pass();
            _newest.EnsureCapacity(_newest.Count + 1);
        }
    }

    /// <summary>Adds transactions to an hour.</summary>
    public void Add(long hour, long transactions)
    {
        // Usually the newest one; another only if the clock was set back.
        var index = _newest.Count > 0 && _newest[^1].Hour == hour
            ? _newest.Count - 1
            : IndexOf(CollectionsMarshal.AsSpan(_newest), hour);
        if (index < _newest.Count && _newest[index].Hour == hour)
        {
            _newest[index] = new HourCount(hour, _newest[index].Transactions + transactions);
        }
        else
        {
            _newest.Insert(index, new HourCount(hour, transactions));
        }
    }

    /// <summary>Turns hours into days and packs hours that have ended. A failure changes nothing.</summary>
    /// <param name="dayHour">Hours before this one become days.</param>
    /// <param name="packHour">Hours before this one are packed; at or after <paramref name="dayHour"/>.</param>
    public void RollUp(long dayHour, long packHour)
    {
        var ended = IndexOf(CollectionsMarshal.AsSpan(_newest), packHour);
        var (old, rest) = _hours.Split(dayHour);
        if (ended == 0 && old.Count == 0)
        {
            return;
        }

        var newest = _newest[..ended];
        var endedDays = DaysOf(Merge(old, newest.TakeWhile(count => count.Hour < dayHour)));
        var (days, hours) = (Join(_days, [.. endedDays]), Join(rest, [.. newest.SkipWhile(count => count.Hour < dayHour)]));
        (_days, _hours) = (days, hours);
        _newest.RemoveRange(0, ended);
        if (_newest.Capacity > SpareHoursMax)
        {
            // The writer may have reserved room for one more.
            _newest.Capacity = Math.Max(_newest.Count + 1, SpareHoursMax);
        }
    }

    /// <summary>Adds hours that usually follow those that are packed; otherwise a clock was set back.</summary>
    private static PackedCounts Join(PackedCounts packed, List<HourCount> hours) => hours switch
    {
        [] => packed,
        [var first, ..] when packed.IsEmpty || first.Hour > packed.LastHour => packed.Append(hours),
        _ => PackedCounts.From(Merge(packed.All(), hours)),
    };

    /// <summary>Merges two ascending sequences; what both have is added up.</summary>
    private static IEnumerable<HourCount> Merge(IEnumerable<HourCount> left, IEnumerable<HourCount> right) =>
        Sum(Interleave(left, right), hour => hour);

    private static IEnumerable<HourCount> Interleave(IEnumerable<HourCount> left, IEnumerable<HourCount> right)
    {
        using var rest = right.GetEnumerator();
        var hasRest = rest.MoveNext();
        foreach (var count in left)
        {
            for (; hasRest && rest.Current.Hour < count.Hour; hasRest = rest.MoveNext())
            {
                yield return rest.Current;
            }

            yield return count;
        }

        for (; hasRest; hasRest = rest.MoveNext())
        {
            yield return rest.Current;
        }
    }

    /// <summary>Adds up neighbours that belong to the same start.</summary>
    private static IEnumerable<HourCount> Sum(IEnumerable<HourCount> hours, Func<long, long> startOf)
    {
        HourCount? current = null;
        foreach (var (hour, transactions) in hours)
        {
            var start = startOf(hour);
            if (current is { } same && same.Hour == start)
            {
                current = new HourCount(start, same.Transactions + transactions);
                continue;
            }

            if (current is { } ended)
            {
                yield return ended;
            }

            current = new HourCount(start, transactions);
        }

        if (current is { } last)
        {
            yield return last;
        }
    }

    /// <summary>Returns the index of the first entry at or after an hour.</summary>
    private static int IndexOf(ReadOnlySpan<HourCount> hours, long hour)
    {
        var index = hours.BinarySearch(new HourCount(hour, 0));
        return index < 0 ? ~index : index;
    }
}

/// <summary>Transactions of a route in one hour.</summary>
/// <param name="Hour">Hours since the Unix epoch.</param>
/// <param name="Transactions">Number of transactions.</param>
internal readonly record struct HourCount(long Hour, long Transactions) : IComparable<HourCount>
{
    public const int HoursPerDay = 24;
    private const long HourMs = 3_600_000;

    /// <summary>Start of the hour, UTC.</summary>
    public DateTimeOffset Start => DateTimeOffset.FromUnixTimeSeconds(Hour * 3600);

    /// <summary>Returns the hours from 1970 to the start of an hour; negative for earlier times.</summary>
    public static long HourOf(DateTimeOffset start) => (long)Math.Floor((start - DateTimeOffset.UnixEpoch).TotalHours);

    /// <summary>Returns the hour of a time in Unix milliseconds.</summary>
    public static long HourOf(long timeMs) => timeMs / HourMs;

    public int CompareTo(HourCount other) => Hour.CompareTo(other.Hour);
}
