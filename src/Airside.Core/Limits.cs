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

    /// <summary>
    /// Clocks may differ by so much, in milliseconds. A clock that is set by more is told of, and a time that lies further ahead is not
    /// believed.
    /// </summary>
    public const int ClockStepMs = 5 * 60 * 1_000;

    /// <summary>Most transactions of a route, of an hour and of a whole ledger: what a JSON number holds exactly, 2^53 - 1.</summary>
    public const long TransactionsMax = (1L << 53) - 1;

    /// <summary>First pause before work beside the requests that failed begins anew; it doubles each time. In milliseconds.</summary>
    public const int BackgroundPauseMsMin = 500;

    /// <summary>Longest pause before work beside the requests that failed begins anew, in milliseconds.</summary>
    public const int BackgroundPauseMsMax = 60_000;

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

    /// <summary>Most connections that the service keeps open; fewer where the system allows fewer file descriptors.</summary>
    public const int ConnectionsMax = 10_000;

    /// <summary>A start is refused where the system allows fewer connections.</summary>
    public const int ConnectionsMin = 4;

    /// <summary>File descriptors that are kept, besides those in use at the start, for files and code still to be opened.</summary>
    public const int DescriptorsReserved = 32;

    /// <summary>Longest time that a client may take to send the headers of a request, in seconds.</summary>
    public const int RequestHeadersTimeoutSeconds = 15;

    /// <summary>Longest time that a connection without a request is kept open, in seconds.</summary>
    public const int KeepAliveTimeoutSeconds = 120;

    /// <summary>Most headers of one request.</summary>
    public const int RequestHeadersMax = 64;

    /// <summary>All headers of one request together, in bytes.</summary>
    public const int RequestHeadersBytesMax = 16 * 1024;

    /// <summary>Longest first line of a request, with its URL, in bytes.</summary>
    public const int RequestLineBytesMax = 8 * 1024;

    /// <summary>A client that sends a body or takes an answer slower than this is cut off, in bytes per second.</summary>
    public const int BodyBytesPerSecondMin = 240;

    /// <summary>Time that such a client is given before its speed counts, in seconds.</summary>
    public const int BodyGraceSeconds = 5;

    /// <summary>
    /// Requests of one key in a second unless configured otherwise. A core records about as many, so that one key alone cannot keep
    /// more than one core busy.
    /// </summary>
    public const int RequestsPerSecondPerKeyDefault = 20_000;

    /// <summary>
    /// Requests without a valid key from one address in a second unless configured otherwise: far more than people and dashboards make,
    /// and a tenth of what a core serves.
    /// </summary>
    public const int RequestsPerSecondPerAddressDefault = 4_000;

    /// <summary>Highest limit of requests in a second that can be configured.</summary>
    public const int RequestsPerSecondMax = 10_000_000;

    /// <summary>So many seconds' worth of requests may come at once.</summary>
    public const int BurstSeconds = 2;

    /// <summary>How often in a second a client gets its share of new requests.</summary>
    public const int RefillsPerSecond = 10;

    /// <summary>Requests that are served at once unless configured otherwise. Past it: 503.</summary>
    public const int ConcurrentRequestsDefault = 1_000;

    /// <summary>Most API keys.</summary>
    public const int KeysMax = 1_000;

    /// <summary>Longest name of an API key, in characters.</summary>
    public const int KeyNameLengthMax = 64;

    /// <summary>Largest file of API keys, in bytes.</summary>
    public const int KeysFileBytesMax = 1024 * 1024;

    /// <summary>
    /// How often the files of API keys and of the certificate are looked at, in milliseconds. Two looks after it was removed, a key
    /// holds nowhere any more.
    /// </summary>
    public const int KeysFileLookMs = 1_000;

    /// <summary>
    /// A file of API keys or of the certificate counts as one that cannot be read when reading it takes longer, in milliseconds.
    /// </summary>
    public const int KeysFileReadMs = 5_000;

    /// <summary>The same at the start, when a machine has much else to do, in milliseconds.</summary>
    public const int StartFileReadMs = 20_000;

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

    /// <summary>
    /// The share of the memory that the process may use which may be taken when the embedded store has been read, in percent.
    /// </summary>
    public const int RecoveryMemoryPercentMax = 75;

    /// <summary>Snapshots that the embedded store keeps: the newest and one to fall back on.</summary>
    public const int SnapshotsKept = 2;

    /// <summary>Longest time until a catalog that one process saved is in force in every other one, in milliseconds.</summary>
    public const int CatalogNoticeMs = 2_000;

    /// <summary>How often a shared store is asked whether it is there and whether the catalog has changed, in milliseconds.</summary>
    public const int StoreWatchMs = 500;

    /// <summary>Longest time that a request waits for a shared store before it is answered 503, in milliseconds.</summary>
    public const int StoreTimeoutMs = 1_500;

    /// <summary>
    /// Shortest time that a request can be configured to wait for PostgreSQL, in milliseconds: longer than it waits for a lock.
    /// </summary>
    public const int PostgresTimeoutMsMin = PostgresLockTimeoutMs + 100;

    /// <summary>Longest time that a request can be configured to wait for PostgreSQL, in milliseconds.</summary>
    public const int PostgresTimeoutMsMax = 60_000;

    /// <summary>
    /// How long a batch waits for a lock that another one holds in PostgreSQL, in milliseconds. The functions of the schema carry it.
    /// </summary>
    public const int PostgresLockTimeoutMs = 1_200;

    /// <summary>
    /// How long the dropping of a day of keys waits for its readers in PostgreSQL, in milliseconds. Batches wait behind it for no longer.
    /// </summary>
    public const int PostgresDropTimeoutMs = 200;

    /// <summary>Longest time that a start waits for PostgreSQL, in milliseconds; it may be starting, too.</summary>
    public const int StoreOpenTimeoutMs = 20_000;

    /// <summary>Longest time that saving or reading a whole catalog in a shared store that is there may take, in milliseconds.</summary>
    public const int CatalogTimeoutMs = 30_000;

    /// <summary>Most entries that an import writes in one step.</summary>
    public const int ImportBatchEntries = 1_000;

    /// <summary>Longest line of an archive, in bytes.</summary>
    public const int ArchiveLineBytesMax = 64 * 1024;

    /// <summary>Most entries that are sorted in memory when a ledger is exported or checked; more go through temporary files.</summary>
    public const int ArchiveSortEntries = 100_000;

    /// <summary>Most temporary files that sorting keeps at once; past it they are merged into one.</summary>
    public const int ArchiveSortFiles = 64;

    /// <summary>Most differences that a check of the ledger names; the rest is only counted.</summary>
    public const int DifferencesShownMax = 1_000;

    /// <summary>Least time between two lines of progress of a command, in milliseconds.</summary>
    public const int ProgressEveryMs = 1_000;

    /// <summary>Most items in one transaction of DynamoDB, a limit of its own.</summary>
    public const int DynamoDbTransactionItemsMax = 100;

    /// <summary>Most items that one batch read of DynamoDB asks for, a limit of its own.</summary>
    public const int DynamoDbReadItemsMax = 100;

    /// <summary>Transactions of DynamoDB that one process has under way at once, each for another route.</summary>
    public const int DynamoDbTransactionsMax = 32;

    /// <summary>Items that all those transactions may have together, so that large ones do not throttle each other.</summary>
    public const int DynamoDbItemsMax = 1_000;

    /// <summary>Time after which one attempt at a request of DynamoDB counts as unanswered, in milliseconds.</summary>
    public const int DynamoDbAttemptTimeoutMs = 700;

    /// <summary>Time that a step of background work with DynamoDB may take with all its attempts, in milliseconds.</summary>
    public const int DynamoDbWorkTimeoutMs = 10_000;

    /// <summary>Longest first wait before a request of DynamoDB is repeated; it doubles each time. In milliseconds.</summary>
    public const int DynamoDbBackoffMsMin = 10;

    /// <summary>Longest wait before a request of DynamoDB is repeated, in milliseconds.</summary>
    public const int DynamoDbBackoffMsMax = 200;

    /// <summary>Before it writes, a process whose last look for an import is older looks again, in milliseconds.</summary>
    public const int DynamoDbImportNoticeMs = 1_000;

    /// <summary>Routes whose totals one process remembers between its transactions, so that it need not read them first.</summary>
    public const int DynamoDbRoutesRememberedMax = 100_000;

    /// <summary>Most shards of one route.</summary>
    public const int DynamoDbShardsMax = 16;

    /// <summary>A route gets twice as many shards when one process loses so many races for it within the time below.</summary>
    public const int DynamoDbRacesLostMax = 100;

    /// <summary>The time in which lost races are counted, in milliseconds.</summary>
    public const int DynamoDbRacesWindowMs = 10_000;

    /// <summary>Keys are removed so much later than they may be forgotten, so that clocks may differ, in seconds.</summary>
    public const int DynamoDbExpiryMarginSeconds = 3_600;

    /// <summary>Largest part of a catalog that one item of DynamoDB holds, in bytes. An item may have 400 KB.</summary>
    public const int DynamoDbCatalogPartBytesMax = 350 * 1024;

    /// <summary>Catalogs that were replaced are kept so long for those who are reading them, in seconds.</summary>
    public const int DynamoDbCatalogKeptSeconds = 3_600;

    /// <summary>
    /// How long an overview of the embedded ledger is kept, for each route, in microseconds: some ten times as long as reading it takes.
    /// </summary>
    public const int EmbeddedOverviewMicrosecondsPerRoute = 5;

    /// <summary>How long an overview of PostgreSQL is kept at least, in milliseconds.</summary>
    public const int PostgresOverviewMsMin = 1_000;

    /// <summary>How long an overview of PostgreSQL is kept for each route, in microseconds: 10,000 routes are read once a second.</summary>
    public const int PostgresOverviewMicrosecondsPerRoute = 100;

    /// <summary>How long an overview of DynamoDB is kept at least, in milliseconds.</summary>
    public const int DynamoDbOverviewMsMin = 1_000;

    /// <summary>
    /// How long an overview of DynamoDB is kept for each route, in milliseconds: 15 read units a second from 500 routes on.
    /// </summary>
    public const int DynamoDbOverviewMsPerRoute = 2;

    /// <summary>Least time between two events of the stream, in milliseconds.</summary>
    public const int StreamEveryMs = 500;

    /// <summary>Longest time without a byte on the stream, in milliseconds, so that proxies keep it and lost clients are noticed.</summary>
    public const int StreamSilenceMsMax = 15_000;

    /// <summary>Most viewers of the stream at once. Past it: 503.</summary>
    public const int StreamViewersMax = 5_000;

    /// <summary>When a client should come back after it lost the stream, in milliseconds.</summary>
    public const int StreamRetryMs = 2_000;

    /// <summary>Rows in each list of the overview.</summary>
    public const int OverviewRowsMax = 10;

    /// <summary>Hours in the chart of the overview.</summary>
    public const int OverviewHours = 24;

    /// <summary>Most differences between two catalogs that a preview of a load names; the rest is only counted.</summary>
    public const int CatalogChangesShownMax = 200;

    /// <summary>Most pages of <see cref="PageSizeMax"/> routes of one designator that a search of the dashboard looks through.</summary>
    public const int RouteSearchPagesMax = 20;

    /// <summary>Rows on one page of a list of the dashboard.</summary>
    public const int DashboardRowsMax = 50;

    /// <summary>Segments in which the keys of DynamoDB are read at once when the whole ledger is moved.</summary>
    public const int DynamoDbScanSegments = 4;

    /// <summary>How often <c>verify</c> asks, a second apart, whether a service is ready that was only just installed.</summary>
    public const int VerifyReadyAttemptsMax = 60;

    /// <summary>Longest time of a request of <c>verify</c>, in seconds.</summary>
    public const int VerifyRequestTimeoutSeconds = 30;

    /// <summary>How many routes <c>verify</c> tries until it finds one without transactions.</summary>
    public const int VerifyRouteAttemptsMax = 20;

    /// <summary>How much of an answer <c>verify</c> shows, in characters.</summary>
    public const int VerifyAnswerShownMax = 500;

    /// <summary>Most requests that the span of one batch has links to; OpenTelemetry keeps no more by default.</summary>
    public const int BatchSpanLinksMax = 128;

    /// <summary>Most lines a second that tell of a transaction whose trace is kept.</summary>
    public const int TracedTransactionLinesPerSecondMax = 10;

    /// <summary>Longest time that telemetry may take to be sent when the service ends, in milliseconds.</summary>
    public const int TelemetryFlushMs = 2_000;

    /// <summary>Most different sets of labels of one metric; what is beyond is left out, so that no tag can fill the memory.</summary>
    public const int MetricSeriesMax = 2_000;

    /// <summary>Longest time between two checks of the ledger that can be configured, in seconds.</summary>
    public const int LedgerCheckSecondsMax = 7 * 24 * 3_600;

    /// <summary>Longest time from the start to the first check of the ledger, in seconds: past the busy first minutes.</summary>
    public const int LedgerFirstCheckSecondsMax = 300;
}
