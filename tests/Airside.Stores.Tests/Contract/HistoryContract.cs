using Airside.Core.Transactions;

namespace Airside.Stores.Tests.Contract;

/// <summary>Totals per hour and day.</summary>
public abstract class HistoryContract(ITestStore store) : StoreContract(store)
{
    private static readonly DateTimeOffset Day = TestTime.Start;

    /// <summary>When transactions are recorded: at the edges of hours and on both sides of midnight in UTC.</summary>
    private static readonly TimeSpan[] Times =
    [
        TimeSpan.Zero, new(0, 0, 59, 59, 999), new(1, 0, 0), new(1, 30, 0), new(23, 59, 59), new(0, 23, 59, 59, 999), new(24, 0, 0),
        new(1, 0, 0, 0, 1), new(50, 0, 0),
    ];

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        foreach (var time in Times)
        {
            Time.AdjustTime(Day + time);
            await RecordAsync(Ledger, "AR1133", $"at {time}");
            await RecordAsync(Ledger, "AR1133", $"at {time}");
        }

        Time.AdjustTime(Day.AddHours(5));
        await RecordAsync(Ledger, "KLM42X", "another route");
    }

    [Fact]
    public async Task Hours_begin_on_the_hour_and_empty_ones_are_left_out() => Assert.Equal(
        [(0, 2), (1, 2), (23, 2), (24, 2), (50, 1)], await HistoryAsync(TimeSpan.Zero, TimeSpan.FromDays(10), HistoryBucket.Hour));

    [Fact]
    public async Task Days_begin_at_midnight_in_utc() => Assert.Equal(
        [(0, 6), (24, 2), (48, 1)], await HistoryAsync(TimeSpan.Zero, TimeSpan.FromDays(10), HistoryBucket.Day));

    [Fact]
    public async Task A_clock_of_another_time_zone_asks_for_the_same_hours()
    {
        var offset = TimeSpan.FromHours(5.5);
        var points = await Ledger.HistoryAsync(
            Route("AR1133"), Day.ToOffset(offset), Day.AddDays(10).ToOffset(offset), HistoryBucket.Day, CancellationToken.None);
        Assert.Equal([(Day, 6L), (Day.AddDays(1), 2L), (Day.AddDays(2), 1L)], points.Select(point => (point.Start, point.Transactions)));
        Assert.All(points, point => Assert.Equal(TimeSpan.Zero, point.Start.Offset));
    }

    [Theory]
    [InlineData("00:59:59.9999999", "10.00:00", "0 1 23 24 50")] // From is rounded down to its hour.
    [InlineData("01:00", "10.00:00", "1 23 24 50")]
    [InlineData("00:00", "01:00", "0")] // To is exclusive.
    [InlineData("00:00", "01:00:00.0000001", "0 1")] // An hour that begins before it is returned in full.
    [InlineData("00:00", "01:59", "0 1")]
    [InlineData("02:00", "23:00", "")]
    [InlineData("23:30", "1.00:00", "23")]
    [InlineData("1.00:00", "2.02:00", "24")]
    [InlineData("2.02:00", "2.03:00", "50")]
    [InlineData("5.00:00", "1.00:00", "")]
    public async Task Hours_are_rounded_outward(string from, string to, string hours) =>
        Assert.Equal(hours, string.Join(' ', (await HistoryAsync(Span(from), Span(to), HistoryBucket.Hour)).Select(point => point.Hour)));

    [Theory]
    [InlineData("23:59", "10.00:00", "0 24 48")]
    [InlineData("1.00:00", "10.00:00", "24 48")]
    [InlineData("00:00", "1.00:00", "0")]
    [InlineData("00:00", "1.00:00:00.0000001", "0 24")]
    [InlineData("1.12:00", "2.00:00", "24")]
    [InlineData("3.00:00", "10.00:00", "")]
    public async Task Days_are_rounded_outward(string from, string to, string hours) =>
        Assert.Equal(hours, string.Join(' ', (await HistoryAsync(Span(from), Span(to), HistoryBucket.Day)).Select(point => point.Hour)));

    [Fact]
    public async Task The_history_adds_up_to_the_total_and_survives_a_restart()
    {
        var before = await HistoryAsync(TimeSpan.Zero, TimeSpan.FromDays(10), HistoryBucket.Hour);
        await Store.OpenAsync();

        Assert.Equal(before, await HistoryAsync(TimeSpan.Zero, TimeSpan.FromDays(10), HistoryBucket.Hour));
        Assert.Equal(Times.Length, before.Sum(point => point.Transactions));
        Assert.Equal(Times.Length, await TotalAsync(Ledger, "AR1133"));
    }

    [Fact]
    public async Task A_clock_that_was_set_back_counts_for_the_hour_that_it_shows()
    {
        Time.AdjustTime(Day.AddHours(-1));
        await RecordAsync(Ledger, "AR1133", "before the first");
        Time.AdjustTime(Day.AddHours(10));
        await RecordAsync(Ledger, "AR1133", "in between");

        Assert.Equal(
            [(-1, 1), (0, 2), (1, 2), (10, 1), (23, 2), (24, 2), (50, 1)],
            await HistoryAsync(TimeSpan.FromDays(-1), TimeSpan.FromDays(10), HistoryBucket.Hour));
        Assert.Equal(
            new RouteSummary(Route("AR1133"), Times.Length + 2, Day.AddHours(-1), Day.AddHours(50)),
            await OtherLedger.RouteAsync(Route("AR1133"), CancellationToken.None));
    }

    private static TimeSpan Span(string text) => TimeSpan.Parse(text);

    /// <summary>Returns hours since the start of the first day, with their transactions.</summary>
    private async Task<List<(int Hour, int Transactions)>> HistoryAsync(TimeSpan from, TimeSpan to, HistoryBucket bucket)
    {
        var points = await OtherLedger.HistoryAsync(Route("AR1133"), Day + from, Day + to, bucket, CancellationToken.None);
        return [.. points.Select(point => ((int)(point.Start - Day).TotalHours, (int)point.Transactions))];
    }
}
