using System.Net;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Proxies;

/// <summary>
/// Two replicas are restarted in turn while standard EventSources follow each of them directly, and both through nginx and HAProxy. Each
/// replica has a store of its own, with the same counts.
/// </summary>
[Trait("Category", "Tool")]
[Trait("Category", "Slow")]
public sealed class StreamRestartTests
{
    private const int Restarts = 20;

    [Fact]
    public async Task Over_20_restarts_an_EventSource_comes_back_20_times()
    {
        using var one = new TemporaryDirectory();
        using var two = new TemporaryDirectory();
        TemporaryDirectory[] directories = [one, two];
        int[] ports = [Ports.Free(), Ports.Free()];
        ServiceProcess[] replicas = [await StartAsync(one, ports[0]), await StartAsync(two, ports[1])];
        try
        {
            await using var nginx = await ProxyProcess.NginxAsync(PrintedCode.ConfigurationOf("nginx", ports));
            await using var haproxy = await ProxyProcess.HaProxyAsync(PrintedCode.ConfigurationOf("haproxy", ports));
            await using var sources = new EventSources(replicas[0].Address, replicas[1].Address, nginx.Address, haproxy.Address);
            int[] numbers = [0, 1, 2, 3];
            await Waiting.UntilAsync(() => numbers.All(number => sources.Opened(number) == 1), "the streams");

            for (var restart = 1; restart <= Restarts; restart++)
            {
                var which = restart % replicas.Length;
                replicas[which].Signal(ServiceProcess.Terminate);
                Assert.Equal(0, await replicas[which].ExitCodeAsync());
                await replicas[which].DisposeAsync();
                replicas[which] = await StartAsync(directories[which], ports[which]);
                await RecordAsync(replicas);

                await Waiting.UntilAsync(
                    () =>
                    {
                        Assert.All(numbers, number => Assert.Null(sources.GaveUp(number)));
                        return numbers.All(number => sources.Transactions(number) == restart);
                    },
                    $"every stream to show restart {restart}");
            }

            // Each replica was restarted ten times, and its stream came back as often.
            Assert.Equal(Restarts, sources.Opened(0) + sources.Opened(1) - 2);
        }
        finally
        {
            await Task.WhenAll(replicas.Select(replica => replica.DisposeAsync().AsTask()));
        }
    }

    private static Task<ServiceProcess> StartAsync(TemporaryDirectory directory, int port) => ServiceProcess.StartAsync(
        directory.Path, $"--urls=http://127.0.0.1:{port}", "--Airside:DrainSeconds=1");

    private static async Task RecordAsync(ServiceProcess[] replicas)
    {
        foreach (var replica in replicas)
        {
            using var recorded = await replica.Client.RecordAsync("LH400");
            Assert.Equal(HttpStatusCode.Created, recorded.StatusCode);
        }
    }
}
