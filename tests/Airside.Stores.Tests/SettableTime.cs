namespace Airside.Stores.Tests;

/// <summary>A clock that stands still until a test moves it.</summary>
public sealed class SettableTime(DateTimeOffset now) : TimeProvider
{
    /// <summary>The start of a day in UTC, so that tests can count hours and days from it.</summary>
    public static readonly DateTimeOffset Start = new(2026, 3, 14, 0, 0, 0, TimeSpan.Zero);

    public SettableTime()
        : this(Start)
    {
    }

    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}
