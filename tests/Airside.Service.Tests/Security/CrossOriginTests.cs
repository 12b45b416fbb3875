using System.Net;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Security;

/// <summary>Pages of other origins may call the API only if the setting lists their origin.</summary>
public sealed class CrossOriginTests
{
    private const string Listed = "https://booking.example.com";
    private const string Setting = $"--Airside:Security:CorsOrigins={Listed}";
    private const string Path = "/api/v1/routes/LH400/transactions";

    [Fact]
    [Trait("Category", "Smoke")]
    public async Task By_default_no_header_allows_anything()
    {
        await using var service = await RunningService.StartAsync();
        using var read = await service.Client.SendAsync(HttpMethod.Get, Path, ("Origin", Listed));
        using var preflight = await PreflightAsync(service.Client, Listed);
        using var recorded = await service.Client.SendAsync(HttpMethod.Post, Path, ("Origin", Listed));

        Assert.All([read, preflight, recorded], response => Assert.Empty(AllowedOf(response)));
        Assert.False(preflight.IsSuccessStatusCode);
        await recorded.ProblemAsync(HttpStatusCode.Forbidden, "cross-site-request");
    }

    [Fact]
    [Trait("Category", "Smoke")]
    public async Task A_page_of_a_listed_origin_reads_and_records_and_reads_why_it_failed()
    {
        await using var service = await RunningService.StartAsync(Setting);
        using var preflight = await PreflightAsync(service.Client, Listed);
        using var recorded = await service.Client.SendAsync(
            HttpMethod.Post, Path, ("Origin", Listed), ("Sec-Fetch-Site", "cross-site"), ("Idempotency-Key", "from a page"));
        using var read = await service.Client.SendAsync(HttpMethod.Get, Path, ("Origin", Listed));
        using var failed = await service.Client.SendAsync(HttpMethod.Get, "/api/v1/airlines/77123", ("Origin", Listed));

        Assert.Equal(HttpStatusCode.NoContent, preflight.StatusCode);
        var headers = string.Join(',', preflight.Headers.GetValues("Access-Control-Allow-Headers"));
        Assert.All(
            ["Authorization", "X-Api-Key", "Idempotency-Key", "Content-Type", "Last-Event-ID"],
            name => Assert.Contains(name, headers, StringComparison.OrdinalIgnoreCase));
        Assert.Equal(HttpStatusCode.Created, recorded.StatusCode);
        Assert.Contains("Idempotent-Replayed", string.Join(',', recorded.Headers.GetValues("Access-Control-Expose-Headers")));
        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, failed.StatusCode);
        Assert.All([preflight, recorded, read, failed], response =>
        {
            Assert.Equal([Listed], AllowedOf(response));
            Assert.False(response.Headers.Contains("Access-Control-Allow-Credentials"));
        });
        Assert.All([recorded, read, failed], response => Assert.Contains("Origin", response.Headers.Vary));
    }

    [Theory]
    [InlineData("https://other.example.com")]
    [InlineData("http://booking.example.com")]
    [InlineData("https://booking.example.com:8443")]
    [InlineData("null")]
    public async Task A_page_of_another_origin_is_refused_as_before(string origin)
    {
        await using var service = await RunningService.StartAsync(Setting);
        using var preflight = await PreflightAsync(service.Client, origin);
        using var recorded = await service.Client.SendAsync(HttpMethod.Post, Path, ("Origin", origin));

        Assert.All([preflight, recorded], response => Assert.Empty(AllowedOf(response)));
        await recorded.ProblemAsync(HttpStatusCode.Forbidden, "cross-site-request");
        Assert.Equal(0, await service.Client.TotalAsync("LH400"));
    }

    [Theory]
    [InlineData("*")]
    [InlineData("null")]
    [InlineData("booking.example.com")]
    [InlineData("https://booking.example.com/")]
    [InlineData("https://*.example.com")]
    [InlineData("https://booking.example.com:443")]
    public async Task What_is_no_origin_is_refused_at_the_start(string origin)
    {
        var (exitCode, text) = await ServiceProcess.RunToEndAsync($"--Airside:Security:CorsOrigins={origin}");

        Assert.NotEqual(0, exitCode);
        Assert.Contains("Airside:Security:CorsOrigins", text, StringComparison.Ordinal);
        Assert.Contains(origin, text, StringComparison.Ordinal);
    }

    private static Task<HttpResponseMessage> PreflightAsync(HttpClient client, string origin) => client.SendAsync(
        HttpMethod.Options, Path, ("Origin", origin), ("Access-Control-Request-Method", "POST"),
        ("Access-Control-Request-Headers", "authorization,idempotency-key"));

    private static string[] AllowedOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Access-Control-Allow-Origin", out var values) ? [.. values] : [];
}
