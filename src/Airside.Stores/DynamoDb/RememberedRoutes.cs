using System.Collections.Concurrent;
using Airside.Core;
using Airside.Core.Transactions;
using Airside.Stores.Shared;

namespace Airside.Stores.DynamoDb;

/// <summary>The routes as this process saw them last, which saves reading them before each transaction.</summary>
internal sealed class RememberedRoutes(DynamoDbTable table)
{
    private readonly ConcurrentDictionary<FlightRoute, RouteState> _remembered = new();

    /// <summary>Returns the route as this process saw it last, or null.</summary>
    public RouteState? Find(FlightRoute route) => _remembered.GetValueOrDefault(route);

    /// <summary>
    /// Returns the route as this process knows it. A route with more than one shard is read each time, because the total after a
    /// transaction includes the other shards.
    /// </summary>
    public async Task<RouteState> KnownAsync(FlightRoute route, RetryBudget budget)
    {
        if (Find(route) is { Shards.Count: 1 } known)
        {
            return known;
        }

        var state = await table.RouteAsync(route, budget, CancellationToken.None);
        Remember(route, state);
        return state;
    }

    public void Remember(FlightRoute route, RouteState state)
    {
        if (_remembered.Count >= Limits.DynamoDbRoutesRememberedMax)
        {
            _remembered.Clear();
        }

        _remembered[route] = state;
    }

    public void Forget(FlightRoute route) => _remembered.TryRemove(route, out _);
}
