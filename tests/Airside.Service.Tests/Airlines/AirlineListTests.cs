using System.Net;
using System.Text;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Airlines;

[Trait("Category", "Smoke")]
public sealed class AirlineListTests(AirlineListTests.Loaded loaded) : IClassFixture<AirlineListTests.Loaded>
{
    private const string List = "/api/v1/airlines";

    private HttpClient Client => loaded.Service.Client;

    [Theory]
    [InlineData("q=air", "2,11")]
    [InlineData("q=AIR", "2,11")]
    [InlineData("q=alias", "2")]
    [InlineData("q=s7", "7,11")]
    [InlineData("q=svh", "7")]
    [InlineData("q=eleventh", "11")]
    [InlineData("q=ivoire", "2")]
    [InlineData("q=%22quote%22", "3")]
    [InlineData("q=nothing-has-this", "")]
    [InlineData("q=%20air%20", "2,11")]
    [InlineData("q=cote%20d%27IVOIRE", "2")]
    [InlineData("q=C%C3%94TE", "2")]
    [InlineData("q=Co%CC%82te", "2")]
    [InlineData("q=C%C3%B4te%20d%E2%80%99Ivoire", "2")]
    [InlineData("q=alias&q=svh", "7,2")]
    [InlineData("country=cote%20d%27ivoire", "2")]
    [InlineData("country=Russia&country=Cote%20d%27Ivoire", "2,7,11")]
    [InlineData("active=Y&active=N", "-1,2,3,7,11")]
    [InlineData("iata=S2&iata=s7", "2,7,11")]
    [InlineData("iata=&iata=s2", "2")]
    [InlineData("icao=SEC&icao=ELE&active=y", "11")]
    [InlineData("iata=S2,S7", "")]
    [InlineData("country=russia", "7,11")]
    [InlineData("country=C%C3%B4te%20d%27Ivoire", "2")]
    [InlineData("country=Rus", "")]
    [InlineData("active=Y", "-1,3,7,11")]
    [InlineData("active=y", "-1,3,7,11")]
    [InlineData("active=N", "2")]
    [InlineData("iata=S7", "7,11")]
    [InlineData("iata=s2", "2")]
    [InlineData("iata=S", "")]
    [InlineData("icao=ele", "11")]
    [InlineData("icao=N/A", "-1")]
    [InlineData("iata=S7&icao=SVH", "7")]
    [InlineData("active=Y&q=air&country=RUSSIA", "11")]
    [InlineData("q=&country=&active=&iata=&icao=&limit=&cursor=", "-1,2,3,7,11")]
    [InlineData("", "-1,2,3,7,11")]
    public async Task A_filter_keeps_the_airlines_that_match_all_of_it(string query, string ids)
    {
        var list = await Client.JsonAsync($"{List}?{query}");

        Assert.Equal(ids, string.Join(',', list.GetProperty("airlines").EnumerateArray().Select(airline => airline.GetProperty("id"))));
        var all = AirlineFiles.Expected(Encoding.UTF8.GetBytes(AirlineFiles.Small));
        Assert.Subset(all.ToHashSet(), AirlineFiles.Rows(list).ToHashSet());
        Assert.False(list.TryGetProperty("nextCursor", out _));
    }

    [Theory]
    [InlineData("", 1, 5)]
    [InlineData("", 2, 3)]
    [InlineData("", 4, 2)]
    [InlineData("", 5, 1)]
    [InlineData("", 1000, 1)]
    [InlineData("q=s&", 2, 2)]
    [InlineData("q=i&", 1, 3)]
    [InlineData("active=Y&", 3, 2)]
    [InlineData("active=Y&", 4, 1)]
    public async Task Pages_by_cursor_give_every_airline_once_and_in_order(string filter, int limit, int expectedPages)
    {
        var all = AirlineFiles.Rows(await Client.JsonAsync($"{List}?{filter}limit=1000"));
        var paged = new List<string>();
        var pages = 0;
        for (string? cursor = ""; cursor is not null; pages++)
        {
            var page = await Client.JsonAsync($"{List}?{filter}limit={limit}&cursor={cursor}");
            paged.AddRange(AirlineFiles.Rows(page));
            cursor = page.TryGetProperty("nextCursor", out var next) ? next.GetString() : null;
        }

        Assert.Equal(all, paged);
        Assert.Equal(expectedPages, pages);
    }

    [Theory]
    [InlineData("limit=0", "'limit'")]
    [InlineData("limit=1001", "'limit'")]
    [InlineData("limit=-5", "'limit'")]
    [InlineData("limit=all", "'limit'")]
    [InlineData("active=yes", "'active'")]
    [InlineData("active=1", "'active'")]
    [InlineData("active=%C5%B8", "'active'")]
    [InlineData("active=Y&active=x", "'active'")]
    [InlineData("q=1&q=2&q=3&q=4&q=5&q=6&q=7&q=8&q=9&q=0&q=1&q=2&q=3&q=4&q=5&q=6&q=7&q=8&q=9&q=0&q=21", "'q'")]
    [InlineData("cursor=abc", "'cursor'")]
    [InlineData("cursor=YXg", "'cursor'")]
    [InlineData("cursor=cjE", "'cursor'")]
    [InlineData("cursor=%2B%2B", "'cursor'")]
    public async Task A_bad_parameter_is_refused_with_400_that_names_it(string query, string name)
    {
        using var response = await Client.GetAsync($"{List}?{query}");

        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "invalid-parameter");
        Assert.Contains(name, problem.Detail(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_search_of_100_characters_is_taken_and_one_of_101_refused()
    {
        await Client.JsonAsync($"{List}?q={new string('a', 100)}");
        using var response = await Client.GetAsync($"{List}?q={new string('a', 101)}");

        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "invalid-parameter");
        Assert.Contains("'q'", problem.Detail(), StringComparison.Ordinal);
    }

    /// <summary>A service with the small file loaded.</summary>
    public sealed class Loaded : IAsyncLifetime
    {
        public RunningService Service { get; } = new();

        public async ValueTask InitializeAsync()
        {
            await Service.InitializeAsync();
            using var response = await Service.Client.PostAsync("/api/v1/load/airlines", "text/csv", AirlineFiles.Small);
            await response.JsonAsync(HttpStatusCode.OK);
        }

        public ValueTask DisposeAsync() => Service.DisposeAsync();
    }
}
