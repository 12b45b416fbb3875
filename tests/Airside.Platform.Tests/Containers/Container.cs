using System.Diagnostics;
using System.Globalization;

namespace Airside.Platform.Tests.Containers;

/// <summary>A container that is removed when the test ends.</summary>
internal sealed class Container : IAsyncDisposable
{
    private readonly string _id;

    private Container(string id) => _id = id;

    /// <summary>Starts a container.</summary>
    /// <param name="arguments">Arguments of <c>docker run</c>: options, the image, and its command.</param>
    public static async Task<Container> StartAsync(params string[] arguments) =>
        new(await Docker.RunAsync(["run", "--detach", .. arguments]));

    /// <summary>Returns the options of a platform with strict security.</summary>
    public static string[] Hardened(int user) =>
        ["--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--user", $"{user}:{user}", "--memory", "128m"];

    /// <summary>Waits until an address responds with 200.</summary>
    public async Task UntilReadyAsync(Uri address)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                using var response = await client.GetAsync(address);
                if (response.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
            {
                Assert.True(Stopwatch.GetElapsedTime(started) < Waiting.TimeMax, $"{address}: {exception.Message}\n{await LogAsync()}");
            }

            await Task.Delay(50);
        }
    }

    public Task<string> LogAsync() => Docker.TextAsync("logs", _id);

    /// <summary>Waits until the process ends and returns its exit code.</summary>
    public async Task<int> ExitCodeAsync() => int.Parse(await Docker.RunAsync("wait", _id), CultureInfo.InvariantCulture);

    /// <summary>Asks the process to end and returns its exit code.</summary>
    public async Task<int> StopAsync()
    {
        await Docker.RunAsync("stop", "--time", "60", _id);
        return (await Docker.InspectAsync(_id)).GetProperty("State").GetProperty("ExitCode").GetInt32();
    }

    public async Task<bool> WasKilledForMemoryAsync() =>
        (await Docker.InspectAsync(_id)).GetProperty("State").GetProperty("OOMKilled").GetBoolean();

    public async ValueTask DisposeAsync() => await Docker.RunAsync("rm", "--force", "--volumes", _id);
}
