using System.Net;
using System.Net.Sockets;
using Airside.Core;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Security;

/// <summary>A process with few file descriptors and more connections than descriptors.</summary>
[Trait("Category", "Slow")]
public sealed class DescriptorTests
{
    private const int Descriptors = 256;
    private const int Idle = 400;

    /// <summary>Enough for the runtime to start, too few for the service.</summary>
    private const int TooFew = 100;

    [Fact]
    public async Task Idle_connections_to_a_cold_process_take_no_descriptor_that_it_needs()
    {
        using var directory = new TemporaryDirectory();
        await using var service = ServiceProcess.BeginWithDescriptors(
            Descriptors, $"--Airside:DataDirectory={directory.Path}", "--urls=http://127.0.0.1:0");
        Assert.True(await service.ListensAsync(), service.Output + service.Errors);

        var idle = new List<TcpClient>();
        for (var number = 0; number < Idle; number++)
        {
            idle.Add(new TcpClient());
            await idle[^1].ConnectAsync(IPAddress.Loopback, service.Address.Port);
        }

        await Task.Delay(500);
        Assert.InRange(Directory.GetFileSystemEntries($"/proc/{service.Id}/fd").Length, 1, Descriptors - 1);
        idle.ForEach(client => client.Dispose());

        for (var number = 1; number <= 5; number++)
        {
            using var recorded = await service.Client.RecordAsync("FD9", $"key {number}");
            Assert.Equal(HttpStatusCode.Created, recorded.StatusCode);
        }

        Assert.Equal(5, await service.Client.TotalAsync("FD9"));
        await service.Client.GetStringAsync("/metrics");
        await service.Client.JsonAsync("/api/v1/airlines");
    }

    [Fact]
    public async Task A_flood_of_connections_waits_while_those_that_are_open_record()
    {
        using var directory = new TemporaryDirectory();
        await using var service = ServiceProcess.BeginWithDescriptors(
            Descriptors, $"--Airside:DataDirectory={directory.Path}", "--urls=http://127.0.0.1:0");
        Assert.True(await service.ListensAsync(), service.Output + service.Errors);
        using var first = await service.Client.RecordAsync("FD9", "before the flood");
        Assert.Equal(HttpStatusCode.Created, first.StatusCode);

        var flood = new List<TcpClient>();
        for (var number = 0; number < Idle; number++)
        {
            flood.Add(new TcpClient());
            await flood[^1].ConnectAsync(IPAddress.Loopback, service.Address.Port);
        }

        for (var number = 1; number <= 20; number++)
        {
            using var recorded = await service.Client.RecordAsync("FD9", $"in the flood {number}");
            Assert.Equal(HttpStatusCode.Created, recorded.StatusCode);
        }

        var served = (await service.Client.JsonAsync("/api/v1/info")).GetProperty("connectionsMax").GetInt32();
        Assert.InRange(served, Limits.ConnectionsMin, Descriptors - Limits.DescriptorsReserved);
        var metrics = await service.Client.GetStringAsync("/metrics");
        Assert.Contains($"airside_connections_limit {served}\n", metrics, StringComparison.Ordinal);
        Assert.Contains(
            $"At most {served} connections are served at once instead of {Limits.ConnectionsMax}",
            service.Output,
            StringComparison.Ordinal);
        Assert.Contains($"may open {Descriptors} file descriptors (ulimit -n)", service.Output, StringComparison.Ordinal);
        flood.ForEach(client => client.Dispose());
        Assert.Equal(21, await service.Client.TotalAsync("FD9"));
    }

    [Fact]
    public async Task A_process_without_descriptors_for_connections_refuses_to_start_and_names_the_limit()
    {
        using var directory = new TemporaryDirectory();
        await using var service = ServiceProcess.BeginWithDescriptors(
            TooFew, $"--Airside:DataDirectory={directory.Path}", "--urls=http://127.0.0.1:0");

        Assert.NotEqual(0, await service.ExitCodeAsync());
        Assert.Contains($"may open {TooFew} file descriptors (ulimit -n)", service.Errors, StringComparison.Ordinal);
        Assert.Contains("LimitNOFILE=", service.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_with_enough_descriptors_serves_all_connections_and_says_nothing()
    {
        using var directory = new TemporaryDirectory();
        await using var service = ServiceProcess.BeginWithDescriptors(
            Limits.ConnectionsMax + Descriptors, $"--Airside:DataDirectory={directory.Path}", "--urls=http://127.0.0.1:0");
        Assert.True(await service.ListensAsync(), service.Output + service.Errors);

        var served = (await service.Client.JsonAsync("/api/v1/info")).GetProperty("connectionsMax").GetInt32();
        Assert.Equal(Limits.ConnectionsMax, served);
        Assert.DoesNotContain("connections are served at once", service.Output, StringComparison.Ordinal);
    }
}
