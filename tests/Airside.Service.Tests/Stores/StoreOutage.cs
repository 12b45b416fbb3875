using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Airside.Core;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Stores;

/// <summary>A store goes down under a running service and comes back, twice, as clients and the platform see it.</summary>
internal sealed class StoreOutage(ServiceProcess service, ITestOutputHelper output)
{
    private const string Route = "OT1";

    /// <summary>
    /// Two seconds are promised, but a stalled machine needs longer. Without the deadline, there would be no response.
    /// </summary>
    private static readonly TimeSpan AnswerTimeMax = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Asserts during the outage: 503 with Retry-After in time, not ready, alive, airlines from memory. Afterwards: ready without a
    /// restart, and each key ever sent counts once.
    /// </summary>
    public async Task AssertAsync(Func<Task> takeAway, Func<Task> bringBack)
    {
        using var load = await service.Client.PostAsync("/api/v1/load/airlines", "text/csv", AirlineFiles.Small);
        await load.JsonAsync(HttpStatusCode.OK);
        await UntilRecordedAsync(service.Client, "before");

        for (var outage = 0; outage < 2; outage++)
        {
            await takeAway();
            await AssertAwayAsync(service.Client, $"outage {outage}");
            await bringBack();
            await UntilReadyAsync(service.Client);
        }

        // Refused requests may have been recorded anyway; repeating them counts each once.
        string[] keys = ["before", .. Keys("outage 0"), .. Keys("outage 1"), "after"];
        foreach (var key in keys)
        {
            await UntilRecordedAsync(service.Client, key);
        }

        Assert.Equal(keys.Length, await service.Client.TotalAsync(Route));
        Assert.False(service.HasExited);
    }

    private async Task AssertAwayAsync(HttpClient client, string name)
    {
        // Requests arrive from the first moment on: before the outage is known, while it is detected, and later.
        var durations = new ConcurrentBag<TimeSpan>();
        var requests = new List<Task>();
        foreach (var key in Keys(name))
        {
            requests.Add(AssertRefusedAsync(() => client.RecordAsync(Route, key), durations));
            requests.Add(AssertRefusedAsync(() => client.GetAsync($"/api/v1/routes/{Route}/transactions"), durations));
            await Task.Delay(100);
        }

        await Task.WhenAll(requests);
        output.WriteLine($"{name}: {durations.Count} answers, the slowest after {durations.Max().TotalMilliseconds:F0} ms");
        Assert.True(durations.Max() < AnswerTimeMax, $"{durations.Max()}");
        await Waiting.UntilAsync(
            async () =>
            {
                using var ready = await client.GetAsync("/readyz");
                return ready.StatusCode == HttpStatusCode.ServiceUnavailable;
            },
            "the service to be not ready");
        Assert.Equal("""{"status":"alive"}""", (await client.JsonAsync("/healthz")).GetRawText());
        Assert.Equal("Seventh", (await client.JsonAsync("/api/v1/airlines/7")).GetProperty("name").GetString());
    }

    private static async Task AssertRefusedAsync(Func<Task<HttpResponseMessage>> request, ConcurrentBag<TimeSpan> durations)
    {
        var started = Stopwatch.GetTimestamp();
        using var response = await request();
        durations.Add(Stopwatch.GetElapsedTime(started));
        await response.ProblemAsync(HttpStatusCode.ServiceUnavailable, "store-unavailable");
        Assert.Equal($"{Limits.RetryAfterSeconds}", response.Headers.RetryAfter?.ToString());
    }

    /// <summary>Retries as a client does: a stalled machine is an outage, too.</summary>
    private static Task UntilRecordedAsync(HttpClient client, string key) => Waiting.UntilAsync(
        async () =>
        {
            using var recorded = await client.RecordAsync(Route, key);
            return recorded.IsSuccessStatusCode;
        },
        $"'{key}' to be recorded");

    private static Task UntilReadyAsync(HttpClient client) => Waiting.UntilAsync(
        async () =>
        {
            using var ready = await client.GetAsync("/readyz");
            return ready.StatusCode == HttpStatusCode.OK;
        },
        "the service to be ready again");

    private static IEnumerable<string> Keys(string name) => Enumerable.Range(0, 30).Select(number => $"{name}, {number}");
}
