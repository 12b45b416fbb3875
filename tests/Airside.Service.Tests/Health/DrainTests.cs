using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Health;

/// <summary>Shutdown of a real process by a signal, under load.</summary>
[Trait("Category", "Slow")]
public sealed class DrainTests
{
    private const int Connections = 64;
    private const int Routes = 16;

    /// <summary>A chunk of insignificant whitespace.</summary>
    private static readonly byte[] Space = Encoding.ASCII.GetBytes($"400\r\n{new string(' ', 0x400)}\r\n");

    [Fact]
    public async Task Told_to_stop_under_load_the_service_is_not_ready_serves_on_loses_nothing_and_ends_with_0()
    {
        using var directory = new TemporaryDirectory();
        await using var service = await ServiceProcess.StartAsync(directory.Path, "--Airside:DrainSeconds=8");
        var (acknowledged, unanswered) = (new ConcurrentDictionary<string, string>(), new ConcurrentDictionary<string, string>());
        var clients = Enumerable.Range(0, Connections)
            .Select(number => RecordUntilRefusedAsync(service.Address, number, acknowledged, unanswered)).ToArray();
        await Waiting.UntilAsync(() => acknowledged.Count >= 2_000, "the load");

        service.Signal(ServiceProcess.Terminate);
        await Waiting.UntilAsync(
            async () =>
            {
                using var ready = await service.Client.GetAsync("/readyz");
                return ready.StatusCode == HttpStatusCode.ServiceUnavailable;
            },
            "the service to be not ready");
        using var served = await service.Client.RecordAsync("DR999", "served while draining");
        Assert.Equal(HttpStatusCode.Created, served.StatusCode);
        Assert.Contains("close", served.Headers.Connection);
        var whenDraining = acknowledged.Count;

        Assert.Equal(0, await service.ExitCodeAsync());
        await Task.WhenAll(clients);
        Assert.True(acknowledged.Count > whenDraining, "Nothing was recorded while the service drained.");

        await using var restarted = await ServiceProcess.StartAsync(directory.Path);
        var recorded = await RepeatAsync(restarted.Client, acknowledged, unanswered);
        foreach (var route in Enumerable.Range(1, Routes).Select(number => $"DR{number}"))
        {
            Assert.Equal(recorded.Count(pair => pair.Value == route), await restarted.Client.TotalAsync(route));
        }
    }

    [Fact]
    public async Task A_request_that_was_begun_before_the_end_is_finished_and_answered()
    {
        const string Body = """[{"route":"DR1","key":"begun before the end"}]""";
        using var directory = new TemporaryDirectory();

        // Once no new connections are accepted, a fifth of the drain remains; a busy machine may need seconds of it.
        await using var service = await ServiceProcess.StartAsync(directory.Path, "--Airside:DrainSeconds=30");
        using var connection = await BeginBatchAsync(service.Address);
        var stream = connection.GetStream();

        service.Signal(ServiceProcess.Terminate);
        await Waiting.UntilAsync(
            async () =>
            {
                // A client that sends nothing for seconds would be cut off; this one is slow, not dead.
                await stream.WriteAsync(Space);
                return await IsRefusedAsync(service.Address);
            },
            "the service to take no more connections");
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{Body.Length:x}\r\n{Body}\r\n0\r\n\r\n"));
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var (status, text) = await RawHttp.ReadAsync(stream, deadline.Token);

        Assert.Equal(200, status);
        Assert.Contains("\"recorded\":1", text, StringComparison.Ordinal);
        Assert.Equal(0, await service.ExitCodeAsync());
        await using var restarted = await ServiceProcess.StartAsync(directory.Path);
        Assert.Equal(1, await restarted.Client.TotalAsync("DR1"));
    }

    [Fact]
    public async Task A_request_that_never_ends_is_cut_off_and_the_service_ends_with_0()
    {
        using var directory = new TemporaryDirectory();
        await using var service = await ServiceProcess.StartAsync(directory.Path, "--Airside:DrainSeconds=2");
        using var recorded = await service.Client.RecordAsync("DR3", "before the end");
        using var connection = await BeginBatchAsync(service.Address);
        var sending = SendUntilCutOffAsync(connection.GetStream());

        service.Signal(ServiceProcess.Terminate);

        Assert.Equal(0, await service.ExitCodeAsync());
        Assert.True(await sending > 0);
        await using var restarted = await ServiceProcess.StartAsync(directory.Path);
        using var repeat = await restarted.Client.RecordAsync("DR3", "before the end");
        Assert.Equal(HttpStatusCode.OK, repeat.StatusCode);
    }

