using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Airside.Core.Transactions;

namespace Airside.Stores.Embedded;

/// <summary>Totals per route and per route and hour. One thread writes, any number read.</summary>
internal sealed class RouteTable
{
    private readonly ConcurrentDictionary<ulong, RouteCounts> _routes = new();

    /// <summary>All routes with at least one published transaction.</summary>
    public IEnumerable<RouteCounts> Routes => _routes.Select(pair => pair.Value).Where(counts => counts.Total > 0);

    /// <summary>The counts of a route, or null for a route never seen.</summary>
    public RouteCounts? Find(FlightRoute route) => _routes.TryGetValue(route.Packed, out var counts) && counts.Total > 0 ? counts : null;

    /// <summary>The counts of a route, made when it has none. For the writer.</summary>
    /// <exception cref="InvalidDataException">The number is not the name of a route.</exception>
    public RouteCounts GetOrAdd(ulong packed)
    {
        if (!_routes.TryGetValue(packed, out var counts))
        {
            if (!FlightRoute.TryFromPacked(packed, out var route))
            {
                throw new InvalidDataException($"0x{packed:x16} is not the name of a route");
            }

            FaultPoint.Pass();
            counts = new RouteCounts(route);
            _routes[packed] = counts;
        }

        return counts;
    }
}

/// <summary>The counts of one route.</summary>
internal sealed class RouteCounts(FlightRoute route)
{
    private const long HourMs = 3_600_000;

    private readonly Lock _lock = new();
    private readonly List<HourCount> _hours = [];
    private long _total;
    private long _firstMs;
    private long _lastMs;

    /// <summary>The route.</summary>
    public FlightRoute Route { get; } = route;

    /// <summary>Number of transactions that are durable. Read without a lock, so that a read never waits.</summary>
    public long Total => Volatile.Read(ref _total);

    /// <summary>Number of transactions with those of the batch under way; only the writer's business.</summary>
    public long PendingTotal { get; set; }

    /// <summary>Total, first and last time.</summary>
    public RouteSummary Summary()
    {
        lock (_lock)
        {
            return new RouteSummary(
                Route, _total, DateTimeOffset.FromUnixTimeMilliseconds(_firstMs), DateTimeOffset.FromUnixTimeMilliseconds(_lastMs));
        }
    }

    /// <summary>The hours from one to another (exclusive), oldest first.</summary>
    public HourCount[] Hours(long fromHour, long toHour)
    {
        lock (_lock)
        {
            var hours = CollectionsMarshal.AsSpan(_hours);
            var start = IndexOf(hours, fromHour);
            var end = IndexOf(hours, toHour);
            return start < end ? hours[start..end].ToArray() : [];
        }
    }

    /// <summary>Makes room for another hour, so that publishing asks for no memory.</summary>
    public void Reserve()
    {
        lock (_lock)
        {
            if (_hours.Count == _hours.Capacity)
            {
                FaultPoint.Pass();
                _hours.EnsureCapacity(_hours.Count + 1);
            }
        }
    }

    /// <summary>Shows readers everything up to <see cref="PendingTotal"/>, as recorded at a time.</summary>
    public void Publish(long timeMs)
    {
        lock (_lock)
        {
            var added = checked(PendingTotal - _total);
            AddToHour(Math.DivRem(timeMs, HourMs).Quotient, added);
            _firstMs = _total == 0 ? timeMs : Math.Min(_firstMs, timeMs);
            _lastMs = Math.Max(_lastMs, timeMs);
            Volatile.Write(ref _total, PendingTotal);
        }
    }

    /// <summary>Takes over the counts of a snapshot.</summary>
    public void Load(long total, long firstMs, long lastMs, IEnumerable<HourCount> hours)
    {
        lock (_lock)
        {
            _hours.AddRange(hours);
            (_firstMs, _lastMs) = (firstMs, lastMs);
            PendingTotal = total;
            Volatile.Write(ref _total, total);
        }
    }

    /// <summary>Gives up what the batch under way had added.</summary>
    public void Rollback() => PendingTotal = _total;

    private void AddToHour(long hour, long added)
    {
        if (_hours.Count > 0 && _hours[^1].Hour == hour)
        {
            _hours[^1] = new HourCount(hour, _hours[^1].Transactions + added);
            return;
        }

        // Behind the newest hour as a rule; elsewhere only after the clock was set back.
        var index = IndexOf(CollectionsMarshal.AsSpan(_hours), hour);
        if (index < _hours.Count && _hours[index].Hour == hour)
        {
            _hours[index] = new HourCount(hour, _hours[index].Transactions + added);
        }
        else
        {
            _hours.Insert(index, new HourCount(hour, added));
        }
    }

    /// <summary>Index of the first entry at or after an hour.</summary>
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
    /// <summary>Orders by hour.</summary>
    public int CompareTo(HourCount other) => Hour.CompareTo(other.Hour);
}
