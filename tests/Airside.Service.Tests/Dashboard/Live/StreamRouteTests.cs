using System.Net;
using System.Text.Json;
using Airside.Core;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Dashboard.Live;

/// <summary><c>GET /api/v1/stream?route=</c>.</summary>
public sealed class StreamRouteTests
{
    [Fact]
    [Trait("Category", "Smoke")]
    public async Task A_viewer_gets_the_counts_of_its_routes_and_no_event_for_others()
    {
        await using var service = await RunningService.StartAsync();
        await using var viewer = await StreamViewer.OpenAsync(service.Client, query: "?route=lh400&route=BA1&route=LH400");
        var first = (await viewer.NextAsync()).Counts;
        Assert.Equal(["LH400", "BA1"], NamesOf(first));
        Assert.Equal(0, first.GetProperty("transactions").GetInt64());
        Assert.Equal(JsonValueKind.Null, first.GetProperty("routes")[0].GetProperty("lastAt").ValueKind);
        Assert.False(first.TryGetProperty("busiest", out _));

        // Everyone sees the first; an event for it would reach this viewer before the one for its own route.
        await using var everything = await StreamViewer.OpenAsync(service.Client);
        using var other = await service.Client.RecordAsync("AF6");
        await everything.UntilAsync(counts => counts.GetProperty("transactions").GetInt64() == 1);
        using var own = await service.Client.RecordAsync("LH400");
        var next = (await viewer.NextAsync()).Counts;

        Assert.Equal(1, next.GetProperty("transactions").GetInt64());
        Assert.Equal(1, next.GetProperty("routes")[0].GetProperty("transactions").GetInt64());
        Assert.Equal(0, next.GetProperty("routes")[1].GetProperty("transactions").GetInt64());
    }

    [Fact]
    public async Task A_route_that_is_none_is_refused()
    {
        await using var service = await RunningService.StartAsync();
        using var response = await service.Client.GetAsync($"{StreamViewer.Path}?route=LH400&route=nothing");

        await response.ProblemAsync(HttpStatusCode.BadRequest, "invalid-route");
    }

    [Fact]
    public async Task More_routes_than_a_viewer_may_follow_are_refused()
    {
        await using var service = await RunningService.StartAsync();
        var routes = Enumerable.Range(1, Limits.StreamRoutesPerViewerMax + 1).Select(number => $"route=LH{number}");
        using var response = await service.Client.GetAsync($"{StreamViewer.Path}?{string.Join('&', routes)}");

        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "invalid-parameter");
        Assert.Contains($"{Limits.StreamRoutesPerViewerMax}", problem.Detail(), StringComparison.Ordinal);
    }

    private static IEnumerable<string?> NamesOf(JsonElement counts) =>
        counts.GetProperty("routes").EnumerateArray().Select(route => route.GetProperty("route").GetString());
}
