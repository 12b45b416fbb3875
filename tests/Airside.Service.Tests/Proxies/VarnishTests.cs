using System.Net;
using System.Text.RegularExpressions;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Proxies;

/// <summary>A cache with its own defaults, which keeps for two minutes whatever does not say otherwise.</summary>
[Trait("Category", "Tool")]
[Trait("Category", "Slow")]
public sealed class VarnishTests
{
    private static readonly string[] Counts =
    [
        "/api/v1/routes/VA1/transactions", "/get-transaction/VA1", "/api/v1/routes/VA1", "/api/v1/routes?limit=5",
        "/api/v1/routes/VA1/history", "/", "/metrics",
    ];

    private static readonly Regex Time = new(@"\d{4}-\d\d-\d\dT[^""]+", RegexOptions.NonBacktracking);

    [Fact]
    public async Task Every_count_behind_it_is_current()
    {
        await using var service = await RunningService.StartAsync();
        await using var cache = await ProxyProcess.VarnishAsync(Defaults(service.Address));
        foreach (var path in Counts)
        {
            _ = await TextAsync(cache.Client, path);
            using var recorded = await cache.Client.RecordAsync("VA1");
            Assert.Equal(HttpStatusCode.Created, recorded.StatusCode);
            Assert.Equal(await TextAsync(service.Client, path), await TextAsync(cache.Client, path));
        }

        Assert.Equal(Counts.Length, await cache.Client.TotalAsync("VA1"));
    }

    [Fact]
    public async Task Errors_are_not_kept()
    {
        await using var service = await RunningService.StartAsync();
        await using var cache = await ProxyProcess.VarnishAsync(Defaults(service.Address));
        using var unknown = await cache.Client.GetAsync("/api/v1/airlines/77123");
        await unknown.ProblemAsync(HttpStatusCode.NotFound);

        using var loaded = await cache.Client.PostAsync("/api/v1/load/airlines", "text/csv", AirlineOf("One"));
        await loaded.JsonAsync(HttpStatusCode.OK);

        Assert.Equal("One", (await cache.Client.JsonAsync("/api/v1/airlines/77123")).GetProperty("name").GetString());
    }

    [Fact]
    public async Task Airlines_are_kept_and_current()
    {
        await using var service = await RunningService.StartAsync();
        await using var cache = await ProxyProcess.VarnishAsync(Defaults(service.Address));
        using var first = await cache.Client.PostAsync("/api/v1/load/airlines", "text/csv", AirlineOf("One"));
        Assert.Equal("One", (await cache.Client.JsonAsync("/api/v1/airlines/77123")).GetProperty("name").GetString());
        using var second = await cache.Client.PostAsync("/api/v1/load/airlines", "text/csv", AirlineOf("Two"));

        Assert.Equal("Two", (await cache.Client.JsonAsync("/api/v1/airlines/77123")).GetProperty("name").GetString());
    }

    [Fact]
    public async Task Readiness_behind_it_is_current()
    {
        using var directory = new TemporaryDirectory();
        await using var service = await ServiceProcess.StartAsync(directory.Path, "--Airside:DrainSeconds=120");
        await using var cache = await ProxyProcess.VarnishAsync(Defaults(service.Address));
        Assert.Equal("ready", (await cache.Client.JsonAsync("/readyz")).GetProperty("status").GetString());

        service.Signal(ServiceProcess.Terminate);
        await Waiting.UntilAsync(() => service.Output.Contains("draining", StringComparison.Ordinal), "the drain");

        using var draining = await cache.Client.GetAsync("/readyz");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, draining.StatusCode);
    }

    private static string Defaults(Uri service) =>
        $$"""vcl 4.1; backend default { .host = "{{service.Host}}"; .port = "{{service.Port}}"; }""";

    private static string AirlineOf(string name) => $"77123,\"{name}\",\\N,\"\",\"\",\"\",\"\",\"Y\"\n";

    private static async Task<string> TextAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync(path);
        var text = await response.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);

        // Times of the request differ anyway, and of the metrics everything but what was counted.
        return path == "/metrics"
            ? string.Concat(text.Split('\n').Where(line => line.StartsWith("airside_transactions_", StringComparison.Ordinal)))
            : Time.Replace(text, "");
    }
}
