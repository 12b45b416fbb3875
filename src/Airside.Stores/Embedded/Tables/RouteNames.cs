using Airside.Core.Transactions;

namespace Airside.Stores.Embedded.Tables;

/// <summary>The published routes by name. The writer adds new ones without allocating; the next reader merges them in.</summary>
internal sealed class RouteNames
{
    private static readonly Comparer<RouteCounts> ByName = Comparer<RouteCounts>.Create((left, right) => left.Route.CompareTo(right.Route));

    private readonly Lock _merging = new();
    private volatile RouteCounts? _newest;
    private volatile Index _index = new(null, []);

    /// <summary>Starts with the routes that recovery or an import found.</summary>
    public void Load(IEnumerable<RouteCounts> all)
    {
        RouteCounts[] routes = [.. all];

        // Ten times as fast as sorting the routes themselves.
        Array.Sort(Array.ConvertAll(routes, counts => counts.Route.Packed), routes);
        _index = new Index(_newest, routes);
    }

    /// <summary>Adds a route after its first transactions were published. For the writer.</summary>
    public void Add(RouteCounts counts)
    {
        counts.AddedBefore = _newest;
        _newest = counts;
    }

    /// <summary>Returns all published routes by name, in an array that never changes.</summary>
    public RouteCounts[] Sorted()
    {
        var index = _index;
        if (index.Newest == _newest)
        {
            return index.Sorted;
        }

        lock (_merging)
        {
            var newest = _newest;
            if (_index.Newest != newest)
            {
                _index = new Index(newest, Merge(_index, newest));
            }

            return _index.Sorted;
        }
    }

    private static RouteCounts[] Merge(Index index, RouteCounts? newest)
    {
        var added = new List<RouteCounts>();
        for (var counts = newest; counts != index.Newest; counts = counts!.AddedBefore)
        {
            added.Add(counts!);
        }

        added.Sort(ByName);
        var merged = new RouteCounts[index.Sorted.Length + added.Count];
        var (old, next) = (0, 0);
        for (var i = 0; i < merged.Length; i++)
        {
            var isNext = old == index.Sorted.Length || (next < added.Count && ByName.Compare(added[next], index.Sorted[old]) < 0);
            merged[i] = isNext ? added[next++] : index.Sorted[old++];
        }

        return merged;
    }

    /// <summary>A moment of the routes.</summary>
    /// <param name="Newest">The route that was added last.</param>
    /// <param name="Sorted">The routes by name.</param>
    private sealed record Index(RouteCounts? Newest, RouteCounts[] Sorted);
}
