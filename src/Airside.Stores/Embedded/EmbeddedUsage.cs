using Airside.Stores.Embedded.Journal;
using Airside.Stores.Embedded.Snapshots;

namespace Airside.Stores.Embedded;

/// <summary>Memory and disk usage of the embedded store.</summary>
/// <param name="Keys">Transaction keys in memory.</param>
/// <param name="KeyBytes">Memory of the keys, in bytes.</param>
/// <param name="KeyBytesMax">Limit of that memory, in bytes.</param>
/// <param name="HistoryBytes">Memory of days and ended hours of routes, in bytes.</param>
/// <param name="HistoryBytesMax">Limit of that memory, in bytes.</param>
/// <param name="JournalBytes">Journal on the disk, in bytes.</param>
/// <param name="SnapshotAt">When the newest snapshot was created; null if none exists.</param>
/// <param name="DiskFreeBytes">Free space on the disk of the data directory, in bytes.</param>
/// <param name="DiskBytes">Size of that disk, in bytes.</param>
public sealed record EmbeddedUsage(
    long Keys,
    long KeyBytes,
    long KeyBytesMax,
    long HistoryBytes,
    long HistoryBytesMax,
    long JournalBytes,
    DateTimeOffset? SnapshotAt,
    long DiskFreeBytes,
    long DiskBytes)
{
    internal static EmbeddedUsage From(string directory, EmbeddedLedger ledger)
    {
        var files = new DirectoryInfo(directory).GetFiles();
        var snapshots = files.Where(file => Snapshot.TryParseName(file.Name, out _)).ToArray();
        var disk = new DriveInfo(directory);
        var (keys, keyBytes, keyBytesMax) = ledger.KeyUsage;
        return new EmbeddedUsage(
            keys,
            keyBytes,
            keyBytesMax,
            ledger.HistoryUsage.Bytes,
            ledger.HistoryUsage.BytesMax,
            files.Where(file => JournalFormat.TryParseSegmentName(file.Name, out _)).Sum(file => file.Length),
            snapshots.Length > 0 ? new DateTimeOffset(snapshots.Max(file => file.LastWriteTimeUtc)) : null,
            disk.AvailableFreeSpace,
            disk.TotalSize);
    }
}
