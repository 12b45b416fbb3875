using Airside.Core.Transactions;
using Airside.Stores.Embedded.Tables;

namespace Airside.Stores.Embedded.Imports;

/// <summary>
/// The days or hours of an import by route. Those of one route come together, as archives have them, so they are packed route by route.
/// </summary>
internal sealed class ImportedCounts
{
    private readonly Dictionary<FlightRoute, PackedCounts> _packed = [];
    private readonly List<HourCount> _current = [];
    private FlightRoute _route;

    public IEnumerable<FlightRoute> Routes
    {
        get
        {
            Pack();
            return _packed.Keys;
        }
    }

    public void Add(FlightRoute route, DateTimeOffset start, long transactions)
    {
        if (route != _route)
        {
            Pack();
            _route = route;
        }

        _current.Add(new HourCount(HourCount.HourOf(start), transactions));
    }

    /// <summary>Returns the counts of a route and their sum.</summary>
    public (PackedCounts Counts, long Sum) Of(FlightRoute route)
    {
        Pack();
        var counts = _packed.GetValueOrDefault(route);
        return (counts, counts.All().Sum(count => count.Transactions));
    }

    private void Pack()
    {
        if (_current.Count > 0)
        {
            var before = _packed.GetValueOrDefault(_route).All();
            _packed[_route] = PackedCounts.From(before.Concat(_current).Order());
            _current.Clear();
        }
    }
}
