using Airside.Core;
using Airside.Core.Transactions;
using Airside.Stores.Embedded.Tables;

namespace Airside.Stores.Embedded;

/// <content>The limits of routes and of their history.</content>
internal sealed partial class JournaledLedger
{
    private volatile bool _historyIsFull;

    /// <summary>Number of routes in memory and its limit. For any thread.</summary>
    public (int Count, int Max) RouteUsage => (_routes.Count, _options.RoutesMax);

    /// <summary>Memory of days and ended hours and its limit, in bytes. For any thread.</summary>
    public (long Bytes, long BytesMax) HistoryUsage => (_routes.HistoryBytes, _options.HistoryBytesMax);

    /// <summary>Whether the history does not even fit after as many hours as possible have become days. For any thread.</summary>
    public bool HistoryIsFull => _historyIsFull;

    private bool HistoryIsOverLimit => _routes.HistoryBytes > _options.HistoryBytesMax;

    /// <summary>The last hour before which hours may become days: checks compare later ones with keys.</summary>
    private long NewestDayHour => RouteHistory.DayOf(HourCount.HourOf(Clock.CalendarMs - WindowMs))
        - (Limits.HourlyHistoryDaysBeyondKeys * HourCount.HoursPerDay);

    /// <summary>Refuses a batch if some of its routes are new and have no room.</summary>
    private void EnsureRoutesHaveRoom()
    {
        if (_refused.Count == 0)
        {
            return;
        }

        var cause = _routesMax == 0
            ? $"the history of {_routes.Count} routes takes {_routes.HistoryBytes} bytes, and may take {_options.HistoryBytesMax}, "
                + $"{Limits.HistoryMemoryPercentMax} % of the memory of this process ({nameof(Limits.HistoryMemoryPercentMax)}). "
            : $"{_options.RoutesMax} routes fit into this process, which is {nameof(Limits.RoutesMax)} or what "
                + $"{Limits.RouteMemoryPercentMax} % of its memory holds ({nameof(Limits.RouteMemoryPercentMax)}), whichever is less. ";
        throw new RoutesLimitException(
            $"The store is full: {cause}Transactions of known routes are still recorded. Below {Limits.RoutesMax} routes, more memory or "
            + "a shared store helps. Find out whether a client sends made-up routes.",
            [.. _refused]);
    }
}
