using System.Net;
using System.Text.RegularExpressions;
using Airside.Core;
using Airside.Service.Streaming;
using Airside.Service.Tests.Fixtures;
using Airside.Service.Tests.Security;

namespace Airside.Service.Tests.Dashboard;

/// <summary>What the pages say to a reader without JavaScript.</summary>
[Trait("Category", "Smoke")]
public sealed class PageTests(RunningService service) : IClassFixture<RunningService>
{
    private static readonly TimeSpan MatchTimeMax = TimeSpan.FromSeconds(10);

    [Fact]
    [Trait("Category", "Slow")]
    public async Task The_first_look_has_rates_to_show()
    {
        await using var own = await RunningService.StartAsync();
        var sampler = own.Get<RateSampler>();
        await Waiting.UntilAsync(() => sampler.Samples >= 2, "two reads that nobody asked for");

        var html = await HtmlAsync(own, "/");
        foreach (var span in new[] { "now", "minute", "fiveMinutes", "fifteenMinutes" })
        {
            Assert.Contains($"data-live=\"perSecond.{span}\">0.00<", html, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_totals_of_an_airline_hold_however_many_routes_it_has()
    {
        await using var own = await RunningService.StartAsync();
        const int Routes = Limits.PageSizeMax + 5;
        await RecordAsync(own, Enumerable.Range(1, Routes).Select(number => $"LH{number}"));
        using var again = await own.Client.RecordAsync("LH7");

        var page = await HtmlAsync(own, $"/airlines/{await IdAsync(own, "LH")}");
        Assert.Equal([$"{Routes + 1:N0}", $"{Routes:N0}"], FiguresOf(page).Take(2));
        Assert.Equal(Limits.DashboardRowsMax, Regex.Count(page, "data-f=\"bar\"", RegexOptions.None, MatchTimeMax) - 1);
        Assert.Contains("href=\"/routes?q=LH\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_search_finds_routes_beyond_the_busiest_of_their_designator_and_is_read_page_by_page()
    {
        await using var own = await RunningService.StartAsync();

        // LH9000 and above have one transaction each, after more than a page of routes with two.
        await RecordAsync(own, Enumerable.Range(1, Limits.PageSizeMax + 5).SelectMany(number => new[] { $"LH{number}", $"LH{number}" }));
        var wanted = Enumerable.Range(9000, 120).Select(number => $"LH{number}").ToArray();
        await RecordAsync(own, wanted);

        foreach (var sort in new[] { "total", "route" })
        {
            var found = new List<string>();
            for (var address = $"/routes?q=lh9&sort={sort}"; address is not null;)
            {
                var page = await HtmlAsync(own, address);
                found.AddRange(RoutesOf(page));
                address = NextOf(page);
            }

            Assert.Equal(found.Distinct(), found);
            Assert.Equal(
                wanted.Concat(Enumerable.Range(1, Limits.PageSizeMax + 5).Select(number => $"LH{number}"))
                    .Where(route => route.StartsWith("LH9", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
                found.Order(StringComparer.Ordinal));
        }

        // The route named in full is shown, whatever page it is on.
        await RecordAsync(own, ["LH9001"]);
        await RecordAsync(own, Enumerable.Range(0, 60).Select(letter => $"LH900{letter % 10}{(char)('A' + (letter % 26))}").Distinct());
        Assert.Contains("href=\"/routes/LH900\"", await HtmlAsync(own, "/routes?q=LH900"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_letters_of_a_designator_find_its_routes()
    {
        await using var own = await RunningService.StartAsync();
        await RecordAsync(own, ["DLH400", "DL1", "D83"]);

        Assert.Equal(["D83", "DL1", "DLH400"], RoutesOf(await HtmlAsync(own, "/routes?q=d&sort=route")));
        Assert.Equal(["DL1", "DLH400"], RoutesOf(await HtmlAsync(own, "/routes?q=dl&sort=route")));
        Assert.DoesNotContain("Totals as of", await HtmlAsync(own, "/routes?q=dl&sort=route"), StringComparison.Ordinal);
        Assert.Contains("Totals as of <time", await HtmlAsync(own, "/routes"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Airlines_are_read_forth_and_back_page_by_page()
    {
        await using var own = await RunningService.StartAsync();
        using var loaded = await own.Client.PostAsync("/api/v1/load/airlines", "text/csv", AirlineFiles.Uniform("Same", 120));
        await loaded.JsonAsync(HttpStatusCode.OK);

        var first = await HtmlAsync(own, "/airlines?q=same");
        var second = await HtmlAsync(own, NextOf(first)!);
        var third = await HtmlAsync(own, NextOf(second)!);
        Assert.Contains("1–50 of 120 airlines", first, StringComparison.Ordinal);
        Assert.Contains("51–100 of 120 airlines", second, StringComparison.Ordinal);
        Assert.Contains("101–120 of 120 airlines", third, StringComparison.Ordinal);
        Assert.Null(NextOf(third));
        Assert.Contains("51–100 of 120 airlines", await HtmlAsync(own, LinkOf(third, "Previous page")!), StringComparison.Ordinal);
        Assert.Contains("1–50 of 120 airlines", await HtmlAsync(own, LinkOf(second, "Previous page")!), StringComparison.Ordinal);
        Assert.Null(LinkOf(first, "Previous page"));
    }

    [Fact]
    public async Task A_page_that_needs_a_key_asks_people_for_it_and_tells_programs()
    {
        var keys = new TestKeys();
        var (reader, writer) = (keys.Add("reader", "read"), keys.Add("writer", "transactions:write"));
        await using var locked = await RunningService.StartAsync([.. keys.Settings, "--Airside:Security:PublicRead=false"]);
        foreach (var path in new[] { "/", "/routes", "/routes/AR1133", "/airlines", "/airlines/load", "/airlines/412", "/system" })
        {
            using var page = await locked.Client.SendAsync(HttpMethod.Get, path, ("Accept", "text/html"));
            using var forbidden = await locked.Client.SendAsync(
                HttpMethod.Get, path, ("Accept", "text/html"), ("Authorization", $"Bearer {writer}"));
            using var problem = await locked.Client.SendAsync(HttpMethod.Get, path, ("Accept", "*/*"));
            using var seen = await locked.Client.SendAsync(
                HttpMethod.Get, path, ("Accept", "text/html"), ("Authorization", $"Bearer {reader}"));

            Assert.Equal(HttpStatusCode.Unauthorized, page.StatusCode);
            Assert.Equal("Bearer", page.Headers.WwwAuthenticate.Single().Scheme);
            Assert.Contains("data-key", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.Forbidden, forbidden.StatusCode);
            Assert.Contains("data-key", await forbidden.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            await problem.ProblemAsync(HttpStatusCode.Unauthorized, "key-missing");
            Assert.DoesNotContain("data-key", await seen.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_empty_chart_says_so()
    {
        var page = await HtmlAsync(service, "/routes/EM1");
        Assert.Equal(2, Regex.Count(page, "No transactions in this period", RegexOptions.None, MatchTimeMax));
    }

    private static async Task<string> HtmlAsync(RunningService service, string address)
    {
        using var response = await service.Client.SendAsync(HttpMethod.Get, address, ("Accept", "text/html"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync());
    }

    private static async Task RecordAsync(RunningService service, IEnumerable<string> routes)
    {
        var lines = routes.Select(route => $$"""{"route":"{{route}}","key":"{{Guid.NewGuid()}}"}""");
        using var response = await service.Client.PostAsync("/api/v1/transactions", "application/x-ndjson", string.Join('\n', lines));
        await response.JsonAsync(HttpStatusCode.OK);
    }

    private static async Task<int> IdAsync(RunningService service, string iata) =>
        (await service.Client.JsonAsync($"/api/v1/airlines?iata={iata}")).GetProperty("airlines")[0].GetProperty("id").GetInt32();

    private static IEnumerable<string> FiguresOf(string page) =>
        Regex.Matches(page, "<dd><span[^>]*>(?<value>[^<]*)</span>", RegexOptions.ExplicitCapture, MatchTimeMax)
            .Select(match => match.Groups["value"].Value);

    private static IEnumerable<string> RoutesOf(string page) =>
        Regex.Matches(page, "<tr>\\s*<td><a href=\"/routes/(?<route>[^\"]*)\"", RegexOptions.ExplicitCapture, MatchTimeMax)
            .Select(match => match.Groups["route"].Value);

    private static string? NextOf(string page) => LinkOf(page, "Next page");

    private static string? LinkOf(string page, string text) =>
        Regex.Match(page, $"href=\"(?<href>[^\"]*)\"[^>]*>{text}<", RegexOptions.ExplicitCapture, MatchTimeMax) is { Success: true } match
            ? match.Groups["href"].Value
            : null;
}
