namespace Airside.Core;

/// <content>Limits of export, import and reconciliation.</content>
public static partial class Limits
{
    /// <summary>Most entries that an import writes in one step.</summary>
    public const int ImportBatchEntries = 1_000;

    /// <summary>Longest line of an archive, in bytes.</summary>
    public const int ArchiveLineBytesMax = 64 * 1024;

    /// <summary>Most entries sorted in memory when a ledger is exported or checked; more go through temporary files.</summary>
    public const int ArchiveSortEntries = 100_000;

    /// <summary>Most temporary files that a sort keeps at once; beyond it they are merged into one.</summary>
    public const int ArchiveSortFiles = 64;

    /// <summary>Most differences that a ledger check lists; the rest are only counted.</summary>
    public const int DifferencesShownMax = 1_000;

    /// <summary>Longest configurable time between two ledger checks, in seconds.</summary>
    public const int LedgerCheckSecondsMax = 7 * 24 * 3_600;

    /// <summary>Longest time from the start to the first ledger check, in seconds: after the busy first minutes.</summary>
    public const int LedgerFirstCheckSecondsMax = 300;
}
