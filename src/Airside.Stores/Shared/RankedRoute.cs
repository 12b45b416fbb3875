using Airside.Core.Transactions;

namespace Airside.Stores.Shared;

/// <summary>A route in <see cref="RankedRoutes{T}"/>, with the values by which it is ranked.</summary>
internal abstract class RankedRoute(FlightRoute route)
{
    /// <summary>The time by which a route is ranked that is not among the latest.</summary>
    public const long NoTime = long.MinValue;

    public FlightRoute Route { get; } = route;

    /// <summary>Time of the first transaction, in Unix milliseconds.</summary>
    public abstract long FirstMs { get; }

    /// <summary>The total by which the route is ranked, 0 if it is not.</summary>
    public long RankedTotal { get; set; }

    /// <summary>The time of its last transaction by which the route is ranked, in Unix milliseconds, or <see cref="NoTime"/>.</summary>
    public long RankedLastMs { get; set; } = NoTime;

    public RouteSummary Ranked() => new(
        Route, RankedTotal, DateTimeOffset.FromUnixTimeMilliseconds(FirstMs), DateTimeOffset.FromUnixTimeMilliseconds(RankedLastMs));
}
