using System.Net;
using Airside.Core;
using Airside.Service.Streaming;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Dashboard.Live;

public sealed class StreamTests
{
    private const string Path = StreamViewer.Path;
    private static readonly TimeSpan HangAfter = TimeSpan.FromSeconds(60);

    [Fact]
    [Trait("Category", "Smoke")]
    public async Task The_first_event_holds_everything_and_the_next_what_another_client_recorded()
    {
        await using var service = await RunningService.StartAsync();
        await using var viewer = await StreamViewer.OpenAsync(service.Client);

        var first = await viewer.NextAsync();
        using var recorded = await service.Client.RecordAsync("LH400");
        var next = await viewer.UntilAsync(counts => counts.GetProperty("transactions").GetInt64() == 1);

        Assert.Equal(0, first.Counts.GetProperty("transactions").GetInt64());
        Assert.Equal("LH400", next.Counts.GetProperty("busiest")[0].GetProperty("route").GetString());
        Assert.Equal("LH400", next.Counts.GetProperty("latest")[0].GetProperty("route").GetString());
        Assert.Equal(1, next.Counts.GetProperty("activeRoutes").GetInt32());
        var hours = next.Counts.GetProperty("hours");
        Assert.Equal(Limits.OverviewHours, hours.GetArrayLength());
        Assert.Equal(1, hours.EnumerateArray().Sum(hour => hour.GetProperty("transactions").GetInt64()));
        Assert.True(long.Parse(next.Id) > long.Parse(first.Id));
    }

    [Fact]
    public async Task However_many_viewers_follow_there_is_one_producer()
    {
        await using var service = await RunningService.StartAsync();
        var stream = service.Get<CountsStream>();
        var viewers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => StreamViewer.OpenAsync(service.Client)));
        await Task.WhenAll(viewers.Select(viewer => viewer.NextAsync()));
        using var recorded = await service.Client.RecordAsync("LH400");
        await Task.WhenAll(viewers.Select(viewer => viewer.UntilAsync(counts => counts.GetProperty("transactions").GetInt64() == 1)));

        // Every viewer has had at least two events; a producer per viewer would have sent a hundred.
        Assert.Equal(50, stream.Viewers);
        Assert.InRange(stream.Frames, 2, 99);
        await Task.WhenAll(viewers.Select(viewer => viewer.DisposeAsync().AsTask()));
        await Waiting.UntilAsync(() => stream.Viewers == 0, "the viewers to be gone");
    }

    [Fact]
    public async Task A_client_that_comes_back_gets_nothing_again_and_everything_that_it_missed()
    {
        await using var service = await RunningService.StartAsync();
        await using var stays = await StreamViewer.OpenAsync(service.Client);
        var seen = await stays.NextAsync();

        await using var comesBack = await StreamViewer.OpenAsync(service.Client, seen.Id);
        using var recorded = await service.Client.RecordAsync("LH400");
        var next = await comesBack.NextAsync();
        Assert.NotEqual(seen.Id, next.Id);
        Assert.Equal(1, next.Counts.GetProperty("transactions").GetInt64());

        await using var late = await StreamViewer.OpenAsync(service.Client, seen.Id);
        Assert.Equal(1, (await late.NextAsync()).Counts.GetProperty("transactions").GetInt64());
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task However_much_is_recorded_a_viewer_gets_two_events_a_second_at_most()
    {
        await using var service = await RunningService.StartAsync();
        await using var viewer = await StreamViewer.OpenAsync(service.Client);
        using var enough = new CancellationTokenSource();
        var recording = Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested)
            {
                using var recorded = await service.Client.RecordAsync("LH400");
            }
        });
        var ids = new List<long>();
        while (ids.Count < 6)
        {
            ids.Add(long.Parse((await viewer.NextAsync()).Id));
        }

        await enough.CancelAsync();
        await recording;

        // The id of an event is its time. A busy machine lengthens the wait between two events, and nothing shortens it. Clocks
        // differ by a few milliseconds.
        Assert.All(
            ids.Zip(ids.Skip(1), (one, next) => next - one),
            between => Assert.InRange(between, Limits.StreamEveryMs - 25, long.MaxValue));
    }

    [Fact]
    public async Task Viewers_do_not_count_among_what_is_served_at_once()
    {
        await using var service = await RunningService.StartAsync(
            "--Airside:Security:Mode=Open", "--Airside:Security:ConcurrentRequests=2");
        var viewers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => StreamViewer.OpenAsync(service.Client)));
        await Task.WhenAll(viewers.Select(viewer => viewer.NextAsync()));

        using var recorded = await service.Client.RecordAsync("LH400");
        Assert.Equal(HttpStatusCode.Created, recorded.StatusCode);
        await Task.WhenAll(viewers.Select(viewer => viewer.DisposeAsync().AsTask()));
    }

    [Fact]
    public async Task HEAD_ends_by_itself()
    {
        await using var service = await RunningService.StartAsync();
        using var response = await service.Client.SendAsync(HttpMethod.Head, Path);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        await Waiting.UntilAsync(() => service.Get<CountsStream>().Viewers == 0, "the viewer to be gone");
    }

    [Fact]
    public async Task Past_the_most_viewers_one_is_told_to_come_later()
    {
        await using var service = await RunningService.StartAsync();
        var stream = service.Get<CountsStream>();
        for (var i = 0; i < Limits.StreamViewersMax; i++)
        {
            Assert.True(stream.TryEnter());
        }

        using var refused = await service.Client.GetAsync(Path);
        var problem = await refused.ProblemAsync(HttpStatusCode.ServiceUnavailable, "overloaded");
        Assert.Contains(nameof(Limits.StreamViewersMax), problem.Detail(), StringComparison.Ordinal);
        Assert.NotNull(refused.Headers.RetryAfter);
        stream.Leave();
        await using var viewer = await StreamViewer.OpenAsync(service.Client);
        await viewer.NextAsync();
    }

    [Fact]
    public async Task Streams_end_when_the_service_stops()
    {
        Assert.SkipWhen(ServiceProcess.Published.Length > 0, "reason: another process would drain for ten minutes, as it is told");
        var service = await RunningService.StartAsync("--Airside:DrainSeconds=600");
        await using var viewer = await StreamViewer.OpenAsync(service.Client);
        await viewer.NextAsync();

        // With this drain, finishing may take two minutes; an open stream would hold it up.
        var ended = viewer.EndAsync();
        await service.DisposeAsync().AsTask().WaitAsync(HangAfter);
        await ended.WaitAsync(HangAfter);
    }
}
