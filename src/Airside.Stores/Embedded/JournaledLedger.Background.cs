using Airside.Core;
using Airside.Stores.Embedded.Snapshots;
using Airside.Stores.Embedded.Tables;

namespace Airside.Stores.Embedded;

/// <content>Work that runs beside commits: snapshots, and hours that become days.</content>
internal sealed partial class JournaledLedger
{
    private long _dayHour = long.MinValue;

    /// <summary>Whether the journal has grown enough for another snapshot.</summary>
    public bool SnapshotIsDue => !EarlierNames.Any && _journal.SealedBytes >= _snapshotAtBytes;

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
    /// Turns old hours into days, in memory and in snapshots from now on; earlier than asked if they do not fit into the memory for
    /// history. The journal has no record of it: what a restart finds by hour becomes days again with the next call. For any thread.
    /// </summary>
    /// <param name="dayHour">Hours before this one become days.</param>
    /// <param name="cancellationToken">Cancels it between two routes.</param>
    /// <returns>The hour before which hours became days earlier than asked, or null.</returns>
    public long? RollUp(long dayHour, CancellationToken cancellationToken)
    {
        RollUpTo(dayHour);
        var rolledHour = dayHour;
        while (HistoryIsOverLimit && NextDay() is var next && next <= NewestDayHour)
        {
            RollUpTo(next);
            rolledHour = next;
        }

        _historyIsFull = HistoryIsOverLimit;

        // What became days earlier stays so, and must in the next snapshot.
        var earlier = Volatile.Read(ref _dayHour);
        Volatile.Write(ref _dayHour, Math.Max(rolledHour, earlier <= NewestDayHour ? earlier : rolledHour));
        return rolledHour > dayHour ? rolledHour : null;

        void RollUpTo(long hour) =>
            _routes.RollUp(hour, Math.Max(hour, HourCount.HourOf(Clock.CalendarMs)), cancellationToken);

        long NextDay() => HourCount.HoursPerDay
            + (_routes.AllRoutes.FirstHour is { } first && first <= NewestDayHour ? Math.Max(first, rolledHour) : rolledHour);
    }
}
