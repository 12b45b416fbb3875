using Airside.Core;
using Airside.Core.Transactions;

namespace Airside.Stores.DynamoDb;

/// <summary>
/// Counts the races that this process loses for a route, to distinguish a route that many processes write constantly from a chance
/// collision.
/// </summary>
internal sealed class LostRaces(TimeProvider timeProvider)
{
    private readonly Lock _counting = new();
    private readonly Dictionary<FlightRoute, Window> _windows = [];

    /// <summary>Counts a lost race; returns whether the route needs more shards, in which case the count restarts.</summary>
    public bool Lose(FlightRoute route)
    {
        lock (_counting)
        {
            var now = timeProvider.GetTimestamp();
            if (_windows.Count > Limits.DynamoDbRoutesRememberedMax)
            {
                _windows.Clear();
            }

            if (!_windows.TryGetValue(route, out var window)
                || timeProvider.GetElapsedTime(window.Since, now).TotalMilliseconds > Limits.DynamoDbRacesWindowMs)
            {
                window = new Window(now, 0);
            }

            var isTime = window.Count + 1 >= Limits.DynamoDbRacesLostMax;
            _windows[route] = isTime ? new Window(now, 0) : window with { Count = window.Count + 1 };
            return isTime;
        }
    }

    private readonly record struct Window(long Since, int Count);
}