    [Theory]
    [InlineData(ServiceProcess.Terminate, ServiceProcess.Terminate)]
    [InlineData(ServiceProcess.Interrupt, ServiceProcess.Interrupt)]
    [InlineData(ServiceProcess.Terminate, ServiceProcess.Interrupt)]
    public async Task A_second_signal_ends_the_service_at_once_with_130(int first, int second)
    {
        using var directory = new TemporaryDirectory();
        await using var service = await ServiceProcess.StartAsync(directory.Path, "--Airside:DrainSeconds=600");
        using var recorded = await service.Client.RecordAsync("DR2");

        service.Signal(first);
        await Waiting.UntilAsync(() => service.Output.Contains("draining", StringComparison.Ordinal), "the drain");
        Assert.False(service.HasExited);
        service.Signal(second);

        Assert.Equal(130, await service.ExitCodeAsync());
        await using var restarted = await ServiceProcess.StartAsync(directory.Path);
        Assert.Equal(1, await restarted.Client.TotalAsync("DR2"));
    }

    /// <summary>Records with a new key each time, until the service accepts no more connections.</summary>
    private static async Task RecordUntilRefusedAsync(
        Uri address, int number, ConcurrentDictionary<string, string> acknowledged, ConcurrentDictionary<string, string> unanswered)
    {
        using var client = Http.ClientOf(address);
        for (var i = 0; ; i++)
        {
            var (key, route) = ($"client {number}, transaction {i}", $"DR{1 + ((number + i) % Routes)}");
            try
            {
                using var response = await client.RecordAsync(route, key);
                Assert.True(response.IsSuccessStatusCode, $"{(int)response.StatusCode}");
                acknowledged[key] = route;
            }
            catch (Exception exception) when (exception is HttpRequestException or SocketException)
            {
                // Without a response it may count or not; repeating its key shows which. HttpClient throws a bare SocketException if a
                // connection ends while it is being made.
                unanswered[key] = route;
                if (exception.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused })
                {
                    return;
                }
            }
        }
    }

    /// <summary>Sends a batch request without its body.</summary>
    private static async Task<TcpClient> BeginBatchAsync(Uri address)
    {
        var connection = new TcpClient();
        await connection.ConnectAsync(address.Host, address.Port);
        await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /api/v1/transactions HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: application/json\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n"));
        return connection;
    }

    /// <summary>Sends an endless body, fast enough not to count as dead. Returns the number of parts sent.</summary>
    private static async Task<int> SendUntilCutOffAsync(NetworkStream stream)
    {
        for (var parts = 0; ; parts++)
        {
            try
            {
                await stream.WriteAsync(Space);
            }
            catch (IOException)
            {
                return parts;
            }

            await Task.Delay(50);
        }
    }

    /// <summary>Repeats every key; acknowledged ones must be known. Returns all keys, each now recorded once.</summary>
    private static async Task<ICollection<KeyValuePair<string, string>>> RepeatAsync(
        HttpClient client, ConcurrentDictionary<string, string> acknowledged, ConcurrentDictionary<string, string> unanswered)
    {
        await Parallel.ForEachAsync(acknowledged, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (pair, _) =>
        {
            using var repeat = await client.RecordAsync(pair.Value, pair.Key);
            Assert.True(repeat.StatusCode == HttpStatusCode.OK, $"'{pair.Key}' was acknowledged and is lost.");
        });
        foreach (var (key, route) in unanswered)
        {
            using var response = await client.RecordAsync(route, key);
            Assert.True(response.IsSuccessStatusCode);
        }

        return [.. acknowledged, .. unanswered];
    }

    private static async Task<bool> IsRefusedAsync(Uri address)
    {
        using var connection = new TcpClient();
        try
        {
            await connection.ConnectAsync(address.Host, address.Port);
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
