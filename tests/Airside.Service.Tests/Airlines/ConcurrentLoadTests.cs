using System.Net;
using System.Text.Json;
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
        var asked = new SemaphoreSlim(0);
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var service = await RunningService.StartAsync();
        var waiting = Enumerable.Range(0, 4).Select(_ => LoadSlowlyAsync(service.Client, asked, answer.Task)).ToArray();
        for (var i = 0; i < waiting.Length; i++)
        {
            Assert.True(await asked.WaitAsync(TimeSpan.FromSeconds(60)));
        }

        HttpResponseMessage? shed = null;
        await Waiting.UntilAsync(
            async () =>
            {
                shed = await service.Client.PostAsync("/api/v1/load/airlines", "text/csv", AirlineFiles.Small);
                return shed.StatusCode != HttpStatusCode.OK;
            },
            "a load that is shed");
        answer.SetResult();

        await shed!.ProblemAsync(HttpStatusCode.ServiceUnavailable, "overloaded");
        Assert.Equal("1", shed!.Headers.RetryAfter?.ToString());
        Assert.All(await Task.WhenAll(waiting), status => Assert.Equal(HttpStatusCode.OK, status));
        using var after = await service.Client.PostAsync("/api/v1/load/airlines", "text/csv", AirlineFiles.Small);
        await after.JsonAsync(HttpStatusCode.OK);
    }

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

    private static async Task<HttpStatusCode> LoadSlowlyAsync(HttpClient client, SemaphoreSlim asked, Task answer)
    {
        using var content = new SlowContent(asked, answer);
        content.Headers.ContentType = new("text/csv");
        using var response = await client.PostAsync(new Uri("/api/v1/load/airlines", UriKind.Relative), content);
        return response.StatusCode;
    }

    /// <summary>A body that begins at once and ends when it is let.</summary>
    private sealed class SlowContent(SemaphoreSlim asked, Task answer) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync("1,\"Slow\","u8.ToArray());
            await stream.FlushAsync();
            asked.Release();
            await answer;
            await stream.WriteAsync("\\N,\"\",\"\",\"\",\"\",\"Y\"\n"u8.ToArray());
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
