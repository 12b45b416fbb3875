namespace Airside.Core;

/// <content>Limits of DynamoDB.</content>
public static partial class Limits
{
    /// <summary>Most items in one DynamoDB transaction; DynamoDB's own limit.</summary>
    public const int DynamoDbTransactionItemsMax = 100;

    /// <summary>Most items in one DynamoDB batch read; DynamoDB's own limit.</summary>
    public const int DynamoDbReadItemsMax = 100;

    /// <summary>DynamoDB transactions that one process runs concurrently, each for a different route.</summary>
    public const int DynamoDbTransactionsMax = 32;

    /// <summary>Most items in all those transactions together, so that large ones do not throttle each other.</summary>
    public const int DynamoDbItemsMax = 1_000;

    /// <summary>Time after which an attempt at a DynamoDB request counts as unanswered, in milliseconds.</summary>
    public const int DynamoDbAttemptTimeoutMs = 700;

    /// <summary>Longest time of one step of background work with DynamoDB, including all attempts, in milliseconds.</summary>
    public const int DynamoDbWorkTimeoutMs = 10_000;

    /// <summary>How long a process that turns hours into days keeps others from doing so without a sign of life, in milliseconds.</summary>
    public const int DynamoDbRollUpLeaseMs = 60_000;

    /// <summary>How long a committed transaction may take until all its items are visible to queries, in milliseconds.</summary>
    public const int DynamoDbCommitSpreadMs = 100;

    /// <summary>A process checks for an import before it writes if its last check is older than this, in milliseconds.</summary>
    public const int DynamoDbImportNoticeMs = 1_000;

    /// <summary>Routes whose totals one process caches between its transactions, which saves reading them first.</summary>
    public const int DynamoDbRoutesRememberedMax = 100_000;

    /// <summary>How often the routes are counted, in seconds: daily, 30,000 read units at a million routes.</summary>
    public const int DynamoDbRecountSeconds = 24 * 3_600;

    /// <summary>A count of the routes that takes longer is begun again, in seconds: its process has ended.</summary>
    public const int DynamoDbRecountSecondsMax = 600;

    /// <summary>Most shards of one route.</summary>
    public const int DynamoDbShardsMax = 16;

    /// <summary>A route's shards double if one process loses this many races for it within <see cref="DynamoDbRacesWindowMs"/>.</summary>
    public const int DynamoDbRacesLostMax = 100;

    /// <summary>The window in which lost races are counted, in milliseconds.</summary>
    public const int DynamoDbRacesWindowMs = 10_000;

    /// <summary>Keys are removed this long after they may be forgotten, in seconds, because clocks may differ.</summary>
    public const int DynamoDbExpiryMarginSeconds = 3_600;

    /// <summary>Largest part of a catalog in one DynamoDB item, in bytes. An item may have 400 KB.</summary>
    public const int DynamoDbCatalogPartBytesMax = 350 * 1024;

    /// <summary>How long replaced catalogs are kept for their readers, in seconds.</summary>
    public const int DynamoDbCatalogKeptSeconds = 3_600;

    /// <summary>Shortest time after which the ranking of the routes in DynamoDB is refreshed, in milliseconds.</summary>
    public const int DynamoDbRankingMsMin = 1_000;

    /// <summary>
    /// Time after which the ranking of the routes in DynamoDB is refreshed per route, in milliseconds: 15 read units a second from 500
    /// routes on.
    /// </summary>
    public const int DynamoDbRankingMsPerRoute = 2;

    /// <summary>Segments in which DynamoDB keys are read concurrently when the entire ledger is moved.</summary>
    public const int DynamoDbScanSegments = 4;

    /// <summary>Most attempts to read a catalog that is replaced meanwhile.</summary>
    public const int DynamoDbCatalogReadsMax = 3;
}
