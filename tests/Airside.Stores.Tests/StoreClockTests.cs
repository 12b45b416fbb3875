using Airside.Core;

namespace Airside.Stores.Tests;

/// <summary>The clock of a store, from its responses, and that of the process.</summary>
public sealed class StoreClockTests
{
    private static readonly TimeSpan TenYears = TimeSpan.FromDays(3_653);

    private readonly SteppedTime _time = new();
    private readonly LoggedEvents _log = new();
    private readonly StoreClock _clock;

    public StoreClockTests() => _clock = new StoreClock(_time, _log);

    [Fact]
    public void As_long_as_nothing_is_known_the_time_is_that_of_the_process()
    {
        Assert.Null(_clock.Difference);
        Assert.Null(_clock.Fault);
        Assert.Equal(_time.GetUtcNow(), _clock.GetUtcNow());
    }

    [Theory]
    [InlineData(-300)]
    [InlineData(-1)]
    [InlineData(300)]
    public void A_small_difference_is_none(int seconds)
    {
        _clock.Take(_time.GetUtcNow().AddSeconds(-seconds));

        Assert.Equal(TimeSpan.FromSeconds(seconds), _clock.Difference);
        Assert.Null(_clock.Fault);
        Assert.Equal(_time.GetUtcNow(), _clock.GetUtcNow());
        Assert.Empty(_log);
    }

    [Theory]
    [InlineData(-600, "600 s behind the store clock")]
    [InlineData(301, "301 s ahead of the store clock")]
    public void A_large_difference_is_told_once_and_the_time_is_that_of_the_store_until_they_agree(int seconds, string told)
    {
        _time.Step(TimeSpan.FromSeconds(seconds));
        for (var answer = 0; answer < 5; answer++)
        {
            _clock.Take(TestTime.Start.AddSeconds(answer));
            Assert.Equal(TestTime.Start.AddSeconds(answer), _clock.GetUtcNow());
            Assert.Contains(told, _clock.Fault, StringComparison.Ordinal);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal([EventIds.StoreClockDiffers], _log);
        _time.Step(TimeSpan.FromSeconds(-seconds));
        _clock.Take(_time.GetUtcNow());
        _clock.Take(_time.GetUtcNow());

        Assert.Null(_clock.Fault);
        Assert.Equal([EventIds.StoreClockDiffers, EventIds.StoreClockAgrees], _log);
    }

    [Fact]
    public void A_step_of_the_process_takes_effect_at_no_moment()
    {
        _clock.Take(TestTime.Start);
        _time.Step(TenYears);
        _time.Advance(TimeSpan.FromMilliseconds(100));

        Assert.Equal(TestTime.Start.AddMilliseconds(100), _clock.GetUtcNow());
    }

    [Fact]
    public void A_wrong_answer_or_two_are_not_believed_and_a_third_in_a_row_is()
    {
        _clock.Take(TestTime.Start);
        _clock.Take(TestTime.Start + TenYears);
        _clock.Take(TestTime.Start + TenYears);
        Assert.Equal(TestTime.Start, _clock.GetUtcNow());
        _clock.Take(TestTime.Start);
        _clock.Take(TestTime.Start + TenYears);
        _clock.Take(TestTime.Start + TenYears);
        Assert.Null(_clock.Fault);
        _clock.Take(TestTime.Start + TenYears);

        Assert.Equal(TestTime.Start + TenYears, _clock.GetUtcNow());
        Assert.Contains("behind the store clock", _clock.Fault, StringComparison.Ordinal);
    }

    /// <summary>During sleep, the monotonic clock stands still; the calendar does not.</summary>
    [Fact]
    public void After_a_sleep_of_the_machine_the_first_answer_is_believed()
    {
        _clock.Take(TestTime.Start);
        _time.Step(TimeSpan.FromHours(8));
        _clock.Take(TestTime.Start.AddHours(8));

        Assert.Equal(TestTime.Start.AddHours(8), _clock.GetUtcNow());
        Assert.Null(_clock.Fault);
        Assert.Empty(_log);
    }

    [Fact]
    public void Without_new_answers_the_clock_of_the_store_goes_on()
    {
        _time.Step(TenYears);
        _clock.Take(TestTime.Start);
        _time.Advance(TimeSpan.FromDays(3));

        Assert.Equal(TestTime.Start.AddDays(3), _clock.GetUtcNow());
    }
}
