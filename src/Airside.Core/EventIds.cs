namespace Airside.Core;

/// <summary>
/// The number of every log message, in ranges by topic, so that searches and alerts can rely on them. A number never changes its meaning.
/// <c>docs/operate/logs.md</c> lists them.
/// </summary>
public static class EventIds
{
    /// <summary>Background work fails. Background: 900 to 999.</summary>
    public const int BackgroundFails = 901;

    /// <summary>Failed background work succeeds again.</summary>
    public const int BackgroundRecovered = 902;

    /// <summary>A failure of background work could not be counted.</summary>
    public const int BackgroundNotCounted = 903;

    /// <summary>This process's clock differs from the store's.</summary>
    public const int StoreClockDiffers = 904;

    /// <summary>This process's clock agrees with the store's again.</summary>
    public const int StoreClockAgrees = 905;

    /// <summary>A request got 503 because of the store. Requests: 1000 to 1099.</summary>
    public const int StoreUnavailable = 1001;

    /// <summary>A signal requested the service to stop. Health: 1100 to 1199.</summary>
    public const int Draining = 1101;

    /// <summary>The system allows fewer file descriptors than all connections need.</summary>
    public const int ConnectionsLimited = 1102;

    /// <summary>The outcome of the transaction of a traced request. Transactions: 1400 to 1499.</summary>
    public const int TransactionSettled = 1401;

    /// <summary>A ledger check found no difference.</summary>
    public const int LedgerAgrees = 1411;

    /// <summary>A ledger check found differences.</summary>
    public const int LedgerDiffers = 1412;

    /// <summary>A catalog was loaded. Audit: 2000 to 2099.</summary>
    public const int CatalogLoaded = 2001;

    /// <summary>A catalog was refused.</summary>
    public const int CatalogRefused = 2002;

    /// <summary>A key was created.</summary>
    public const int KeyCreated = 2003;

    /// <summary>A key became active.</summary>
    public const int KeyActivated = 2004;

    /// <summary>A key was revoked.</summary>
    public const int KeyRevoked = 2005;

    /// <summary>The keys file cannot be read.</summary>
    public const int KeysFileBroken = 2006;

    /// <summary>The keys file can be read again.</summary>
    public const int KeysFileRestored = 2007;

    /// <summary>The service started.</summary>
    public const int Started = 2008;

    /// <summary>A new certificate is active.</summary>
    public const int CertificateActivated = 2009;

    /// <summary>The certificate cannot be read.</summary>
    public const int CertificateBroken = 2010;

    /// <summary>A data directory was recovered. Embedded store: 3000 to 3099.</summary>
    public const int Recovered = 3002;

    /// <summary>Something that an operator should know about the recovery.</summary>
    public const int RecoveryWarning = 3003;

    /// <summary>The system clock was set.</summary>
    public const int ClockStep = 3004;

    /// <summary>Hours became days earlier than the setting asks, because memory is full.</summary>
    public const int HistoryShortened = 3005;

    /// <summary>The history of routes takes too much memory, and new routes are refused.</summary>
    public const int HistoryFull = 3006;

    /// <summary>PostgreSQL is unreachable. PostgreSQL: 3100 to 3199.</summary>
    public const int PostgresUnreachable = 3101;

    /// <summary>PostgreSQL is reachable again.</summary>
    public const int PostgresReachable = 3102;

    /// <summary>The DynamoDB table is unreachable. DynamoDB: 3200 to 3299.</summary>
    public const int DynamoDbUnreachable = 3201;

    /// <summary>The DynamoDB table is reachable again.</summary>
    public const int DynamoDbReachable = 3202;

    /// <summary>Parts of older catalogs could not be removed.</summary>
    public const int CatalogPartsLeft = 3203;
}
