using Airside.Core;
using Airside.Stores.Embedded.Disk;
using Airside.Stores.Embedded.Imports;
using Airside.Stores.Embedded.Journal;
using Airside.Stores.Embedded.Tables;

namespace Airside.Stores.Embedded.Snapshots;

/// <summary>
/// Creates snapshots and removes files that are no longer needed. Works from the files alone, alongside the writer and the readers, so
/// it never blocks them. Rereading the segments also finds damage while backups are still recent.
/// </summary>
internal sealed class SnapshotBuilder(IDisk disk, Dictionary<string, long> newestMs, long dayHour)
{
    private readonly List<string> _damaged = [];

    /// <summary>Length of the newest snapshot, in bytes.</summary>
    public long SnapshotBytes { get; private set; }

    /// <summary>Creates a snapshot of all segments before the one being written, then removes old files.</summary>
    /// <param name="segmentSequence">First transaction of the segment being written.</param>
    /// <param name="nowMs">The current time, in Unix milliseconds.</param>
    /// <param name="windowMs">How long keys are needed, in milliseconds.</param>
    /// <param name="cancellationToken">Cancels between two segments; nothing is changed then.</param>
    /// <exception cref="StoreDamagedException">A segment or every snapshot is damaged.</exception>
    /// <exception cref="StoreUnavailableException">A file has another format version; nothing was removed.</exception>
    /// <exception cref="IOException">The disk refused; old files are still there.</exception>
    public void Build(long segmentSequence, long nowMs, long windowMs, CancellationToken cancellationToken = default)
    {
        var (routes, snapshotEnd) = ReadNewestSnapshot();
        var next = snapshotEnd;
        var times = new SegmentTimes(newestMs, nowMs);
        foreach (var name in disk.List())
        {
            if (!JournalFormat.TryParseSegmentName(name, out var firstSequence)
                || firstSequence < snapshotEnd
                || firstSequence >= segmentSequence)
            {
                continue;
            }

            cancellationToken.ThrowIfCancellationRequested();
            RefuseGap(next, firstSequence);
            var visitor = new TotalsVisitor(routes, snapshotEnd, times);
            next = SegmentReader.Read(name, disk.ReadFile(name), firstSequence, isLast: false, visitor).NextSequence;
            times.End(name);
        }

        if (segmentSequence > snapshotEnd)
        {
            RefuseGap(next, segmentSequence);
            routes.RollUp(dayHour, packHour: long.MaxValue, cancellationToken);
            RemoveUnfinished();
            SnapshotBytes = Snapshot.Write(disk, routes, segmentSequence);
        }

        // Recovery also skipped them, with a warning. If kept, they would count as fallback snapshots.
        _damaged.ForEach(disk.Delete);

        RemoveOldFiles(nowMs - windowMs);
    }

    private static void RefuseGap(long next, long firstSequence)
    {
        if (firstSequence != next)
        {
            throw new StoreDamagedException($"The journal is damaged: the segment that begins at transaction {next} is missing.");
        }
    }

    /// <summary>Removes unfinished snapshots. Only one is created at a time, so a process that ended left them.</summary>
    private void RemoveUnfinished()
    {
        foreach (var name in disk.List())
        {
            if (DiskFiles.TryParseUnfinished(name, out var finished) && Snapshot.TryParseName(finished, out _))
            {
                disk.Delete(name);
            }
        }
    }

    private (RouteTable Routes, long End) ReadNewestSnapshot()
    {
        var routes = new RouteTable();
        foreach (var name in disk.List().Reverse())
        {
            if (!Snapshot.TryParseName(name, out var nextSequence))
            {
                continue;
            }

            try
            {
                SnapshotBytes = Snapshot.Read(disk, name, nextSequence, routes, room: null);
                return (routes, nextSequence);
            }
            catch (StoreDamagedException)
            {
                routes = new RouteTable();
                _damaged.Add(name);
            }
        }

        if (ImportFile.FindId(disk, disk.List()) is not null)
        {
            ImportFile.Load(disk, ImportFormat.FileName, keys: null, routes);
        }

        return (routes, 1);
    }

    /// <summary>
    /// Keeps the newest snapshots and removes segments that the oldest of them covers and whose keys have all left the window, oldest
    /// first, so the rest has no gap after a crash.
    /// </summary>
    private void RemoveOldFiles(long keyCutoffMs)
    {
        var names = disk.List();
        var snapshots = new List<(string Name, long End)>();
        var segments = new List<(string Name, long First)>();
        foreach (var name in names)
        {
            if (Snapshot.TryParseName(name, out var end))
            {
                snapshots.Add((name, end));
            }
            else if (JournalFormat.TryParseSegmentName(name, out var first))
            {
                segments.Add((name, first));
            }
        }

        if (snapshots.Count < Limits.SnapshotsKept)
        {
            return;
        }

        var covered = snapshots[^Limits.SnapshotsKept].End;
        foreach (var (name, first) in segments)
        {
            if (first >= covered || !newestMs.TryGetValue(name, out var newest) || newest >= keyCutoffMs)
            {
                break;
            }

            // Durable one by one, because recovery treats a gap between segments as damage.
            disk.Delete(name);
            disk.SyncDirectory();
            newestMs.Remove(name);
        }

        // The first segment came after the import, so the keys of the import have left the window too.
        if (!disk.List().Contains(JournalFormat.SegmentName(1), StringComparer.Ordinal))
        {
            ImportFile.ReduceToId(disk, names);
        }

        foreach (var (name, _) in snapshots.SkipLast(Limits.SnapshotsKept))
        {
            disk.Delete(name);
        }

        disk.SyncDirectory();
    }
}
