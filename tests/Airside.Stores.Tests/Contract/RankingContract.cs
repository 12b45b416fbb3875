using Airside.Core;
using Airside.Core.Transactions;

namespace Airside.Stores.Tests.Contract;

/// <summary>Pages by total, the overview and the hours of all routes, compared with a plain model.</summary>
/// <param name="makeStore">Creates an empty store whose ranking is read again for each call.</param>
public abstract class RankingContract(Func<ITestStore> makeStore) : StoreContract(makeStore())
{
    private static readonly string[] Designators = ["AR", "ARG", "BA", "4U", "KL", "KLM"];
    private readonly LedgerModel _model = new();
    private int _keys;

    private IEnumerable<RouteSummary> Expected => _model.Routes
        .Select(pair => new RouteSummary(pair.Key, pair.Value.Total, pair.Value.FirstAt, pair.Value.LastAt))
        .OrderByDescending(route => route.Total).ThenBy(route => route.Route);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Whatever_is_recorded_on_any_replica_at_any_time_it_is_that_of_a_model(int seed)
    {
        var random = new Random(seed);
        for (var step = 0; step < 25; step++)
        {
            // Small steps, so a refresh looks back over earlier changes, large ones, and some of a clock that is set back.
            var minutes = random.Next(4) switch { 0 => random.Next(300), 1 => -random.Next(300), _ => 0 };
            Time.AdjustTime(Time.GetUtcNow().AddMinutes(minutes).AddMilliseconds(random.Next(2_000)));
            await RecordAsync(Store.Ledgers[random.Next(Store.Ledgers.Count)], random, 1 + random.Next(random.Next(5) == 0 ? 100 : 5));
            if (random.Next(10) == 0)
            {
                await Store.OpenAsync();
            }

            await AssertSameAsync(Store.Ledgers[random.Next(Store.Ledgers.Count)], random);
        }
    }

    [Fact]
    public async Task Pages_to_the_end_give_each_route_that_does_not_change_exactly_once_while_others_change()
    {
        var random = new Random(1);
        string[] steady = [.. Enumerable.Range(1, 30).Select(number => $"AR{number}")];
        await RecordAsync(Ledger, [.. steady.SelectMany(route =>
            Enumerable.Range(0, 1 + random.Next(6)).Select(i => Transaction(route, $"{route} {i}")))]);
        var found = new List<string>();
        RoutePosition? after = null;
        while (true)
        {
            var (page, _) = await OtherLedger.RoutesAsync(new RouteQuery(null, RouteSort.Total, 4, after), CancellationToken.None);
            if (page.Count == 0)
            {
                break;
            }

            found.AddRange(page.Select(route => route.Route.ToString()));
            after = new RoutePosition(page[^1].Route, page[^1].Total);
            await RecordAsync(
                Ledger, [.. Enumerable.Range(0, 10).Select(i => Transaction($"KLM{1 + random.Next(4)}", $"{found.Count} {i}"))]);
        }

        Assert.Equal(steady.Order(StringComparer.Ordinal), found.Where(route => route[0] == 'A').Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task After_an_import_it_is_that_of_the_archive()
    {
        var random = new Random(1);
        await RecordAsync(Ledger, random, 60);
        Time.Advance(TimeSpan.FromHours(30));
        await RecordAsync(Ledger, random, 60);
        await using var target = makeStore();
        await target.OpenAsync();
        target.Time.AdjustTime(Time.GetUtcNow());
        foreach (var ledger in target.Ledgers)
        {
            Assert.Empty(await ledger.TopAsync(10, CancellationToken.None));
        }

        await Archived.ImportAsync(target.Replicas[0], await Archived.ExportAsync(Store.Replicas[0]));
        foreach (var ledger in target.Ledgers)
        {
            await AssertSameAsync(ledger, random);
        }

        await RecordAsync(target.Ledgers[0], random, 5);
        await AssertSameAsync(target.Ledgers[^1], random);
    }

    private async Task RecordAsync(ITransactionLedger ledger, Random random, int transactions)
    {
        var batch = Enumerable.Range(0, transactions)
            .Select(_ => Transaction($"{Designators[random.Next(Designators.Length)]}{1 + random.Next(6)}", $"key {_keys++}")).ToArray();
        var outcomes = await RecordAsync(ledger, batch);
        _model.Apply(batch, outcomes, Time.GetUtcNow(), DateTimeOffset.MinValue);
    }

    private async Task AssertSameAsync(ITransactionLedger ledger, Random random)
    {
        var found = new List<RouteSummary>();
        var limit = 1 + random.Next(20);
        RoutePosition? after = null;
        while (await ledger.RoutesAsync(new RouteQuery(null, RouteSort.Total, limit, after), CancellationToken.None)
            is { Routes: { Count: > 0 } page })
        {
            found.AddRange(page);
            after = new RoutePosition(page[^1].Route, page[^1].Total);
        }

        Assert.Equal(Expected, found);
        var since = Expected.ElementAt(random.Next(_model.Routes.Count)).LastAt;
        var overview = await ledger.OverviewAsync(limit, since, CancellationToken.None);
        Assert.Equal(
            (Expected.Sum(route => route.Total), _model.Routes.Count, Expected.Count(route => route.LastAt >= since)),
            (overview.Transactions, overview.Routes, overview.ActiveRoutes));
        Assert.Equal(Expected.Take(limit), overview.Busiest);
        Assert.Equal(Expected.OrderByDescending(route => route.LastAt).ThenBy(route => route.Route).Take(limit), overview.Latest);
        Assert.Equal(
            Expected.GroupBy(route => route.Route.Designator)
                .Select(group => new DesignatorTotal(group.Key, group.Sum(route => route.Total), group.Count()))
                .OrderByDescending(sum => sum.Total).ThenBy(sum => sum.Designator, StringComparer.Ordinal),
            overview.Designators);

        var first = HistoryRange.Floor(Time.GetUtcNow(), HistoryBucket.Hour).AddHours(1 - Limits.OverviewHours);
        var hours = await ledger.HoursOfAllAsync(first, first.AddHours(Limits.OverviewHours), CancellationToken.None);
        Assert.Equal(overview.Transactions, hours.Transactions);
        Assert.Equal(
            _model.Routes.Values.SelectMany(route => route.Hours)
                .Where(hour => hour.Key >= first && hour.Key < first.AddHours(Limits.OverviewHours))
                .GroupBy(hour => hour.Key, hour => hour.Value)
                .Select(group => new HistoryPoint(group.Key, group.Sum())).OrderBy(point => point.Start),
            hours.Points);
    }
}
