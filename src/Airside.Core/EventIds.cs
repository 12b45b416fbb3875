namespace Airside.Core;

/// <summary>
/// The number of every log message, in ranges by what it is about, so that searches and alerts can rely on them. A number is never
/// given another meaning. <c>docs/operate/logs.md</c> lists them.
/// </summary>
public static class EventIds
{
    /// <summary>Work beside the requests fails. Background: 900 to 999.</summary>
    public const int BackgroundFails = 901;

    /// <summary>Work beside the requests that failed goes on.</summary>
    public const int BackgroundGoesOn = 902;

    /// <summary>A failure of work beside the requests could not be counted.</summary>
    public const int BackgroundNotCounted = 903;

    /// <summary>The clock of this process differs from that of the store.</summary>
    public const int StoreClockDiffers = 904;

    /// <summary>The clock of this process agrees with that of the store again.</summary>
    public const int StoreClockAgrees = 905;

    /// <summary>A request was answered 503 because of the store. Requests: 1000 to 1099.</summary>
    public const int StoreUnavailable = 1001;

    /// <summary>A signal asked the service to end. Health: 1100 to 1199.</summary>
    public const int Draining = 1101;

    /// <summary>What became of the transaction of a traced request. Transactions: 1400 to 1499.</summary>
    public const int TransactionSettled = 1401;

    /// <summary>A check of the ledger found no difference.</summary>
    public const int LedgerAgrees = 1411;

    /// <summary>A check of the ledger found differences.</summary>
    public const int LedgerDiffers = 1412;

    /// <summary>A catalog was loaded. Audit: 2000 to 2099.</summary>
    public const int CatalogLoaded = 2001;

    /// <summary>A catalog was refused.</summary>
    public const int CatalogRefused = 2002;

    /// <summary>A key was made.</summary>
    public const int KeyMade = 2003;

    /// <summary>A key came into force.</summary>
    public const int KeyInForce = 2004;

    /// <summary>A key was revoked.</summary>
    public const int KeyRevoked = 2005;

    /// <summary>The file of keys cannot be read.</summary>
    public const int KeysFileBroken = 2006;

    /// <summary>The file of keys can be read again.</summary>
    public const int KeysFileMended = 2007;

    /// <summary>The service started.</summary>
    public const int Started = 2008;

    /// <summary>Another certificate is in force.</summary>
    public const int CertificateInForce = 2009;

    /// <summary>The certificate cannot be read.</summary>
    public const int CertificateBroken = 2010;

    /// <summary>A data directory was recovered. Embedded store: 3000 to 3099.</summary>
    public const int Recovered = 3002;

    /// <summary>Something that an operator should know of the recovery.</summary>
    public const int RecoveryWarning = 3003;

    /// <summary>The clock of the machine was set.</summary>
    public const int ClockStep = 3004;

    /// <summary>PostgreSQL is out of reach. PostgreSQL: 3100 to 3199.</summary>
    public const int PostgresLost = 3101;

    /// <summary>PostgreSQL is back.</summary>
    public const int PostgresBack = 3102;

    /// <summary>The table of DynamoDB is out of reach. DynamoDB: 3200 to 3299.</summary>
    public const int DynamoDbLost = 3201;

    /// <summary>The table of DynamoDB is in reach again.</summary>
    public const int DynamoDbBack = 3202;

    /// <summary>Parts of older catalogs could not be removed.</summary>
    public const int CatalogPartsLeft = 3203;
}
