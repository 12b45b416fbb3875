namespace Airside.Stores.Tests;

/// <summary>The calendar of the tests.</summary>
internal static class TestTime
{
    /// <summary>The start of a day in UTC, so that tests can count hours and days from it.</summary>
    public static readonly DateTimeOffset Start = new(2026, 3, 14, 0, 0, 0, TimeSpan.Zero);
}

/// <summary>A calendar that can be set wrong, while elapsed time stays correct.</summary>
internal sealed class SteppedTime() : FakeTimeProvider(TestTime.Start)
{
    private TimeSpan _ahead;

    /// <summary>Moves the calendar.</summary>
    public void Step(TimeSpan step) => _ahead += step;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _ahead;

    public override long GetTimestamp() => base.GetUtcNow().Ticks;
}

/// <summary>The clock of one process, which may be ahead of the shared one.</summary>
internal sealed class ProcessTime(TimeProvider shared) : TimeProvider
{
    public TimeSpan Ahead { get; set; }

    public override long TimestampFrequency => shared.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => shared.GetUtcNow() + Ahead;

    public override long GetTimestamp() => shared.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        shared.CreateTimer(callback, state, dueTime, period);
}

/// <summary>A calendar that a test sets. Timers and elapsed time are real: the store waits for a server in another process.</summary>
internal sealed class CalendarTime() : FakeTimeProvider(TestTime.Start)
{
    public override long TimestampFrequency => System.TimestampFrequency;

    public override long GetTimestamp() => System.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, dueTime, period);
}
