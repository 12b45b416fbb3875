namespace Airside.Core;

/// <content>Limits of the embedded store.</content>
public static partial class Limits
{
    /// <summary>Size beyond which a journal segment is closed and the next one started, in bytes.</summary>
    public const int JournalSegmentBytes = 16 * 1024 * 1024;

    /// <summary>Minimum amount of journal between two snapshots of the totals, in bytes.</summary>
    public const long SnapshotEveryBytes = 64 * 1024 * 1024;

    /// <summary>Step in which disk space is reserved for the journal, in bytes.</summary>
    public const int JournalReserveBytes = 1024 * 1024;

    /// <summary>Memory for the keys of the embedded store, in bytes. Beyond it, writes are shed until keys leave the window.</summary>
    public const long KeyMemoryBytesMax = 16L * 1024 * 1024 * 1024;

    /// <summary>Share of the memory available to the process that keys of the embedded store may use, in percent.</summary>
    public const int KeyMemoryPercentMax = 60;

    /// <summary>
    /// Share of the memory available to the process that routes of the embedded store may use, in percent, not counting their hours.
    /// </summary>
    public const int RouteMemoryPercentMax = 10;

    /// <summary>Memory of a route with a few hours, in bytes.</summary>
    public const int RouteBytes = 500;

    /// <summary>
    /// Share of the memory available to the process that days and ended hours of routes may use in the embedded store, in percent. Beyond
    /// it, hours become days earlier; if that is not enough, new routes are refused.
    /// </summary>
    public const int HistoryMemoryPercentMax = 5;

    /// <summary>
    /// Share of the memory available to the process that may be in use once the embedded store has been read, in percent.
    /// </summary>
    public const int RecoveryMemoryPercentMax = 75;

    /// <summary>Snapshots that the embedded store keeps: the newest and one fallback.</summary>
    public const int SnapshotsKept = 2;

    /// <summary>Time between two overviews of the embedded ledger for the same viewers, in milliseconds; the stream waits longer.</summary>
    public const int EmbeddedOverviewMs = 10;
}
