using Airside.Core;

namespace Airside.Stores.Embedded.Journal;

/// <summary>
/// The two times of the embedded ledger, in Unix milliseconds. Transactions are counted under calendar time, which is the system clock.
/// Keys age by steady time, which starts at calendar time and then follows the monotonic clock, so setting the system clock neither
/// forgets a key too early nor keeps it forever.
/// </summary>
internal sealed class LedgerClock
{
    private const long StepMs = Limits.ClockStepMs;

    private readonly TimeProvider _timeProvider;
    private readonly long _startedAt;
    private readonly long _startedMs;
    private long _aheadMs;

    public LedgerClock(TimeProvider timeProvider)
    {
        _timeProvider = timeProvider;
        _startedAt = timeProvider.GetTimestamp();
        _startedMs = timeProvider.GetUtcNow().ToUnixTimeMilliseconds();
    }

    /// <summary>The time of the system clock.</summary>
    public long CalendarMs => _timeProvider.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>The time by which keys age.</summary>
    public long SteadyMs => _startedMs + (long)_timeProvider.GetElapsedTime(_startedAt).TotalMilliseconds;

    /// <summary>
    /// Returns whether a record's time is so far ahead that the system clock must have been wrong: nothing is recorded in the future, and
    /// clocks differ by less.
    /// </summary>
    public static bool IsAhead(long recordMs, long nowMs) => recordMs > nowMs + StepMs;

    /// <summary>Returns whether the system clock was set since the last call, and by how much; small corrections add up.</summary>
    public bool TryTakeStep(out TimeSpan step)
    {
        var aheadMs = CalendarMs - SteadyMs;
        step = TimeSpan.FromMilliseconds(aheadMs - _aheadMs);
        if (Math.Abs(aheadMs - _aheadMs) <= StepMs)
        {
            return false;
        }

        _aheadMs = aheadMs;
        return true;
    }
}
