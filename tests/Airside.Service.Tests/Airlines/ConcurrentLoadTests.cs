using System.Net;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Airlines;

public sealed class ConcurrentLoadTests
{
    [Fact]
    public async Task Whatever_is_loaded_at_once_every_list_that_is_read_is_one_whole_file()
    {
        await using var service = await RunningService.StartAsync();
        var files = new[] { AirlineFiles.Uniform("Even", 400), AirlineFiles.Uniform("Odd", 700) };
        using var first = await service.Client.PostAsync("/api/v1/load/airlines", "text/csv", files[0]);
        using var done = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 2).Select(_ => ReadAsync(service.Client, done.Token)).ToArray();

        var loaded = new HashSet<string>();
        for (var repeat = 0; repeat < 50; repeat++)
        {
            var answers = await Task.WhenAll(files.Select(file => LoadAsync(service.Client, file)));
            var info = (await service.Client.JsonAsync("/api/v1/info")).GetProperty("airlines");
            var last = (info.GetProperty("version").GetString()!, info.GetProperty("count").GetInt32());
            Assert.Contains(last, answers);
            Assert.Equal(last.Item2, (await service.Client.JsonAsync("/api/v1/airlines")).GetProperty("airlines").GetArrayLength());
            loaded.Add(last.Item1);
        }

        await done.CancelAsync();
        var seen = await Task.WhenAll(readers);
        Assert.All(seen, count => Assert.True(count > 0));
        Assert.InRange(loaded.Count, 1, 2);
    }

    [Fact]
    public async Task Past_four_loads_at_once_one_more_is_shed_with_503_and_Retry_After()
    {
        var released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var service = await RunningService.StartAsync();
        var loads = Enumerable.Range(0, 5).Select(_ => LoadAsync(service.Client, new SlowContent(released.Task))).ToList();

        var first = await Task.WhenAny(loads);
        using var shed = await first;
        released.SetResult();

        await shed.ProblemAsync(HttpStatusCode.ServiceUnavailable, "overloaded");
        Assert.Equal("1", shed.Headers.RetryAfter?.ToString());
        loads.Remove(first);
        Assert.All(await Task.WhenAll(loads), response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        using var after = await service.Client.PostAsync("/api/v1/load/airlines", "text/csv", AirlineFiles.Uniform("After", 1));
        await after.JsonAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_client_that_sends_its_file_slowly_holds_up_no_other_load()
    {
        var released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var content = new SlowContent(released.Task);
        await using var service = await RunningService.StartAsync();
        var slow = LoadAsync(service.Client, content);
        await content.AskedFor;

        var (version, _) = await LoadAsync(service.Client, AirlineFiles.Uniform("Fast", 1));
        Assert.False(slow.IsCompleted);
        Assert.Equal(version, await VersionAsync(service.Client));

        released.SetResult();
        using var response = await slow;
        var answer = await response.JsonAsync(HttpStatusCode.OK);
        Assert.Equal(answer.GetProperty("version").GetString(), await VersionAsync(service.Client));
    }

    private static async Task<string?> VersionAsync(HttpClient client) =>
        (await client.JsonAsync("/api/v1/info")).GetProperty("airlines").GetProperty("version").GetString();

    private static async Task<(string Version, int Count)> LoadAsync(HttpClient client, string file)
    {
        using var response = await client.PostAsync("/api/v1/load/airlines", "text/csv", file);
        var answer = await response.JsonAsync(HttpStatusCode.OK);
        return (answer.GetProperty("version").GetString()!, answer.GetProperty("airlines").GetInt32());
    }

    private static async Task<int> ReadAsync(HttpClient client, CancellationToken done)
    {
        var count = 0;
        for (; !done.IsCancellationRequested; count++)
        {
            using var response = await client.GetAsync("/api/v1/airlines", CancellationToken.None);
            var list = (await response.JsonAsync(HttpStatusCode.OK)).GetProperty("airlines");
            var name = Assert.Single(list.EnumerateArray().Select(airline => airline.GetProperty("name").GetString()).Distinct());
            Assert.Equal(name == "Even" ? 400 : 700, list.GetArrayLength());
        }

        return count;
    }

    private static async Task<HttpResponseMessage> LoadAsync(HttpClient client, SlowContent content)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/load/airlines") { Content = content };
        request.Content.Headers.ContentType = new("text/csv");

        // The client sends the body only when asked for it, so a shed load gets its response at once.
        request.Headers.ExpectContinue = true;
        return await client.SendAsync(request);
    }

    /// <summary>A body that begins when requested and ends when released.</summary>
    private sealed class SlowContent(Task released) : HttpContent
    {
        private readonly TaskCompletionSource _askedFor = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task AskedFor => _askedFor.Task;

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            _askedFor.SetResult();
            await stream.WriteAsync("1,\"Slow\","u8.ToArray());
            await stream.FlushAsync();
            await released;
            await stream.WriteAsync("\\N,\"\",\"\",\"\",\"\",\"Y\"\n"u8.ToArray());
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
