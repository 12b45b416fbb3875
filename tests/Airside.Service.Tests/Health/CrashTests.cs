using System.Net;
using System.Net.Sockets;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Health;

/// <summary>A process that is killed repeatedly, and clients that retry with their keys until they get a response.</summary>
[Trait("Category", "Slow")]
public sealed class CrashTests
{
    private static readonly int Kills = Amount.Choose(day: 6, night: 20);
    private const int Clients = 16;
    private const int Routes = 8;

    [Fact]
    public async Task Killed_again_and_again_under_load_nothing_is_lost_and_nothing_counts_twice()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var directory = new TemporaryDirectory();
        using var stopping = new CancellationTokenSource();
        var service = await ServiceProcess.StartAsync(directory.Path);
        var current = new CurrentClient(service.Client);
        var clients = Enumerable.Range(0, Clients).Select(number => RecordAsync(current, number, stopping.Token)).ToArray();
        for (var kill = 0; kill < Kills; kill++)
        {
            var before = current.Acknowledged;
            await Waiting.UntilAsync(() => current.Acknowledged >= before + 50, "the load after a restart");
            await Task.Delay(random.Next(150));
            service.Signal(ServiceProcess.Kill);
            Assert.Equal(128 + ServiceProcess.Kill, await service.ExitCodeAsync());
            var killed = service;
            service = await ServiceProcess.StartAsync(directory.Path);
            current.Client = service.Client;
            await killed.DisposeAsync();
        }

        await stopping.CancelAsync();
        var recorded = (await Task.WhenAll(clients)).SelectMany(keys => keys).ToArray();
        await using (service)
        {
            await AssertCountedOnceAsync(service.Client, recorded);
        }

        // The disk must hold what the memory knew.
        await using var restarted = await ServiceProcess.StartAsync(directory.Path);
        await AssertCountedOnceAsync(restarted.Client, recorded);
        Assert.True(current.Repeats > 0, "No request was ever cut off, so that the test has shown nothing.");
    }

    /// <summary>Asserts that every key is known and the totals equal the key counts.</summary>
    private static async Task AssertCountedOnceAsync(HttpClient client, (string Key, string Route)[] recorded)
    {
        foreach (var (key, route) in recorded)
        {
            using var repeat = await client.RecordAsync(route, key);
            Assert.True(repeat.StatusCode == HttpStatusCode.OK, $"'{key}' was acknowledged and is lost.");
        }

        foreach (var route in recorded.GroupBy(item => item.Route))
        {
            Assert.Equal(route.Count(), await client.TotalAsync(route.Key));
        }
    }

    /// <summary>Records one key after another, each until it gets a response. Returns them all.</summary>
    private static async Task<List<(string Key, string Route)>> RecordAsync(CurrentClient current, int number, CancellationToken stopping)
    {
        var recorded = new List<(string, string)>();
        for (var i = 0; !stopping.IsCancellationRequested; i++)
        {
            var (key, route) = ($"client {number}, transaction {i}", $"CR{1 + ((number + i) % Routes)}");
            while (!await TryRecordAsync(current.Client, route, key))
            {
                current.Repeat();
                await Task.Delay(10, CancellationToken.None);
            }

            recorded.Add((key, route));
            current.Acknowledge();
        }

        return recorded;
    }

    private static async Task<bool> TryRecordAsync(HttpClient client, string route, string key)
    {
        try
        {
            using var response = await client.RecordAsync(route, key);
            Assert.True(response.IsSuccessStatusCode, $"{(int)response.StatusCode}");
            return true;
        }
        catch (Exception exception) when (exception is HttpRequestException or SocketException or ObjectDisposedException
            or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>The current service, and the progress of the clients.</summary>
    private sealed class CurrentClient(HttpClient client)
    {
        private volatile HttpClient _client = client;
        private int _acknowledged;
        private int _repeats;

        public HttpClient Client
        {
            get => _client;
            set => _client = value;
        }

        public int Acknowledged => Volatile.Read(ref _acknowledged);

        public int Repeats => Volatile.Read(ref _repeats);

        public void Acknowledge() => Interlocked.Increment(ref _acknowledged);

        public void Repeat() => Interlocked.Increment(ref _repeats);
    }
}
