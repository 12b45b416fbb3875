namespace Airside.Core;

/// <summary>Every limit of Airside, one file per concern; names end with the unit. <c>/api/v1/info</c> shows them.</summary>
public static partial class Limits
{
    /// <summary>Longest transaction key, in characters (UTF-16 code units).</summary>
    public const int TransactionKeyLengthMax = 255;

    /// <summary>Longest stored transaction key, in bytes of UTF-8, which needs at most three for a UTF-16 code unit.</summary>
    public const int TransactionKeyBytesMax = 3 * TransactionKeyLengthMax;

    /// <summary>Most transactions in one batch request.</summary>
    public const int BatchTransactionsMax = 10_000;

    /// <summary>Largest body of a batch request, in bytes.</summary>
    public const int BatchBodyBytesMax = 4 * 1024 * 1024;

    /// <summary>
    /// Batch requests that are read and recorded concurrently, so that their bodies cannot fill the memory. Beyond it: 503.
    /// </summary>
    public const int BatchRequestsMax = 64;

    /// <summary>Most transactions in one group commit.</summary>
    public const int GroupCommitTransactionsMax = 10_000;

    /// <summary>
    /// Most transactions waiting for a group commit. Beyond it, requests are shed with 503. At least one full batch request must fit;
    /// otherwise it could never be accepted.
    /// </summary>
    public const int QueueTransactionsMax = 4 * BatchTransactionsMax;

    /// <summary>The <c>Retry-After</c> of a shed request, in seconds.</summary>
    public const int RetryAfterSeconds = 1;

    /// <summary>How long a transaction key is remembered by default, in hours.</summary>
    public const int KeyWindowHoursDefault = 48;

    /// <summary>Longest configurable key window, in hours.</summary>
    public const int KeyWindowHoursMax = 24 * 31;

    /// <summary>How long transactions are kept by hour by default, in days. After that they are kept by day.</summary>
    public const int HourlyHistoryDaysDefault = 90;

    /// <summary>How much longer than the key window transactions must be kept by hour, in days: checks compare hours with keys.</summary>
    public const int HourlyHistoryDaysBeyondKeys = 2;

    /// <summary>
    /// How long a process runs before it first turns hours into days, in milliseconds: until then its clock may not be set, and processes
    /// of an earlier version may still be serving.
    /// </summary>
    public const int RollUpFirstMs = 10 * 60 * 1_000;

    /// <summary>How often hours become days after that, in milliseconds.</summary>
    public const int RollUpEveryMs = 60 * 60 * 1_000;

    /// <summary>Longest configurable time that transactions are kept by hour, in days.</summary>
    public const int HourlyHistoryDaysMax = 36_500;

    /// <summary>Most transactions of a route, an hour and an entire ledger: what a JSON number holds exactly, 2^53 - 1.</summary>
    public const long TransactionsMax = (1L << 53) - 1;

    /// <summary>Most points in one history response.</summary>
    public const int HistoryPointsMax = 10_000;

    /// <summary>Most invalid items of a batch that the response lists.</summary>
    public const int BatchErrorsMax = 100;

    /// <summary>Most digits of a flight number, with leading zeros.</summary>
    public const int FlightNumberDigitsMax = 4;

    /// <summary>Longest name of a flight route, in characters.</summary>
    public const int RouteLengthMax = 8;
}
