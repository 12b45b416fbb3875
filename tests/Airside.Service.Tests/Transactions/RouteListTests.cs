using System.Net;
using System.Text.Json;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Transactions;

[Trait("Category", "Smoke")]
public sealed class RouteListTests(RouteListTests.Recorded recorded) : IClassFixture<RouteListTests.Recorded>
{
    private HttpClient Client => recorded.Service.Client;

    [Fact]
    public async Task Routes_are_listed_by_name_with_their_totals()
    {
        var routes = await RoutesAsync("limit=1000");

        Assert.Equal(recorded.Totals.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (pair.Key, pair.Value)), routes);
        Assert.Equal(routes, await RoutesAsync("limit=1000&sort=route"));
        Assert.Equal(routes, await RoutesAsync("limit=1000&sort=ROUTE&airline="));
    }

    [Fact]
    public async Task Routes_are_listed_by_total_the_highest_first_then_by_name() =>
        Assert.Equal(
            recorded.Totals.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal)
                .Select(pair => (pair.Key, pair.Value)),
            await RoutesAsync("limit=1000&sort=total"));

    [Theory]
    [InlineData("sort=total", true)]
    [InlineData("sort=total&airline=LA", true)]
    [InlineData("sort=route", false)]
    [InlineData("", false)]
    public async Task Totals_say_of_when_they_are_and_names_are_exact(string query, bool says)
    {
        var before = TimeProvider.System.GetUtcNow().AddMilliseconds(-1);
        var page = await Client.JsonAsync($"/api/v1/routes?{query}");

        Assert.Equal(says, page.TryGetProperty("asOf", out var asOf));
        if (says)
        {
            Assert.InRange(asOf.GetDateTimeOffset(), before, TimeProvider.System.GetUtcNow());
        }
    }

    [Theory]
    [InlineData("LA")]
    [InlineData("lab")]
    [InlineData("zz")]
    public async Task The_airline_keeps_the_routes_of_its_designator_alone(string designator)
    {
        // The routes of the fixture have only digits after the designator.
        var expected = recorded.Totals.Keys
            .Where(route => string.Equals(route.TrimEnd([.. "0123456789"]), designator, StringComparison.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal);

        Assert.Equal(expected, (await RoutesAsync($"airline={designator}&limit=1000")).Select(route => route.Route));
    }

    [Theory]
    [InlineData("route", 1)]
    [InlineData("route", 7)]
    [InlineData("total", 1)]
    [InlineData("total", 7)]
    [InlineData("total", 59)]
    [InlineData("total", 60)]
    [InlineData("route", 61)]
    public async Task Pages_by_cursor_give_every_route_once_and_in_order(string sort, int limit)
    {
        var all = await RoutesAsync($"sort={sort}&limit=1000");
        var paged = new List<(string, long)>();
        var pages = 0;
        for (string? cursor = ""; cursor is not null; pages++)
        {
            var page = await Client.JsonAsync($"/api/v1/routes?sort={sort}&limit={limit}&cursor={cursor}");
            paged.AddRange(Read(page));
            cursor = page.TryGetProperty("nextCursor", out var next) ? next.GetString() : null;
        }

        Assert.Equal(all, paged);
        Assert.Equal((all.Count + limit - 1) / limit, pages);
    }

    [Fact]
    public async Task Without_a_limit_a_page_has_100_routes_at_most()
    {
        await using var service = await RunningService.StartAsync();
        var items = Enumerable.Range(1, 101).Select(number => (Http.NewKey(), $"DF{number}")).ToArray();
        using var batch = await service.Client.PostAsync("/api/v1/transactions", "application/json", BatchTests.Array(items));

        var page = await service.Client.JsonAsync("/api/v1/routes");

        Assert.Equal(100, page.GetProperty("routes").GetArrayLength());
        Assert.NotEmpty(page.GetProperty("nextCursor").GetString()!);
    }

    [Theory]
    [InlineData("limit=0", "'limit'")]
    [InlineData("limit=-1", "'limit'")]
    [InlineData("limit=1001", "'limit'")]
    [InlineData("limit=ten", "'limit'")]
    [InlineData("limit=1.5", "'limit'")]
    [InlineData("limit=%201", "'limit'")]
    [InlineData("limit=99999999999999999999", "'limit'")]
    [InlineData("sort=name", "'sort'")]
    [InlineData("sort=-total", "'sort'")]
    [InlineData("airline=A", "'airline'")]
    [InlineData("airline=ABCD", "'airline'")]
    [InlineData("airline=A-", "'airline'")]
    [InlineData("airline=%C3%84R", "'airline'")]
    [InlineData("cursor=x", "'cursor'")]
    [InlineData("cursor=!!!!", "'cursor'")]
    [InlineData("cursor=YTE", "'cursor'")]
    [InlineData("cursor=ckFSMQ", "'cursor'")]
    [InlineData("cursor=ckFSMS8tMQ", "'cursor'")]
    [InlineData("cursor=ckFSMS8xLzI", "'cursor'")]
    [InlineData("cursor=cmJhZC8x", "'cursor'")]
    public async Task A_bad_parameter_is_refused_with_400_that_names_it(string query, string name)
    {
        using var response = await Client.GetAsync($"/api/v1/routes?{query}");

        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "invalid-parameter");
        Assert.Contains(name, problem.Detail(), StringComparison.Ordinal);
    }

    private async Task<List<(string Route, long Total)>> RoutesAsync(string query) =>
        Read(await Client.JsonAsync($"/api/v1/routes?{query}"));

    private static List<(string Route, long Total)> Read(JsonElement page) =>
    [
        .. page.GetProperty("routes").EnumerateArray()
            .Select(route => (route.GetProperty("route").GetString()!, route.GetProperty("transactions").GetInt64())),
    ];

    /// <summary>A service with sixty routes of three airlines, several of which have the same total.</summary>
    public sealed class Recorded : IAsyncLifetime
    {
        public RunningService Service { get; } = new();

        public Dictionary<string, long> Totals { get; } = [];

        public async ValueTask InitializeAsync()
        {
            await Service.InitializeAsync();
            string[] designators = ["LA", "LAB", "LB"];
            for (var number = 1; number <= 60; number++)
            {
                Totals[$"{designators[number % 3]}{number}"] = (number % 5) + 1;
            }

            var items = Totals.SelectMany(pair => Enumerable.Repeat(pair.Key, (int)pair.Value)).Select(route => (Http.NewKey(), route));
            using var response = await Service.Client.PostAsync("/api/v1/transactions", "application/json", BatchTests.Array([.. items]));
            await response.JsonAsync(HttpStatusCode.OK);
        }

        public ValueTask DisposeAsync() => Service.DisposeAsync();
    }
}
