namespace Airside.Core;

/// <content>Limits of PostgreSQL.</content>
public static partial class Limits
{
    /// <summary>Shortest configurable time that a request waits for PostgreSQL, in milliseconds: longer than it waits for a lock.</summary>
    public const int PostgresTimeoutMsMin = PostgresLockTimeoutMs + 100;

    /// <summary>Longest configurable time that a request waits for PostgreSQL, in milliseconds.</summary>
    public const int PostgresTimeoutMsMax = 60_000;

    /// <summary>
    /// How long a batch waits for a lock that another batch holds in PostgreSQL, in milliseconds. The schema's functions contain this
    /// value.
    /// </summary>
    public const int PostgresLockTimeoutMs = 1_200;

    /// <summary>
    /// How long dropping a key partition waits for its readers in PostgreSQL, in milliseconds. Batches behind it wait no longer.
    /// </summary>
    public const int PostgresDropTimeoutMs = 200;

    /// <summary>Shortest time after which the ranking of the routes in PostgreSQL is refreshed, in milliseconds.</summary>
    public const int PostgresRankingMsMin = 1_000;

    /// <summary>Routes whose old hours become days in one transaction of PostgreSQL.</summary>
    public const int PostgresRollUpRoutes = 20;

    /// <summary>Longest time after which the ranking of the routes in PostgreSQL is refreshed, in milliseconds.</summary>
    public const int PostgresRankingMsMax = RankingAgeMsMax / 2;

    /// <summary>Time after which the ranking of the routes in PostgreSQL is refreshed per route, in microseconds.</summary>
    public const int PostgresRankingMicrosecondsPerRoute = 100;

    /// <summary>
    /// How far a refresh of the ranking looks back before the previous one, in milliseconds: as long as a commit is likely to take. If one
    /// takes longer, the sum of the totals differs, and all routes are read again.
    /// </summary>
    public const int PostgresRankingMarginMs = 10_000;
}
