using System.Runtime.InteropServices;

namespace Airside.Stores.Embedded.Tables;

/// <summary>The total, days and hours of all routes together. One thread writes, any number of threads read.</summary>
internal sealed class AllRoutes
{
    private readonly Lock _lock = new();
    private readonly RouteHistory _history = new();
    private long _total;

    /// <inheritdoc cref="RouteHistory.FirstHour"/>
    public long? FirstHour
    {
        get
        {
            lock (_lock)
            {
                return _history.FirstHour;
            }
        }
    }

    /// <summary>Starts with the routes that recovery or an import found.</summary>
    public void Load(RouteCounts[] routes)
    {
        var (days, hours) = (new Dictionary<long, long>(), new Dictionary<long, long>());
        foreach (var counts in routes)
        {
            var (_, routeDays, routeHours) = counts.Capture();
            Add(days, routeDays);
            Add(hours, routeHours);
        }

        lock (_lock)
        {
            _history.Load(Packed(days), Packed(hours));
            _total = routes.Sum(counts => counts.Total);
        }
    }

    /// <inheritdoc cref="RouteHistory.RollUp"/>
    public void RollUp(long dayHour, long packHour)
    {
        lock (_lock)
        {
            _history.RollUp(dayHour, packHour);
        }
    }

    /// <summary>Makes room for another hour, so publishing allocates no memory. For the writer.</summary>
    public void Reserve()
    {
        lock (_lock)
        {
            _history.Reserve();
        }
    }

    /// <summary>Shows readers more transactions. Allocates no memory. For the writer.</summary>
    public void Publish(long added, long hour)
    {
        lock (_lock)
        {
            _history.Add(hour, added);
            _total += added;
        }
    }

    /// <summary>Returns the hours from one to another (exclusive), oldest first, and the total at that time.</summary>
    public (HourCount[] Hours, long Total) Between(long fromHour, long toHour)
    {
        lock (_lock)
        {
            return ([.. _history.Hours(fromHour, toHour)], _total);
        }
    }

    private static void Add(Dictionary<long, long> sums, PackedCounts counts)
    {
        foreach (var count in counts.All())
        {
            CollectionsMarshal.GetValueRefOrAddDefault(sums, count.Hour, out _) += count.Transactions;
        }
    }

    private static PackedCounts Packed(Dictionary<long, long> sums) =>
        PackedCounts.From(sums.Select(sum => new HourCount(sum.Key, sum.Value)).Order());
}
