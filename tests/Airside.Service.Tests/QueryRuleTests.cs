using System.Net;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests;

/// <summary>Under <c>/api/v1</c>, parameters that an endpoint does not have are refused by name; all other URLs ignore them.</summary>
[Trait("Category", "Smoke")]
public sealed class QueryRuleTests(RunningService service) : IClassFixture<RunningService>
{
    [Theory]
    [InlineData("GET", "/api/v1/airlines?nme=air", "'nme' is unknown here", "active, country, cursor, iata, icao, limit, q.")]
    [InlineData("GET", "/api/v1/airlines?q=air&counrty=Chile&page=2", "'counrty', 'page' are unknown here", "country")]
    [InlineData("GET", "/api/v1/airlines?=x", "'' is unknown here", "country")]
    [InlineData("GET", "/api/v1/airlines?%C3%BC%00=1", "'ü\uFFFD' is unknown here", "country")]
    [InlineData("GET", "/api/v1/airlines?a&b&c&d&e&f&g", "'a', 'b', 'c', 'd', 'e' are unknown here", "country")]
    [InlineData("GET", "/api/v1/airlines/24?id=25", "'id' is unknown here", "no parameters")]
    [InlineData("GET", "/api/v1/routes?designator=LH", "'designator' is unknown here", "airline, cursor, limit, sort.")]
    [InlineData("GET", "/api/v1/routes/?offset=1", "'offset' is unknown here", "airline, cursor, limit, sort.")]
    [InlineData("GET", "/api/v1/routes/QU1?route=QU2", "'route' is unknown here", "no parameters")]
    [InlineData("GET", "/api/v1/routes/QU1/transactions?since=1", "'since' is unknown here", "no parameters")]
    [InlineData("GET", "/api/v1/routes/QU1/history?buckets=day", "'buckets' is unknown here", "bucket, from, to.")]
    [InlineData("GET", "/api/v1/info?verbose", "'verbose' is unknown here", "no parameters")]
    [InlineData("GET", "/api/v1/stream?last=1", "'last' is unknown here", "parameters")]
    [InlineData("HEAD", "/api/v1/info?verbose", "", "")]
    [InlineData("POST", "/api/v1/routes/QU1/transactions?key=1", "'key' is unknown here", "no parameters")]
    [InlineData("POST", "/api/v1/transactions?dryRun=true", "'dryRun' is unknown here", "no parameters")]
    [InlineData("POST", "/api/v1/load/airlines?dryRun=true", "'dryRun' is unknown here", "confirm, version.")]
    [InlineData("POST", "/api/v1/load/airlines/preview?version=1", "'version' is unknown here", "no parameters")]
    public async Task An_unknown_parameter_is_refused_by_name_and_nothing_is_done(string method, string path, string name, string known)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (path.StartsWith("/api/v1/transactions", StringComparison.Ordinal))
        {
            request.Content = new StringContent("""[{"route":"QU1","key":"a"}]""", null, "application/json");
        }

        using var response = await service.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        if (method != "HEAD")
        {
            var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "unknown-parameter");
            Assert.Contains(name, problem.Detail(), StringComparison.Ordinal);
            Assert.Contains(known, problem.Detail(), StringComparison.Ordinal);
        }

        Assert.Equal(0, await service.Client.TotalAsync("QU1"));
    }

    [Theory]
    [InlineData("/api/v1/airlines?limit=1&limit=2", "'limit' occurs 2 times")]
    [InlineData("/api/v1/airlines?limit=1&LIMIT=2", "'limit' occurs 2 times")]
    [InlineData("/api/v1/routes?sort=total&sort=total", "'sort' occurs 2 times")]
    [InlineData("/api/v1/routes/QU1/history?bucket=day&bucket=hour&bucket=day", "'bucket' occurs 3 times")]
    public async Task A_parameter_with_one_value_is_refused_when_it_is_repeated(string path, string cause)
    {
        using var response = await service.Client.GetAsync(path);

        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "invalid-parameter");
        Assert.Contains(cause, problem.Detail(), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("/api/v1/airlines?Limit=1&Q=air")]
    [InlineData("/api/v1/airlines?")]
    [InlineData("/api/v1/routes?airline=QV&airline=QW&&")]
    [InlineData("/?utm_source=x")]
    [InlineData("/healthz?x=1")]
    [InlineData("/readyz?verbose")]
    [InlineData("/metrics?name=x")]
    [InlineData("/config?x=1")]
    [InlineData("/openapi/v1.json?v=2")]
    [InlineData("/docs/index.html?x=1")]
    [InlineData("/airlines?utm_source=x&q=air")]
    [InlineData("/routes?x=1")]
    [InlineData("/get-transaction/QU2?x=1&x=2")]
    public async Task What_is_known_in_any_case_and_all_other_URLs_are_answered(string path)
    {
        using var response = await service.Client.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task A_compatibility_URL_records_whatever_parameters_it_gets()
    {
        using var response = await service.Client.SendAsync(HttpMethod.Post, "/save-transaction/QU3?source=web&source=app");

        await response.JsonAsync(HttpStatusCode.OK);
        Assert.Equal(1, await service.Client.TotalAsync("QU3"));
    }

    [Fact]
    public async Task A_repeated_airline_selects_the_routes_of_any_in_one_order_over_all_pages()
    {
        foreach (var (route, count) in new[] { ("QX1", 3), ("QX2", 1), ("QY1", 2), ("QZ1", 4) })
        {
            for (var i = 0; i < count; i++)
            {
                using var recorded = await service.Client.RecordAsync(route);
            }
        }

        Assert.Equal("QX1 QX2 QY1", await PagesAsync("airline=QX&airline=qy&airline=QX&airline=&sort=route"));
        Assert.Equal("QX1 QY1 QX2", await PagesAsync("airline=QY&airline=QX&sort=total"));
        Assert.Equal("QZ1", await PagesAsync("airline=QZ"));
    }

    private async Task<string> PagesAsync(string filter)
    {
        var routes = new List<string?>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await service.Client.JsonAsync($"/api/v1/routes?{filter}&limit=1&cursor={cursor}");
            routes.AddRange(page.GetProperty("routes").EnumerateArray().Select(route => route.GetProperty("route").GetString()));
            cursor = page.TryGetProperty("nextCursor", out var next) ? next.GetString() : null;
        }

        return string.Join(' ', routes);
    }
}
