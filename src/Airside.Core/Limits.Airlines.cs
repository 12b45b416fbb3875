namespace Airside.Core;

/// <content>Limits of the airline catalog and its loads.</content>
public static partial class Limits
{
    /// <summary>Largest airline file, in bytes. The OpenFlights file is 0.4 MB.</summary>
    public const int AirlineFileBytesMax = 16 * 1024 * 1024;

    /// <summary>How much of a file is looked at to find out what it is, in bytes.</summary>
    public const int AirlineFileStartBytes = 16 * 1024;

    /// <summary>Most airlines in one catalog.</summary>
    public const int AirlinesMax = 100_000;

    /// <summary>Longest text field of an airline, in characters.</summary>
    public const int AirlineFieldLengthMax = 256;

    /// <summary>Most errors collected from an airline file before reading stops.</summary>
    public const int AirlineErrorsMax = 100;

    /// <summary>Most airlines of one designator that a response lists.</summary>
    public const int DesignatorAirlinesShownMax = 1_000;

    /// <summary>Longest total time to fetch an airline file, in milliseconds.</summary>
    public const int AirlineFetchTimeoutMs = 30_000;

    /// <summary>Most redirects followed when fetching an airline file.</summary>
    public const int AirlineFetchRedirectsMax = 3;

    /// <summary>Catalog loads that may run or wait concurrently. Beyond it, a load is shed with 503.</summary>
    public const int CatalogLoadsMax = 4;

    /// <summary>Longest time until a catalog that one process saved is active in every other one, in milliseconds.</summary>
    public const int CatalogNoticeMs = 2_000;

    /// <summary>Longest time to save or read a complete catalog in a reachable shared store, in milliseconds.</summary>
    public const int CatalogTimeoutMs = 30_000;

    /// <summary>Longest pause between two statements of a process that saves a catalog to PostgreSQL, in milliseconds.</summary>
    public const int CatalogIdleTimeoutMs = 5_000;

    /// <summary>How much of an invalid value of an airline file an error shows, in characters.</summary>
    public const int AirlineValueShownMax = 40;
}
