using System.Net;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Transactions;

/// <summary>Every spelling of a flight designator is one route, wherever it is sent.</summary>
public sealed class FlightDesignatorTests(RunningService service) : IClassFixture<RunningService>
{
    [Fact]
    [Trait("Category", "Smoke")]
    public async Task Spellings_of_a_route_are_counted_together_and_shown_under_one_name()
    {
        foreach (var (spelling, total) in new[] { ("LH0400", 1), ("lh%20400", 2), ("LH-400", 3), ("%20lh%20-%200400%20", 4) })
        {
            using var response = await service.Client.RecordAsync(spelling);
            var recorded = await response.JsonAsync(HttpStatusCode.Created);
            Assert.Equal(("LH400", total), (recorded.GetProperty("route").GetString(), recorded.GetProperty("transactions").GetInt32()));
            Assert.Equal("/api/v1/routes/LH400/transactions", response.Headers.Location?.OriginalString);
        }

        using var batch = await service.Client.PostAsync(
            "/api/v1/transactions", "application/json",
            """[{"route":"LH 0400","key":"one"},{"route":"lh400","key":"one"},{"route":"LH-0400a","key":"suffix"}]""");
        var items = (await batch.JsonAsync(HttpStatusCode.OK)).GetProperty("transactions").EnumerateArray().ToArray();

        Assert.Equal(["LH400", "LH400", "LH400A"], items.Select(item => item.GetProperty("route").GetString()));
        Assert.Equal(["recorded", "replayed", "recorded"], items.Select(item => item.GetProperty("status").GetString()));
        Assert.Equal(5, await service.Client.TotalAsync("lh-0400"));
        Assert.Equal("LH400", (await service.Client.JsonAsync("/api/v1/routes/lh0400")).GetProperty("route").GetString());
        var history = await service.Client.JsonAsync("/api/v1/routes/LH-0400/history");
        Assert.Equal(5, history.GetProperty("history")[0].GetProperty("transactions").GetInt32());
        Assert.Equal(
            ["LH400", "LH400A"],
            (await service.Client.JsonAsync("/api/v1/routes?airline=lh")).GetProperty("routes").EnumerateArray()
                .Select(route => route.GetProperty("route").GetString()));
    }

    [Fact]
    public async Task A_retry_in_another_spelling_is_a_replay()
    {
        using var first = await service.Client.RecordAsync("OS0087", "retried");
        using var repeat = await service.Client.RecordAsync("os-87", "retried");

        await first.JsonAsync(HttpStatusCode.Created);
        await repeat.JsonAsync(HttpStatusCode.OK);
        Assert.Equal(1, await service.Client.TotalAsync("OS87"));
    }

    [Fact]
    public async Task The_IATA_and_the_ICAO_spelling_are_two_routes()
    {
        using var iata = await service.Client.RecordAsync("KL1234");
        using var icao = await service.Client.RecordAsync("KLM1234");

        Assert.Equal(1, await service.Client.TotalAsync("KL1234"));
        Assert.Equal(1, await service.Client.TotalAsync("KLM1234"));
    }

    [Theory]
    [InlineData("BA12345")]
    [InlineData("1234567")]
    [InlineData("BA0000")]
    public async Task What_is_no_flight_designator_is_refused_in_a_batch_with_how_one_looks(string route)
    {
        using var batch = await service.Client.PostAsync(
            "/api/v1/transactions", "application/json", $$"""[{"route":"{{route}}","key":"{{Http.NewKey()}}"}]""");

        var problem = await batch.ProblemAsync(HttpStatusCode.BadRequest, "invalid-batch");
        var cause = problem.GetProperty("errors")[0].GetProperty("cause").GetString();
        Assert.Contains("such as LH400, which may also be written 'lh 0400' or LH-400", cause, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("12")]
    [InlineData("A1B")]
    [InlineData("L")]
    public async Task A_filter_that_is_no_airline_designator_is_refused(string airline)
    {
        using var response = await service.Client.GetAsync($"/api/v1/routes?airline={airline}");
        await response.ProblemAsync(HttpStatusCode.BadRequest, "invalid-parameter");
    }

    [Theory]
    [InlineData("SK0903")]
    [InlineData("sk%20903")]
    [InlineData("SK-903")]
    public async Task The_search_and_the_pages_find_a_route_by_any_spelling(string spelling)
    {
        using var response = await service.Client.RecordAsync("SK903");
        var found = await service.Client.GetStringOfAnyStatusAsync($"/routes?q={spelling}");
        var page = await service.Client.GetStringOfAnyStatusAsync($"/routes/{spelling}");

        Assert.Contains("href=\"/routes/SK903\"", found, StringComparison.Ordinal);
        Assert.Contains("<title>SK903", page, StringComparison.Ordinal);
    }
}
