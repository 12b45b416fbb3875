namespace Airside.Stores.Tests;

/// <summary>The calendar of the tests.</summary>
internal static class TestTime
{
    /// <summary>The start of a day in UTC, so that tests can count hours and days from it.</summary>
    public static readonly DateTimeOffset Start = new(2026, 3, 14, 0, 0, 0, TimeSpan.Zero);
}

/// <summary>A calendar that can be set wrong, while elapsed time goes on as it must.</summary>
internal sealed class SteppedTime() : FakeTimeProvider(TestTime.Start)
{
    private TimeSpan _ahead;

    /// <summary>Sets the calendar by so much.</summary>
    public void Step(TimeSpan step) => _ahead += step;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _ahead;

    public override long GetTimestamp() => base.GetUtcNow().Ticks;
}

/// <summary>The clock of one process, which may be ahead of what the others share.</summary>
internal sealed class ProcessTime(TimeProvider shared) : TimeProvider
{
    /// <summary>By how much it is ahead.</summary>
    public TimeSpan Ahead { get; set; }

    public override long TimestampFrequency => shared.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => shared.GetUtcNow() + Ahead;

    public override long GetTimestamp() => shared.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        shared.CreateTimer(callback, state, dueTime, period);
}

/// <summary>A calendar that a test sets, while timers and elapsed time are real: the store waits for a server in another process.</summary>
internal sealed class CalendarTime() : FakeTimeProvider(TestTime.Start)
{
    public override long TimestampFrequency => System.TimestampFrequency;

    public override long GetTimestamp() => System.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, dueTime, period);
}
