using Airside.Core;

namespace Airside.Stores.Embedded;

/// <summary>
/// The two times of the embedded ledger. Transactions are counted under what the calendar says. Keys age by the steady time, which
/// begins as the calendar and from then on follows the monotonic clock, so that a calendar that is set neither forgets a key too early
/// nor keeps it for ever. In Unix milliseconds, both.
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

    /// <summary>What the calendar says.</summary>
    public long CalendarMs => _timeProvider.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>The time by which keys age.</summary>
    public long SteadyMs => _startedMs + (long)_timeProvider.GetElapsedTime(_startedAt).TotalMilliseconds;

    /// <summary>
    /// Whether a time of a record lies so far ahead that it says only that the calendar was wrong: nothing is recorded in the future, and
    /// clocks differ by less.
    /// </summary>
    public static bool IsAhead(long recordMs, long nowMs) => recordMs > nowMs + StepMs;

    /// <summary>Whether the calendar was set since this was asked last, and by how much; small corrections add up.</summary>
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
