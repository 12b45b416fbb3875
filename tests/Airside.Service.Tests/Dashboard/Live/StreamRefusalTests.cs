using System.Net;
using Airside.Core;
using Airside.Core.Transactions;
using Airside.Service.Streaming;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Dashboard.Live;

/// <summary>A standard EventSource gives up for ever after an HTTP error, so it must not meet one that passes.</summary>
public sealed class StreamRefusalTests
{
    private static readonly (string, string) EventSource = ("Accept", "text/event-stream");

    [Fact]
    [Trait("Category", "Slow")]
    public async Task A_drain_ends_no_stream_and_keeps_no_viewer_away()
    {
        using var directory = new TemporaryDirectory();
        await using var service = await ServiceProcess.StartAsync(directory.Path, "--Airside:DrainSeconds=120");
        await using var viewer = await StreamViewer.OpenAsync(service.Client);
        await viewer.NextAsync();

        service.Signal(ServiceProcess.Terminate);
        await Waiting.UntilAsync(() => service.Output.Contains("draining", StringComparison.Ordinal), "the drain");
        using var recorded = await service.Client.RecordAsync("LH400");

        await viewer.UntilAsync(counts => counts.GetProperty("transactions").GetInt64() == 1);
        await using var another = await StreamViewer.OpenAsync(service.Client);
        Assert.Equal(1, (await another.NextAsync()).Counts.GetProperty("transactions").GetInt64());
    }

    [Fact]
    public async Task Past_the_most_viewers_an_EventSource_gets_a_stream_that_ends()
    {
        await using var service = await RunningService.StartAsync();
        var stream = service.Get<CountsStream>();
        for (var i = 0; i < Limits.StreamViewersMax; i++)
        {
            Assert.True(stream.TryEnter());
        }

        await AssertEndsAsync(service.Client, nameof(Limits.StreamViewersMax));
        Assert.Equal(Limits.StreamViewersMax, stream.Viewers);
    }

    [Fact]
    public async Task Past_the_most_routes_an_EventSource_gets_a_stream_that_ends_and_known_routes_are_still_followed()
    {
        await using var service = await RunningService.StartAsync();
        var stream = service.Get<CountsStream>();
        var routes = Enumerable.Range(1, Limits.StreamRoutesMax).Select(number => Route($"LH{number}")).ToArray();
        Assert.True(stream.TryEnter(routes));

        await AssertEndsAsync(service.Client, nameof(Limits.StreamRoutesMax), "?route=BA1");
        Assert.True(stream.TryEnter(Route("LH1")));
        stream.Leave(Route("LH1"));
        stream.Leave(routes);
        Assert.True(stream.TryEnter(Route("BA1")));
    }

    [Fact]
    public async Task Past_its_rate_an_EventSource_gets_a_stream_that_ends_and_whoever_records_is_still_refused()
    {
        await using var service = await RunningService.StartAsync(
            "--Airside:Security:Mode=Open", "--Airside:Security:RequestsPerSecondPerAddress=1");
        await Waiting.UntilAsync(
            async () =>
            {
                using var response = await service.Client.GetAsync("/api/v1/info");
                return response.StatusCode == HttpStatusCode.TooManyRequests;
            },
            "the limit to be reached");

        await AssertEndsAsync(service.Client, "RequestsPerSecondPerAddress");
        using var recorded = await service.Client.SendAsync(HttpMethod.Post, "/api/v1/routes/LH400/transactions", EventSource);
        await recorded.ProblemAsync(HttpStatusCode.TooManyRequests, "too-many-requests");
        using var other = await service.Client.GetAsync(StreamViewer.Path);
        await other.ProblemAsync(HttpStatusCode.TooManyRequests, "too-many-requests");
    }

    private static FlightRoute Route(string name) => FlightRoute.TryParse(name, out var route) ? route : throw new FormatException(name);

    private static async Task AssertEndsAsync(HttpClient client, string cause, string query = "")
    {
        using var refused = await client.SendAsync(HttpMethod.Get, StreamViewer.Path + query, EventSource);
        var text = await refused.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.OK, refused.StatusCode);
        Assert.Equal("text/event-stream", refused.Content.Headers.ContentType?.MediaType);
        Assert.Equal("no-store", refused.Headers.CacheControl?.ToString());
        Assert.Matches(@"^retry: [1-9]\d*000\nevent: unavailable\ndata: \{""cause"":"".+""\}\n\n$", text);
        Assert.Contains(cause, text, StringComparison.Ordinal);
    }
}
