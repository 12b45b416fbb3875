using Airside.Core;
using Airside.Stores.Embedded.Snapshots;
using Airside.Stores.Embedded.Tables;

namespace Airside.Stores.Embedded;

/// <content>Work that runs beside commits: snapshots, and hours that become days.</content>
internal sealed partial class JournaledLedger
{
    private long _dayHour = long.MinValue;

    /// <summary>Whether the journal has grown enough for another snapshot.</summary>
    public bool SnapshotIsDue => _journal.SealedBytes >= _snapshotAtBytes;

    /// <summary>Returns work that creates a snapshot from the files alone, alongside everything else. Only one may run at a time.</summary>
    /// <exception cref="StoreUnavailableException">The disk refused the segment that must follow the snapshot.</exception>
    public Action<CancellationToken> BeginSnapshot()
    {
        // If this fails, the next attempt is due after as much journal as the first one.
        _snapshotAtBytes = _journal.SealedBytes + _options.SnapshotBytes;
        _journal.BeginSegmentIfNone();
        var builder = new SnapshotBuilder(_disk, _newestMs, Volatile.Read(ref _dayHour));
        var segmentSequence = _journal.SegmentSequence;
        var sealedBytes = _journal.SealedBytes;
        Action<CancellationToken> build = cancellationToken =>
        {
            // A snapshot of n bytes is followed by another after n more bytes of journal, so snapshots at most double the bytes written.
            var nextAtBytes = sealedBytes + _options.SnapshotBytes;
            try
            {
                builder.Build(segmentSequence, Clock.SteadyMs, WindowMs, cancellationToken);
                nextAtBytes = sealedBytes + Math.Max(_options.SnapshotBytes, builder.SnapshotBytes);
            }
            finally
            {
                Volatile.Write(ref _snapshotAtBytes, nextAtBytes);
            }
        };
        _snapshotAtBytes = long.MaxValue;
        return build;
    }

    /// <summary>
    /// Turns old hours into days, in memory and in snapshots from now on. The journal has no record of it: what a restart finds by hour
    /// becomes days again with the next call. For any thread.
    /// </summary>
    /// <param name="dayHour">Hours before this one become days.</param>
    /// <param name="cancellationToken">Cancels it between two routes.</param>
    public void RollUp(long dayHour, CancellationToken cancellationToken)
    {
        var presentHour = HourCount.HourOf(Clock.CalendarMs);
        _routes.RollUp(dayHour, Math.Max(dayHour, presentHour), cancellationToken);
        Volatile.Write(ref _dayHour, dayHour);
    }
}
