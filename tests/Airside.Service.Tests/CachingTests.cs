using System.Net;
using Airside.Service.Tests.Fixtures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Airside.Service.Tests;

/// <summary>No cache may keep what changes. A new endpoint is checked as soon as it exists.</summary>
[Trait("Category", "Smoke")]
public sealed class CachingTests(RunningService service) : IClassFixture<RunningService>
{
    /// <summary>What a cache may keep, and how: airlines if it asks each time, and files named by their content.</summary>
    private static readonly string[] Kept = ["/api/v1/airlines", "/api/v1/airlines/{id}", "/docs/{**path}"];

    [Fact]
    public async Task Every_endpoint_says_that_what_changes_is_not_to_be_kept()
    {
        var endpoints = service.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToArray();
        Assert.True(endpoints.Length > 25, $"{endpoints.Length} endpoints");
        foreach (var endpoint in endpoints)
        {
            foreach (var method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods)
            {
                // A stream never ends; for HEAD it does.
                using var response = await service.Client.SendAsync(
                    method == "GET" ? HttpMethod.Head : new HttpMethod(method), PathOf(endpoint), ("Accept", "text/html, */*"));
                var isKept = response.IsSuccessStatusCode && Kept.Contains(endpoint.RoutePattern.RawText);
                Assert.True(
                    isKept || response.Headers.CacheControl?.ToString() == "no-store",
                    $"{method} {endpoint.RoutePattern.RawText}: {(int)response.StatusCode}, {response.Headers.CacheControl}");
            }
        }
    }

    [Theory]
    [InlineData("GET", "/nothing", HttpStatusCode.NotFound)]
    [InlineData("DELETE", "/api/v1/routes", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/api/v1/routes/nothing-of-the-kind", HttpStatusCode.BadRequest)]
    [InlineData("GET", "/api/v1/airlines/77123", HttpStatusCode.NotFound)]
    [InlineData("GET", "/api/v1/airlines?limit=0", HttpStatusCode.BadRequest)]
    [InlineData("GET", "/assets/nothing.js", HttpStatusCode.NotFound)]
    [InlineData("GET", "/airlines/77123", HttpStatusCode.NotFound)]
    [InlineData("POST", "/api/v1/transactions", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("POST", "/api/v1/load/airlines", HttpStatusCode.Forbidden)]
    public async Task No_problem_is_kept(string method, string path, HttpStatusCode status)
    {
        (string, string)[] headers = status == HttpStatusCode.Forbidden ? [("Sec-Fetch-Site", "cross-site")] : [];
        using var response = await service.Client.SendAsync(new HttpMethod(method), path, headers);

        Assert.Equal(status, response.StatusCode);
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
    }

    [Theory]
    [InlineData("/api/v1/airlines")]
    [InlineData("/api/v1/airlines?limit=2")]
    [InlineData("/api/v1/airlines/412")]
    public async Task Airlines_may_be_kept_by_a_cache_that_asks_each_time(string path)
    {
        using var whole = await service.Client.GetAsync(path);
        using var known = await service.Client.SendAsync(HttpMethod.Get, path, ("If-None-Match", whole.Headers.ETag!.ToString()));

        Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
        Assert.All([whole, known], response =>
        {
            Assert.Equal("no-cache", response.Headers.CacheControl?.ToString());
            Assert.Equal("Accept-Encoding", Assert.Single(response.Headers.Vary));
            Assert.NotNull(response.Headers.ETag);
        });
    }

    private static string PathOf(RouteEndpoint endpoint) => endpoint.RoutePattern.RawText!
        .Replace("{route}", "LH400", StringComparison.Ordinal)
        .Replace("{id}", "1", StringComparison.Ordinal)
        .Replace("{name}", "site.css", StringComparison.Ordinal)
        .Replace("{documentName}", "v1", StringComparison.Ordinal)
        .Replace("{**path}", "index.html", StringComparison.Ordinal);
}
