using System.Net;
using System.Text.RegularExpressions;
using Airside.Service.Configuration;
using Airside.Service.Tests.Fixtures;
using Microsoft.AspNetCore.Routing;

namespace Airside.Service.Tests.Proxies;

/// <summary>Below a path, everything that leads somewhere begins with that path.</summary>
public sealed class PathPrefixTests
{
    private const string Prefix = "/airside";
    private const string Setting = "--Airside:PathBase=/airside";
    private const string Trusting = "--Airside:Security:TrustedProxies=127.0.0.1";
    private static readonly string[] Pages =
        ["/", "/routes", "/routes/LH400", "/airlines", "/airlines/412", "/airlines/load", "/system", "/nothing"];

    private static readonly (string, string) Forwarded = ("X-Forwarded-Prefix", Prefix);
    private static readonly Regex Link = new(
        @"(href|src|action)=""(?<link>[^""#]*)""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture);

    [Fact]
    [Trait("Category", "Smoke")]
    public async Task By_the_setting_every_page_leads_to_pages_below_the_path()
    {
        await using var service = await RunningService.StartAsync(Setting);
        await AssertPagesAsync(service.Client, Prefix, asksBelow: true);

        // A proxy that removes the path before it forwards.
        await AssertPagesAsync(service.Client, Prefix, asksBelow: false);
    }

    [Fact]
    public async Task By_the_header_of_a_trusted_proxy_every_page_leads_to_pages_below_the_path()
    {
        await using var service = await RunningService.StartAsync(Trusting);
        service.Client.DefaultRequestHeaders.Add(Forwarded.Item1, Forwarded.Item2);

        await AssertPagesAsync(service.Client, Prefix, asksBelow: false);
    }

    [Theory]
    [InlineData(Setting, false)]
    [InlineData(Trusting, true)]
    public async Task What_programs_get_is_below_the_path(string setting, bool isForwarded)
    {
        await using var service = await RunningService.StartAsync(setting);
        (string, string)[] headers = isForwarded ? [Forwarded] : [];
        using var recorded = await service.Client.SendAsync(HttpMethod.Post, "/api/v1/routes/LH400/transactions", headers);
        Assert.Equal("/airside/api/v1/routes/LH400/transactions", recorded.Headers.Location?.ToString());

        using var described = await service.Client.SendAsync(HttpMethod.Get, "/openapi/v1.json", headers);
        var document = await described.Content.ReadAsStringAsync();
        Assert.Contains("\"url\": \"/airside\"", document, StringComparison.Ordinal);

        using var configured = await service.Client.SendAsync(HttpMethod.Get, "/config", headers);
        Assert.Contains(
            $"http://{service.Address.Authority}/airside", await configured.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        // The page of the API finds its document relative to itself.
        using var script = await service.Client.SendAsync(HttpMethod.Get, "/docs/index.js", headers);
        Assert.Contains("../openapi/v1.json", await script.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task By_the_setting_requests_with_and_without_the_path_are_the_same()
    {
        await using var service = await RunningService.StartAsync(Setting);
        using var recorded = await service.Client.SendAsync(HttpMethod.Post, "/airside/save-transaction/LH400");
        await recorded.JsonAsync(HttpStatusCode.OK);

        Assert.Equal(1, await service.Client.TotalAsync("LH400"));
        Assert.Equal("ready", (await service.Client.JsonAsync("/readyz")).GetProperty("status").GetString());
        Assert.Equal("ready", (await service.Client.JsonAsync("/airside/readyz")).GetProperty("status").GetString());
        using var other = await service.Client.GetAsync("/airsides/readyz");
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
    }

    [Fact]
    public async Task The_own_paths_are_those_of_the_endpoints()
    {
        await using var service = await RunningService.StartAsync();
        var paths = service.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(endpoint => $"/{endpoint.RoutePattern.RawText?.Trim('/')}").Where(path => path != "/").ToArray();

        Assert.NotEmpty(paths);
        Assert.All(paths, path => Assert.Contains(OwnPaths.All, own => OwnPaths.IsAtOrBelow(path, own)));
        Assert.All(OwnPaths.All, own => Assert.Contains(paths, path => OwnPaths.IsAtOrBelow(path, own)));
    }

    [Fact]
    public async Task A_client_that_is_no_trusted_proxy_is_not_believed()
    {
        await using var service = await RunningService.StartAsync("--Airside:Security:TrustedProxies=192.0.2.1");
        using var recorded = await service.Client.SendAsync(HttpMethod.Post, "/api/v1/routes/LH400/transactions", Forwarded);

        Assert.Equal("/api/v1/routes/LH400/transactions", recorded.Headers.Location?.ToString());
    }

    [Theory]
    [InlineData("//example.com")]
    [InlineData("/a//b")]
    [InlineData("/a\"onload=alert(1)")]
    [InlineData("/../a")]
    [InlineData("/a%2f")]
    public async Task A_prefix_that_could_lead_elsewhere_is_refused(string prefix)
    {
        await using var service = await RunningService.StartAsync(Trusting);
        using var response = await service.Client.SendAsync(HttpMethod.Get, "/", ("X-Forwarded-Prefix", prefix), ("Accept", "text/html"));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.DoesNotContain("href=\"//", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    /// <summary>Follows every link of every page, as a browser at the address of the proxy would.</summary>
    internal static async Task AssertPagesAsync(HttpClient client, string prefix, bool asksBelow)
    {
        var asked = asksBelow ? prefix : "";
        foreach (var page in Pages)
        {
            using var response = await client.SendAsync(HttpMethod.Get, asked + page, ("Accept", "text/html"));
            var html = await response.Content.ReadAsStringAsync();
            Assert.Contains($"data-base=\"{prefix}\"", html, StringComparison.Ordinal);
            var links = Link.Matches(html).Select(match => WebUtility.HtmlDecode(match.Groups["link"].Value)).Where(link => link.Length > 0)
                .Distinct().ToArray();
            Assert.NotEmpty(links);
            foreach (var link in links)
            {
                Assert.StartsWith($"{prefix}/", link, StringComparison.Ordinal);
                using var target = await client.GetAsync(asked + link[prefix.Length..]);
                Assert.True(target.IsSuccessStatusCode, $"{page} leads to {link}, which is {(int)target.StatusCode}");
            }
        }
    }
}
