using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Playwright;

namespace Airside.Browser.Tests;

/// <summary>The cost of a first visit, and the API page.</summary>
[Trait("Category", "Tool")]
[Trait("Category", "Slow")]
public sealed class WeightTests(Chromium chromium, Site site) : IClassFixture<Site>
{
    private const int BytesMax = 60 * 1024;

    [Fact]
    public async Task The_overview_costs_60_KB_at_most_and_one_round_trip_after_the_page()
    {
        await site.FillAsync();
        await using var watched = await WatchedPage.OpenAsync(chromium, site.Address);
        var requests = new ConcurrentDictionary<string, (string Url, string Initiator, string Type)>();
        var bytes = new ConcurrentDictionary<string, double>();
        var network = await watched.Page.Context.NewCDPSessionAsync(watched.Page);
        network.Event("Network.requestWillBeSent").OnEvent += (_, sent) =>
            requests[Text(sent, "requestId")] = (
            sent!.Value.GetProperty("request").GetProperty("url").GetString()!,
            sent.Value.GetProperty("initiator").GetProperty("type").GetString()!,
            Text(sent, "type"));
        network.Event("Network.loadingFinished").OnEvent += (_, finished) =>
            bytes[Text(finished, "requestId")] = finished!.Value.GetProperty("encodedDataLength").GetDouble();
        await network.SendAsync("Network.enable");

        await watched.Page.GotoAsync("/", new() { WaitUntil = WaitUntilState.Load });
        await watched.TextAsync("[data-state]", "Live");
        await Waiting.UntilAsync(
            () => Task.FromResult(requests.Values.Any(IsStream)
                && requests.All(request => IsStream(request.Value) || bytes.ContainsKey(request.Key))),
            "the end of all requests");

        foreach (var (id, request) in requests)
        {
            TestContext.Current.TestOutputHelper?.WriteLine(
                $"{request.Type} {new Uri(request.Url).PathAndQuery} by {request.Initiator}: {bytes.GetValueOrDefault(id):0} bytes");
        }

        // The page itself names everything but the live updates, so that no request waits for another. It names the icon, too, but
        // the browser requests that when it sees fit.
        Assert.All(
            requests.Values.Where(request => !IsStream(request) && request.Type is not ("Document" or "Other")),
            request => Assert.Equal("parser", request.Initiator));
        Assert.All(
            requests.Values.Where(request => request.Type == "Other"),
            request => Assert.EndsWith(".svg", request.Url, StringComparison.Ordinal));
        Assert.Single(requests.Values, IsStream);
        Assert.InRange(bytes.Values.Sum(), 1, BytesMax);
        watched.AssertClean();
    }

    [Fact]
    public async Task The_page_of_the_API_works_under_its_policy()
    {
        await using var watched = await WatchedPage.OpenAsync(chromium, site.Address);
        await watched.GoAsync("/docs/index.html");
        await watched.TextAsync(".opblock-summary", "/api/v1/stream");
        await watched.Find(".opblock-summary:has-text('/healthz')").ClickAsync();
        await watched.Find("button:has-text('Try it out')").ClickAsync();
        await watched.Find("button:has-text('Execute')").ClickAsync();
        await watched.TextAsync(".responses-table", "alive");
        watched.AssertClean();
    }

    private static bool IsStream((string Url, string Initiator, string Type) request) =>
        request.Url.EndsWith("/api/v1/stream", StringComparison.Ordinal);

    private static string Text(JsonElement? message, string name) => message!.Value.GetProperty(name).GetString()!;
}
