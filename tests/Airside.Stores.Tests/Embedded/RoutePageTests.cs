using Airside.Core.Transactions;
using Airside.Stores.Embedded.Tables;
using Airside.Stores.Shared;

namespace Airside.Stores.Tests.Embedded;

/// <summary>Pages of the routes by name and by total, while the writer adds and changes routes.</summary>
public sealed class RoutePageTests
{
    [Fact]
    public Task Pages_are_those_of_a_sorted_copy_whatever_is_added_between_them() => Seeds.RunAsync(200, async seed =>
    {
        var random = new Random(seed);
        var table = new RouteTable();
        var totals = new Dictionary<FlightRoute, long>();
        if (random.Next(2) == 0)
        {
            // As after recovery.
            table.GetOrAdd(Packed("BA7")).Load(4, 0, 0, days: default, hours: default);
            totals[FlightRoute.Parse("BA7")] = 4;
            table.BuildIndexes();
        }

        for (var step = 0; step < 30; step++)
        {
            for (var added = random.Next(4); added > 0; added--)
            {
                Publish(table, totals, random);
            }

            var query = new RouteQuery(
                random.Next(2) == 0 ? null : Designator(random),
                random.Next(2) == 0 ? RouteSort.Route : RouteSort.Total,
                random.Next(1, 6),
                random.Next(2) == 0 || totals.Count == 0 ? null : Position(totals.ElementAt(random.Next(totals.Count))));
            var expected = query.Page(totals
                .Where(pair => query.Designator is null || pair.Key.Designator == query.Designator)
                .Select(pair => new RouteSummary(pair.Key, pair.Value, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch)));
            Assert.Equal(expected, await PageAsync(table, query));
        }
    });

    [Fact]
    public Task A_ranking_of_many_chunks_is_that_of_a_sorted_copy() => Seeds.RunAsync(3, async seed =>
    {
        var random = new Random(seed);
        var table = new RouteTable();
        var totals = new Dictionary<FlightRoute, long>();
        for (var round = 0; round < 12; round++)
        {
            for (var change = 0; change < 1_000; change++)
            {
                var route = FlightRoute.Parse($"AR{1 + (int)(9_999 * random.NextDouble() * random.NextDouble())}");
                Publish(table, totals, route, random.Next(10) == 0 ? random.Next(1, 500) : 1);
            }

            RoutePosition? after = null;
            var found = new List<(FlightRoute, long)>();
            while (await PageAsync(table, new RouteQuery(null, RouteSort.Total, 700, after)) is { Count: > 0 } page)
            {
                found.AddRange(page.Select(route => (route.Route, route.Total)));
                after = new RoutePosition(page[^1].Route, page[^1].Total);
            }

            Assert.Equal(
                totals.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).Select(pair => (pair.Key, pair.Value)), found);
        }
    });

    [Fact]
    public async Task After_a_reader_that_ran_out_of_memory_the_next_one_has_every_route()
    {
        var (random, table, totals) = (new Random(1), new RouteTable(), new Dictionary<FlightRoute, long>());
        for (var failingAt = 0; failingAt < 30; failingAt++)
        {
            for (var change = 0; change < 30; change++)
            {
                Publish(table, totals, FlightRoute.Parse($"AR{1 + (31 * failingAt) + change}"), 1 + random.Next(3));
            }

            var left = failingAt;
            Exception outOfMemory = new SimulatedOutOfMemoryException();
            FaultPoint.Observer = () => _ = left-- == 0 ? throw outOfMemory : 0;
            var query = new RouteQuery(null, RouteSort.Total, 2_000);
            await Assert.ThrowsAsync<SimulatedOutOfMemoryException>(() => PageAsync(table, query).AsTask());
            FaultPoint.Observer = null;
            Publish(table, totals, FlightRoute.Parse($"AR{1 + (31 * failingAt) + 30}"), 1);

            var page = await PageAsync(table, query);
            Assert.Equal(
                totals.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).Select(pair => pair.Key),
                page.Select(route => route.Route));
        }
    }

    [Theory]
    [InlineData(RouteSort.Route)]
    [InlineData(RouteSort.Total)]
    public async Task A_reader_sees_everything_that_was_published_before_it_began(RouteSort sort)
    {
        const int Routes = 2_000;
        var table = new RouteTable();
        var published = 0L;
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (Volatile.Read(ref published) is var before && before < 2 * Routes)
            {
                var page = await table.PageAsync(new RouteQuery(null, sort, Routes), CancellationToken.None);
                Assert.InRange(page.Sum(route => route.Total), before, 2 * Routes);
                Assert.Distinct(page.Select(route => route.Route));
            }
        })).ToArray();
        for (var number = 0; number < 2 * Routes; number++)
        {
            // Backwards, so each is merged in front of the others.
            var counts = table.GetOrAdd(Packed($"AR{Routes - (number % Routes)}"));
            counts.PendingTotal++;
            table.Publish(counts, 0);
            Volatile.Write(ref published, number + 1);
        }

        await Task.WhenAll(readers);
    }

    private static ValueTask<IReadOnlyList<RouteSummary>> PageAsync(RouteTable table, RouteQuery query) =>
        table.PageAsync(query, CancellationToken.None);

    private static void Publish(RouteTable table, Dictionary<FlightRoute, long> totals, Random random) =>
        Publish(table, totals, FlightRoute.Parse($"{Designator(random)}{random.Next(1, 30)}"), random.Next(1, 4));

    private static void Publish(RouteTable table, Dictionary<FlightRoute, long> totals, FlightRoute route, int transactions)
    {
        var counts = table.GetOrAdd(route.Packed);
        counts.PendingTotal = totals[route] = totals.GetValueOrDefault(route) + transactions;
        table.Publish(counts, 0);
    }

    private static string Designator(Random random) => new[] { "AR", "ARG", "BA", "4U", "KL", "KLM", "XX" }[random.Next(7)];

    private static RoutePosition Position(KeyValuePair<FlightRoute, long> route) => new(route.Key, route.Value);

    private static ulong Packed(string route) => FlightRoute.Parse(route).Packed;
}
