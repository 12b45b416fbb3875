using Airside.Core.Transactions;

namespace Airside.Stores.Shared;

/// <summary>Routes by a number, highest first, then by name. Not thread-safe.</summary>
/// <remarks>
/// The routes are kept in sorted chunks, so a change moves part of a chunk, and a page reads only its own routes.
/// </remarks>
/// <param name="numberOf">Returns the number of a route. It must stay the same while the route is in the order.</param>
internal sealed class RouteOrder<T>(Func<T, long> numberOf)
    where T : RankedRoute
{
    private const int ChunkRoutes = 512;

    private readonly List<List<T>> _chunks = [];

    /// <summary>Fills an empty order.</summary>
    /// <param name="byName">The routes by name.</param>
    public void Load(T[] byName)
    {
        // Sorting numbers is several times as fast as sorting the routes themselves.
        var numbers = Array.ConvertAll(byName, route => -numberOf(route));
        var places = Enumerable.Range(0, byName.Length).ToArray();
        Array.Sort(numbers, places);
        for (var start = 0; start < places.Length;)
        {
            var end = start + 1;
            while (end < places.Length && numbers[end] == numbers[start])
            {
                end++;
            }

            Array.Sort(places, start, end - start);
            start = end;
        }

        _chunks.AddRange(places.Chunk(ChunkRoutes / 2).Select(chunk => chunk.Select(place => byName[place]).ToList()));
    }

    /// <summary>Adds a route whose number will be <paramref name="number"/>. The caller sets it as soon as this returns.</summary>
    public void Add(T route, long number)
    {
        if (_chunks.Count == 0)
        {
            _chunks.Add([]);
        }

        FaultPoint.Pass();
        var at = ChunkOf(number, route.Route);
        var chunk = _chunks[at];
        if (chunk.Count == ChunkRoutes)
        {
            const int Half = ChunkRoutes / 2;
            _chunks.Insert(at + 1, chunk[Half..]);
            chunk.RemoveRange(Half, Half);
            chunk = Compare(_chunks[at + 1][0], number, route.Route) <= 0 ? _chunks[at + 1] : chunk;
        }

        chunk.Insert(IndexIn(chunk, number, route.Route), route);
    }

    /// <summary>Removes a route that is in the order. Allocates no memory.</summary>
    public void Remove(T route)
    {
        var at = ChunkOf(numberOf(route), route.Route);
        var chunk = _chunks[at];
        chunk.RemoveAt(IndexIn(chunk, numberOf(route), route.Route));
        if (chunk.Count < ChunkRoutes / 8)
        {
            MergeWithNeighbour(at);
        }
    }

    /// <summary>Returns the routes after a position, or the first ones.</summary>
    public IEnumerable<T> After(long? number, FlightRoute route)
    {
        var (at, index) = (0, 0);
        if (number is { } position && _chunks.Count > 0)
        {
            at = ChunkOf(position, route);
            index = IndexIn(_chunks[at], position, route);
            index += index < _chunks[at].Count && Compare(_chunks[at][index], position, route) == 0 ? 1 : 0;
        }

        for (; at < _chunks.Count; at++, index = 0)
        {
            for (; index < _chunks[at].Count; index++)
            {
                yield return _chunks[at][index];
            }
        }
    }

    /// <summary>Returns how many routes have a number, or a higher one.</summary>
    public int CountFrom(long number)
    {
        if (_chunks.Count == 0)
        {
            return 0;
        }

        // No name comes before the default.
        var at = ChunkOf(number - 1, default);
        return _chunks.Take(at).Sum(chunk => chunk.Count) + IndexIn(_chunks[at], number - 1, default);
    }

    /// <summary>Keeps chunks from staying nearly empty after most of their routes have moved away.</summary>
    private void MergeWithNeighbour(int at)
    {
        var left = Math.Min(at, _chunks.Count - 2);
        if (left >= 0 && _chunks[left].Count + _chunks[left + 1].Count <= ChunkRoutes / 2)
        {
            _chunks[left].AddRange(_chunks[left + 1]);
            _chunks.RemoveAt(left + 1);
        }
        else if (_chunks[at].Count == 0)
        {
            _chunks.RemoveAt(at);
        }
    }

    /// <summary>Returns the number of the last chunk that begins at or before a position, or 0.</summary>
    private int ChunkOf(long number, FlightRoute route)
    {
        var (low, high) = (0, _chunks.Count);
        while (high - low > 1)
        {
            var middle = low + ((high - low) / 2);
            (low, high) = Compare(_chunks[middle][0], number, route) <= 0 ? (middle, high) : (low, middle);
        }

        return low;
    }

    /// <summary>Returns the index of the first route at or after a position.</summary>
    private int IndexIn(List<T> chunk, long number, FlightRoute route)
    {
        var (low, high) = (0, chunk.Count);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            (low, high) = Compare(chunk[middle], number, route) < 0 ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    /// <summary>Compares a route with a position: higher numbers first, then by name.</summary>
    private int Compare(T one, long number, FlightRoute route) =>
        numberOf(one) is var own && own != number ? number.CompareTo(own) : one.Route.CompareTo(route);
}
