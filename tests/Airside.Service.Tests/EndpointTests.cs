using System.Net;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests;

/// <summary>What holds for all endpoints.</summary>
[Trait("Category", "Smoke")]
public sealed class EndpointTests(RunningService service) : IClassFixture<RunningService>
{
    public static TheoryData<string> ReadPaths =>
    [
        "/", "/healthz", "/readyz", "/metrics", "/config", "/configs", "/api/v1/info", "/openapi/v1.json", "/api/v1/airlines",
        "/api/v1/airlines?limit=2", "/api/v1/airlines/412", "/api/v1/routes", "/api/v1/routes/AR1133", "/api/v1/routes/AR1133/transactions",
        "/api/v1/routes/AR1133/history?bucket=day&from=2026-01-01&to=2026-01-02", "/get-transaction/AR1133",
    ];

    [Theory]
    [MemberData(nameof(ReadPaths))]
    public async Task HEAD_answers_as_GET_does_without_the_body(string path)
    {
        using var whole = await service.Client.GetAsync(path);
        using var head = await service.Client.SendAsync(HttpMethod.Head, path);

        Assert.Equal(HttpStatusCode.OK, whole.StatusCode);
        Assert.Equal(whole.StatusCode, head.StatusCode);
        Assert.Equal(whole.Content.Headers.ContentType, head.Content.Headers.ContentType);
        Assert.Equal(whole.Headers.ETag, head.Headers.ETag);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [MemberData(nameof(ReadPaths))]
    public async Task A_slash_at_the_end_changes_nothing(string path)
    {
        var (bare, query) = path.Split('?') is [var before, var behind] ? (before, "?" + behind) : (path, "");
        using var without = await service.Client.GetAsync(path);
        using var with = await service.Client.GetAsync($"{bare.TrimEnd('/')}/{query}");

        Assert.Equal(without.StatusCode, with.StatusCode);
        Assert.Equal(without.Content.Headers.ContentType, with.Content.Headers.ContentType);
        if (path != "/metrics")
        {
            Assert.Equal(await without.Content.ReadAsStringAsync(), await with.Content.ReadAsStringAsync());
        }
    }

    [Theory]
    [InlineData("/api/v1/routes/SL1/transactions/", null, HttpStatusCode.Created)]
    [InlineData("/save-transaction/SL1/", null, HttpStatusCode.OK)]
    [InlineData("/get-transaction/SL1/", null, HttpStatusCode.OK)]
    [InlineData("/api/v1/transactions/", "application/json", HttpStatusCode.OK)]
    [InlineData("/api/v1/load/airlines/", "text/csv", HttpStatusCode.OK)]
    public async Task A_slash_at_the_end_changes_nothing_for_POST(string path, string? contentType, HttpStatusCode status)
    {
        using var content = contentType switch
        {
            null => null,
            "text/csv" => new StringContent("412,\"One\",\\N,\"\",\"\",\"\",\"\",\"Y\"\n", null, contentType),
            _ => new StringContent($$"""[{"route":"SL1","key":"{{Http.NewKey()}}"}]""", null, contentType),
        };

        using var response = await service.Client.PostAsync(new Uri(path, UriKind.Relative), content);

        await response.JsonAsync(status);
    }

    [Theory]
    [InlineData("GET", "/nothing")]
    [InlineData("POST", "/nothing")]
    [InlineData("GET", "/api")]
    [InlineData("GET", "/api/v1")]
    [InlineData("GET", "/api/v2/airlines")]
    [InlineData("GET", "/api/v1/routes/AR1133/transactions/1")]
    [InlineData("GET", "/api/v1//airlines")]
    [InlineData("HEAD", "/nothing")]
    [InlineData("DELETE", "/nothing")]
    [InlineData("GET", "/openapi/v2.json")]
    [InlineData("GET", "/docs/nothing.js")]
    public async Task An_unknown_URL_is_answered_with_404(string method, string path)
    {
        using var response = await service.Client.SendAsync(new HttpMethod(method), path);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        if (method != "HEAD")
        {
            var problem = await response.ProblemAsync(HttpStatusCode.NotFound, "unknown-url");
            Assert.Contains("/docs", problem.Detail(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("DELETE", "/api/v1/routes/AR1133/transactions", "GET, POST")]
    [InlineData("PUT", "/api/v1/routes/AR1133/transactions", "GET, POST")]
    [InlineData("PATCH", "/api/v1/routes/AR1133", "GET")]
    [InlineData("POST", "/api/v1/routes", "GET")]
    [InlineData("GET", "/api/v1/transactions", "POST")]
    [InlineData("HEAD", "/api/v1/transactions", "POST")]
    [InlineData("GET", "/api/v1/load/airlines", "POST")]
    [InlineData("POST", "/api/v1/airlines", "GET")]
    [InlineData("DELETE", "/api/v1/airlines/412", "GET")]
    [InlineData("GET", "/save-transaction/AR1133", "POST")]
    [InlineData("PUT", "/get-transaction/AR1133", "GET, POST")]
    [InlineData("POST", "/", "GET")]
    [InlineData("POST", "/healthz", "GET")]
    [InlineData("POST", "/config", "GET")]
    [InlineData("DELETE", "/metrics", "GET")]
    [InlineData("BREW", "/api/v1/info", "GET")]
    public async Task A_method_that_an_endpoint_does_not_have_is_answered_with_405_and_those_that_it_has(
        string method, string path, string allowed)
    {
        using var response = await service.Client.SendAsync(new HttpMethod(method), path);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(allowed, string.Join(", ", response.Content.Headers.Allow.Order(StringComparer.Ordinal)));
        if (method != "HEAD")
        {
            var problem = await response.ProblemAsync(HttpStatusCode.MethodNotAllowed, "method-not-allowed");
            Assert.Contains(method, problem.Detail(), StringComparison.Ordinal);
            Assert.All(allowed.Split(", "), other => Assert.Contains(other, problem.Detail(), StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("GET /api/v1/routes/AR%001 HTTP/1.1")]
    [InlineData("GET /api/v1/airlines HTTP/1.1\r\nBad Header: x")]
    [InlineData("nonsense")]
    public async Task Bytes_that_are_no_HTTP_are_answered_with_400_and_the_service_lives_on(string head)
    {
        var (status, _) = await RawHttp.SendAsync(
            service.Address, [.. System.Text.Encoding.Latin1.GetBytes($"{head}\r\nHost: {service.Address.Authority}\r\n\r\n")]);

        Assert.Equal(400, status);
        await service.Client.JsonAsync("/healthz");
    }

    [Theory]
    [InlineData("/api/v1/routes/AR1133")]
    [InlineData("/nothing")]
    public async Task No_answer_tells_what_server_it_comes_from(string path)
    {
        using var response = await service.Client.GetAsync(path);

        Assert.False(response.Headers.Contains("Server"));
        Assert.False(response.Headers.Contains("X-Powered-By"));
    }
}
