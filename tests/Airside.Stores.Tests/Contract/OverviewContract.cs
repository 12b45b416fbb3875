using Airside.Core.Transactions;

namespace Airside.Stores.Tests.Contract;

/// <summary>The overview of the ledger, and its hours.</summary>
public abstract class OverviewContract(ITestStore store) : StoreContract(store)
{
    private static readonly DateTimeOffset Day = TestTime.Start;

    /// <summary>When transactions are recorded, on which route, and how many.</summary>
    private static readonly (double Hours, string Route, int Count)[] Plan =
    [
        (0, "AR1133", 4), (0.5, "KLM42X", 2), (1, "AR2", 3), (5.99, "AR1133", 1), (6, "BA7", 2), (7, "KLM42X", 1),
    ];

    [Fact]
    public async Task An_empty_ledger_has_an_empty_overview()
    {
        var overview = await Ledger.OverviewAsync(10, DateTimeOffset.UnixEpoch, CancellationToken.None);

        Assert.Equal((0, 0, 0), (overview.Transactions, overview.Routes, overview.ActiveRoutes));
        Assert.Empty(overview.Busiest);
        Assert.Empty(overview.Latest);
        Assert.Empty(overview.Designators);
        var hours = await Ledger.HoursOfAllAsync(TestTime.Start, TestTime.Start.AddDays(1), CancellationToken.None);
        Assert.Empty(hours.Points);
        Assert.Equal(0, hours.Transactions);
    }

    [Fact]
    public async Task It_sums_up_all_routes_of_all_replicas()
    {
        await RecordAllAsync();
        var overview = await OtherLedger.OverviewAsync(10, Day.AddHours(6), CancellationToken.None);

        Assert.Equal((13, 4, 2), (overview.Transactions, overview.Routes, overview.ActiveRoutes));
        Assert.Equal(
            [("AR1133", 5), ("AR2", 3), ("KLM42X", 3), ("BA7", 2)],
            overview.Busiest.Select(route => (route.Route.ToString(), route.Total)));
        Assert.Equal(["KLM42X", "BA7", "AR1133", "AR2"], overview.Latest.Select(route => route.Route.ToString()));
        Assert.Equal(
            [new("AR", 8, 2), new("KLM", 3, 1), new DesignatorTotal("BA", 2, 1)], overview.Designators);
        Assert.True(overview.KeepFor > TimeSpan.Zero);
    }

    [Fact]
    public async Task Its_lists_have_a_limit_and_its_sums_have_none()
    {
        await RecordAllAsync();
        var overview = await Ledger.OverviewAsync(1, Day, CancellationToken.None);

        Assert.Equal("AR1133", Assert.Single(overview.Busiest).Route.ToString());
        Assert.Equal("KLM42X", Assert.Single(overview.Latest).Route.ToString());
        Assert.Equal((13, 4, 4), (overview.Transactions, overview.Routes, overview.ActiveRoutes));
    }

    [Theory]
    [InlineData(0, 8, "0:6 1:3 5:1 6:2 7:1")]
    [InlineData(0.9, 6, "0:6 1:3 5:1")] // From is rounded down, to is exclusive.
    [InlineData(6, 6.1, "6:2")] // An hour that begins before the end is returned in full.
    [InlineData(2, 5, "")]
    [InlineData(7, 7, "")]
    public async Task The_hours_of_all_routes_are_added_up(double from, double to, string expected)
    {
        await RecordAllAsync();
        var (points, transactions) = await OtherLedger.HoursOfAllAsync(Day.AddHours(from), Day.AddHours(to), CancellationToken.None);

        Assert.Equal(expected, string.Join(' ', points.Select(point => $"{(point.Start - Day).TotalHours:0}:{point.Transactions}")));
        Assert.Equal(Plan.Sum(item => item.Count), transactions);
    }

    [Fact]
    public async Task What_is_recorded_while_hours_are_read_is_in_the_total_and_in_its_hour_or_in_neither()
    {
        const int Before = 13;
        await RecordAllAsync();
        Time.AdjustTime(Day.AddHours(8));
        using var done = new CancellationTokenSource();
        var recorded = 0;
        var recording = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                await RecordAsync(Ledger, ++recorded % 2 == 0 ? "AR1133" : "AR2", $"meanwhile {recorded}");
            }
        });
        var read = new List<LedgerHours>();
        while (read.Count < 10)
        {
            read.Add(await OtherLedger.HoursOfAllAsync(Day, Day.AddHours(9), CancellationToken.None));
        }

        await done.CancelAsync();
        await recording;
        Assert.All(read, hours => Assert.Equal(
            Before, hours.Transactions - hours.Points.Where(point => point.Start == Day.AddHours(8)).Sum(point => point.Transactions)));
        Assert.Equal(Before + recorded, (await OtherLedger.HoursOfAllAsync(Day, Day.AddHours(9), CancellationToken.None)).Transactions);
    }

    private async Task RecordAllAsync()
    {
        foreach (var (hours, route, count) in Plan)
        {
            Time.AdjustTime(Day.AddHours(hours));
            await RecordAsync(
                Ledger, [.. Enumerable.Range(0, count).Select(i => Transaction(route, $"{route} {hours.ToString()} {i}"))]);
        }
    }
}
