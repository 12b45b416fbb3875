using Airside.Core.Transactions;

namespace Airside.Stores.Tests.Contract;

/// <summary>Lists of routes: the busiest, filters, sorts and pages.</summary>
public abstract class RouteListContract(ITestStore store) : StoreContract(store)
{
    /// <summary>The routes of every test, with their totals; some totals are equal.</summary>
    private static readonly (string Route, int Total)[] AllRoutes =
    [
        ("AR1", 3), ("AR10", 7), ("AR1133", 5), ("AR2", 3), ("ARG7", 4), ("BA7", 5), ("BA7X", 1), ("KLM42X", 3), ("KL42", 7), ("4U9", 3),
    ];

    private static IEnumerable<(string Route, int Total)> ByTotal =>
        AllRoutes.OrderByDescending(route => route.Total).ThenBy(route => route.Route, StringComparer.Ordinal);

    private static IEnumerable<(string Route, int Total)> ByName => AllRoutes.OrderBy(route => route.Route, StringComparer.Ordinal);

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await RecordAsync(Ledger, [.. AllRoutes.SelectMany(route =>
            Enumerable.Range(0, route.Total).Select(i => Transaction(route.Route, $"{route.Route} {i}")))]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(10)]
    [InlineData(1000)]
    public async Task The_busiest_routes_come_first_and_equal_ones_by_name(int limit)
    {
        var top = await OtherLedger.TopAsync(limit, CancellationToken.None);
        Assert.Equal(ByTotal.Take(limit), top.Select(Pair));
    }

    [Fact]
    public async Task All_routes_are_sorted_by_name_or_by_total()
    {
        Assert.Equal(ByName, (await ListAsync(new RouteQuery(null, RouteSort.Route, 1000))).Select(Pair));
        Assert.Equal(ByTotal, (await ListAsync(new RouteQuery(null, RouteSort.Total, 1000))).Select(Pair));
    }

    [Theory]
    [InlineData("AR")]
    [InlineData("ARG")]
    [InlineData("BA")]
    [InlineData("4U")]
    [InlineData("KL")]
    [InlineData("KLM")]
    [InlineData("A")]
    [InlineData("XX")]
    public async Task A_designator_gives_its_own_routes_only(string designator)
    {
        Assert.Equal(
            ByName.Where(route => Route(route.Route).Designator == designator),
            (await ListAsync(new RouteQuery(designator, RouteSort.Route, 1000))).Select(Pair));
        Assert.Equal(
            ByTotal.Where(route => Route(route.Route).Designator == designator),
            (await ListAsync(new RouteQuery(designator, RouteSort.Total, 1000))).Select(Pair));
    }

    [Theory]
    [InlineData(RouteSort.Route, null, 1)]
    [InlineData(RouteSort.Route, null, 3)]
    [InlineData(RouteSort.Route, "AR", 2)]
    [InlineData(RouteSort.Total, null, 1)]
    [InlineData(RouteSort.Total, null, 4)]
    [InlineData(RouteSort.Total, "AR", 3)]
    public async Task Pages_to_the_end_give_each_route_exactly_once(RouteSort sort, string? designator, int limit)
    {
        var found = new List<RouteSummary>();
        RoutePosition? after = null;
        while (await ListAsync(new RouteQuery(designator, sort, limit, after)) is { Count: > 0 } page)
        {
            Assert.InRange(page.Count, 1, limit);
            found.AddRange(page);
            after = new RoutePosition(page[^1].Route, page[^1].Total);
        }

        var expected = (sort == RouteSort.Route ? ByName : ByTotal)
            .Where(route => designator is null || Route(route.Route).Designator == designator);
        Assert.Equal(expected, found.Select(Pair));
    }

    [Fact]
    public async Task First_and_last_time_are_those_of_the_first_and_the_last_transaction_and_survive_a_restart()
    {
        var first = Time.GetUtcNow();
        Time.Advance(TimeSpan.FromMilliseconds(90_061_001));
        await RecordAsync(Ledger, "AR1133", "later");
        Time.Advance(TimeSpan.FromHours(1));
        await RecordAsync(Ledger, "AR1133", "later");
        var expected = new RouteSummary(Route("AR1133"), 6, first, first.AddMilliseconds(90_061_001));

        Assert.Equal(expected, await OtherLedger.RouteAsync(Route("AR1133"), CancellationToken.None));
        await Store.OpenAsync();
        Assert.Equal(expected, await Ledger.RouteAsync(Route("AR1133"), CancellationToken.None));
        var query = new RouteQuery("AR", RouteSort.Route, 1, new RoutePosition(Route("AR10"), 7));
        Assert.Equal(expected, Assert.Single(await ListAsync(query)));
    }

    private static (string Route, int Total) Pair(RouteSummary summary) => (summary.Route.ToString(), (int)summary.Total);

    private async Task<IReadOnlyList<RouteSummary>> ListAsync(RouteQuery query) =>
        (await OtherLedger.RoutesAsync(query, CancellationToken.None)).Routes;
}
