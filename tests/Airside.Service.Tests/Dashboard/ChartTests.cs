using Airside.Service.Dashboard.Parts;
using Airside.Service.Telemetry;

namespace Airside.Service.Tests.Dashboard;

/// <summary>Axes and figures.</summary>
public sealed class ChartTests
{
    [Theory]
    [InlineData(0, "0 1")]
    [InlineData(1, "0 1")]
    [InlineData(4, "0 1 2 3 4")]
    [InlineData(5, "0 2 4 6")]
    [InlineData(100, "0 50 100")]
    [InlineData(101, "0 50 100 150")]
    [InlineData(1_234_567, "0 500000 1000000 1500000")]
    public void The_axis_goes_in_few_round_steps_to_the_highest_value(long highest, string lines) =>
        Assert.Equal(lines, string.Join(' ', Scale.For(highest).Lines));

    [Fact]
    public void The_axis_holds_any_total() => Assert.True(Scale.For(long.MaxValue / 16).Top >= long.MaxValue / 16);

    [Theory]
    [InlineData(null, "–")]
    [InlineData(0.0, "0.00")]
    [InlineData(9.987, "9.99")]
    [InlineData(12.34, "12.3")]
    [InlineData(1234.5, "1,234")]
    public void A_rate_has_the_digits_that_mean_something(double? rate, string text) => Assert.Equal(text, Figures.Rate(rate));

    [Fact]
    public void A_histogram_is_told_in_a_few_figures()
    {
        Assert.Equal(new HistogramSummary(0, null, null, null), HistogramSummary.From(0, [1, 2], [0, 0, 0]));
        Assert.Equal(new HistogramSummary(100, 0.5, 1, 2), HistogramSummary.From(50, [1, 2, 3], [60, 39, 1, 0]));
        Assert.Equal(new HistogramSummary(2, 5, 1, double.PositiveInfinity), HistogramSummary.From(10, [1], [1, 1]));
    }
}
