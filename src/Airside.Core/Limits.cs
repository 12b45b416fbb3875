namespace Airside.Core;

/// <summary>Every limit of Airside in one place, units last in the names. Shown at <c>/api/v1/info</c>.</summary>
public static class Limits
{
    /// <summary>Longest transaction key, in characters (UTF-16 code units).</summary>
    public const int TransactionKeyLengthMax = 128;

    /// <summary>Most transactions in one batch request.</summary>
    public const int BatchTransactionsMax = 10_000;

    /// <summary>Largest body of a batch request, in bytes.</summary>
    public const int BatchBodyBytesMax = 4 * 1024 * 1024;

    /// <summary>Batch requests that are read and recorded at once, so that their bodies cannot fill the memory. Past it: 503.</summary>
    public const int BatchRequestsMax = 64;

    /// <summary>Largest body of any other request without a limit of its own, in bytes.</summary>
    public const int RequestBodyBytesMax = 64 * 1024;

    /// <summary>Most transactions that one group commit makes durable.</summary>
    public const int GroupCommitTransactionsMax = 10_000;

    /// <summary>
    /// Most transactions that wait for a group commit. Past it requests are shed with 503.
    /// At least one full batch request must fit, or such a request could never be accepted.
    /// </summary>
    public const int QueueTransactionsMax = 4 * BatchTransactionsMax;

    /// <summary>What <c>Retry-After</c> says when a request was shed, in seconds.</summary>
    public const int RetryAfterSeconds = 1;

    /// <summary>How long a transaction key is remembered unless configured otherwise, in hours.</summary>
    public const int KeyWindowHoursDefault = 48;

    /// <summary>Longest key window that can be configured, in hours.</summary>
    public const int KeyWindowHoursMax = 24 * 31;

    /// <summary>Largest airline file, in bytes. The OpenFlights file is 0.4 MB.</summary>
    public const int AirlineFileBytesMax = 16 * 1024 * 1024;

    /// <summary>Most airlines in one catalog.</summary>
    public const int AirlinesMax = 100_000;

    /// <summary>Longest text field of an airline, in characters.</summary>
    public const int AirlineFieldLengthMax = 256;

    /// <summary>Most errors that the reader of an airline file collects before it gives up.</summary>
    public const int AirlineErrorsMax = 100;

    /// <summary>Largest page of a list, in items.</summary>
    public const int PageSizeMax = 1_000;

    /// <summary>Size of a page when the request names none, in items.</summary>
    public const int PageSizeDefault = 100;

    /// <summary>Most points that one history answer holds.</summary>
    public const int HistoryPointsMax = 10_000;

    /// <summary>Longest search text, in characters.</summary>
    public const int SearchLengthMax = 100;

    /// <summary>Whole time that fetching an airline file may take, in milliseconds.</summary>
    public const int AirlineFetchTimeoutMs = 30_000;

    /// <summary>Most redirects that fetching an airline file follows.</summary>
    public const int AirlineFetchRedirectsMax = 3;

    /// <summary>Catalog loads that may run or wait at once. Past it a load is shed with 503.</summary>
    public const int CatalogLoadsMax = 4;

    /// <summary>Time from the signal to stop to the end of the process unless configured otherwise, in seconds.</summary>
    public const int DrainSecondsDefault = 10;

    /// <summary>Longest drain that can be configured, in seconds.</summary>
    public const int DrainSecondsMax = 600;

    /// <summary>Most connections that the service keeps open.</summary>
    public const int ConnectionsMax = 10_000;

    /// <summary>Longest time that a client may take to send the headers of a request, in seconds.</summary>
    public const int RequestHeadersTimeoutSeconds = 15;

    /// <summary>A journal segment is closed and the next one begun past this size, in bytes.</summary>
    public const int JournalSegmentBytes = 16 * 1024 * 1024;

    /// <summary>A snapshot of the totals is made after at least so much journal, in bytes.</summary>
    public const long SnapshotEveryBytes = 64 * 1024 * 1024;

    /// <summary>Disk space is reserved for the journal in steps of this size, in bytes.</summary>
    public const int JournalReserveBytes = 1024 * 1024;

    /// <summary>Memory for the keys of the embedded store, in bytes. Past it writes are shed until keys leave the window.</summary>
    public const long KeyMemoryBytesMax = 16L * 1024 * 1024 * 1024;

    /// <summary>The share of the memory that the process may use which keys of the embedded store may take, in percent.</summary>
    public const int KeyMemoryPercentMax = 60;

    /// <summary>Snapshots that the embedded store keeps: the newest and one to fall back on.</summary>
    public const int SnapshotsKept = 2;
}
