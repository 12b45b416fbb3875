using Airside.Service.Streaming;

namespace Airside.Service.Tests.Dashboard.Live;

public sealed class RateMeterTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Before_two_totals_nothing_is_known()
    {
        var meter = new RateMeter(_time);
        Assert.Equal(new TransactionRates(null, null, null, null), meter.Rates());
        meter.Add(100, _time.GetUtcNow());
        Assert.Equal(new TransactionRates(null, null, null, null), meter.Rates());
    }

    [Fact]
    public void Each_span_has_its_own_rate()
    {
        // Ten a second for fifteen minutes, then a hundred a second for one minute.
        var meter = new RateMeter(_time);
        var total = 0L;
        for (var second = 0; second <= 16 * 60; second++)
        {
            meter.Add(total, _time.GetUtcNow());
            total += second < 15 * 60 ? 10 : 100;
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(new TransactionRates(100, 100, 28, 16), meter.Rates());
    }

    [Fact]
    public void Where_looking_began_later_the_first_total_since_counts()
    {
        var meter = new RateMeter(_time);
        meter.Add(0, _time.GetUtcNow());
        _time.Advance(TimeSpan.FromSeconds(10));
        meter.Add(50, _time.GetUtcNow());

        Assert.Equal(new TransactionRates(5, 5, 5, 5), meter.Rates());
    }

    [Fact]
    public void A_pause_counts_for_the_spans_that_it_fits_into()
    {
        var meter = new RateMeter(_time);
        meter.Add(0, _time.GetUtcNow());
        _time.Advance(TimeSpan.FromMinutes(8));
        meter.Add(480, _time.GetUtcNow());

        Assert.Equal(new TransactionRates(null, null, 1, 1), meter.Rates());
    }

    [Fact]
    public void The_same_moment_read_again_is_no_new_total()
    {
        var meter = new RateMeter(_time);
        var start = _time.GetUtcNow();
        meter.Add(0, start);
        _time.Advance(TimeSpan.FromSeconds(5));
        meter.Add(50, start.AddSeconds(5));
        _time.Advance(TimeSpan.FromSeconds(5));
        meter.Add(50, start.AddSeconds(5));

        Assert.Equal(10, meter.Rates().Now);
    }

    [Fact]
    public void A_total_that_falls_is_no_negative_rate()
    {
        var meter = new RateMeter(_time);
        meter.Add(10, _time.GetUtcNow());
        _time.Advance(TimeSpan.FromSeconds(5));
        meter.Add(1, _time.GetUtcNow());

        Assert.Equal(0, meter.Rates().Now);
    }
}
