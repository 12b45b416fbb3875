using System.Net;
using System.Net.Sockets;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Security;

/// <summary>A process that may have few file descriptors, and more connections than those.</summary>
[Trait("Category", "Slow")]
public sealed class DescriptorTests
{
    private const int Descriptors = 256;
    private const int Idle = 400;

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
}
