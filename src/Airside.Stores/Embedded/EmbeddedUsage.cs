namespace Airside.Stores.Embedded;

/// <summary>What the embedded store takes.</summary>
/// <param name="Keys">Transaction keys in memory.</param>
/// <param name="KeyBytes">Memory that they take, in bytes.</param>
/// <param name="KeyBytesMax">Memory that they may take, in bytes.</param>
/// <param name="JournalBytes">Journal on the disk, in bytes.</param>
/// <param name="SnapshotAt">When the newest snapshot was made; null while there is none.</param>
/// <param name="DiskFreeBytes">Free space on the disk of the data directory, in bytes.</param>
/// <param name="DiskBytes">Size of that disk, in bytes.</param>
public sealed record EmbeddedUsage(
    long Keys, long KeyBytes, long KeyBytesMax, long JournalBytes, DateTimeOffset? SnapshotAt, long DiskFreeBytes, long DiskBytes)
{
    internal static EmbeddedUsage Of(string directory, EmbeddedLedger ledger)
    {
        var files = new DirectoryInfo(directory).GetFiles();
        var snapshots = files.Where(file => Snapshot.TryParseName(file.Name, out _)).ToArray();
        var disk = new DriveInfo(directory);
        var (keys, keyBytes, keyBytesMax) = ledger.KeyUsage;
        return new EmbeddedUsage(
            keys,
            keyBytes,
            keyBytesMax,
            files.Where(file => JournalFormat.TryParseSegmentName(file.Name, out _)).Sum(file => file.Length),
            snapshots.Length > 0 ? new DateTimeOffset(snapshots.Max(file => file.LastWriteTimeUtc)) : null,
            disk.AvailableFreeSpace,
            disk.TotalSize);
    }
}
