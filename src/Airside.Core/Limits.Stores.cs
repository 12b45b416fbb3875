namespace Airside.Core;

/// <content>Limits that stores share: timeouts, clocks, background work.</content>
public static partial class Limits
{
    /// <summary>
    /// How much clocks may differ, in milliseconds. A clock that is set by more is reported, and a time further ahead is not trusted.
    /// </summary>
    public const int ClockStepMs = 5 * 60 * 1_000;

    /// <summary>Most names that the refusal of a store shows, which must be converted first.</summary>
    public const int EarlierNamesShown = 6;

    /// <summary>First pause before failed background work restarts, in milliseconds; it doubles each time.</summary>
    public const int BackgroundPauseMsMin = 500;

    /// <summary>Longest pause before failed background work restarts, in milliseconds.</summary>
    public const int BackgroundPauseMsMax = 60_000;

    /// <summary>Most routes of a store. Beyond it, a transaction of a new route gets 507. The embedded store may hold fewer.</summary>
    public const int RoutesMax = 1_000_000;

    /// <summary>How often a shared store is checked for reachability and catalog changes, in milliseconds.</summary>
    public const int StoreMonitorMs = 500;

    /// <summary>Longest time that a request waits for a shared store before it gets 503, in milliseconds.</summary>
    public const int StoreTimeoutMs = 1_500;

    /// <summary>Longest time that a start waits for PostgreSQL, in milliseconds; PostgreSQL may be starting too.</summary>
    public const int StoreOpenTimeoutMs = 20_000;

    /// <summary>Longest first wait before a request of a shared store is retried, in milliseconds; it doubles each time.</summary>
    public const int StoreBackoffMsMin = 10;

    /// <summary>Longest wait before a request of a shared store is retried, in milliseconds.</summary>
    public const int StoreBackoffMsMax = 200;

    /// <summary>
    /// Greatest age of the ranking of a shared store, in milliseconds, unless its refresh is due only later: then a quarter more than that.
    /// </summary>
    public const int RankingAgeMsMax = 5_000;

    /// <summary>
    /// How long after a failed reading of the ranking or of the hours of all routes the next one begins at the earliest, in milliseconds.
    /// </summary>
    public const int ReadingPauseMs = 1_000;

    /// <summary>Longest time of reading all routes or hours of a shared store in the background, in milliseconds.</summary>
    public const int RankingReadMsMax = 120_000;

    /// <summary>Memory of a route in the ranking of a shared store, in bytes.</summary>
    public const int RankedRouteBytes = 130;

    /// <summary>
    /// Share of the memory available to the process that the ranking of a shared store may use, in percent. When all routes are read again,
    /// it exists twice for a moment.
    /// </summary>
    public const int RankingMemoryPercentMax = 25;
}
