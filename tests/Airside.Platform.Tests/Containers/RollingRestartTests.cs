using Airside.Platform.Tests.Load;

namespace Airside.Platform.Tests.Containers;

/// <summary>
/// Two replicas that share one PostgreSQL behind HAProxy are replaced one by one, repeatedly, with the next version and back, while clients
/// record and read: no request fails, nothing is lost, nothing is counted twice.
/// </summary>
[Trait("Category", "Tool")]
[Trait("Category", "Slow")]
[Collection(TestOrder.Containers)]
public sealed class RollingRestartTests(ITestOutputHelper output)
{
    private static readonly int Restarts = Amount.Choose(day: 2, night: 10);
    private static readonly int Clients = Amount.Choose(day: 4, night: 8);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(Amount.Choose(day: 100, night: 5));

    /// <summary>Starts a replica on a port and returns a function that stops it.</summary>
    private delegate Task<Func<Task<int>>> Start(string version, int port);

    [Fact]
    public async Task Rolling_restarts_of_two_processes_fail_no_request()
    {
        var images = await Images.BuiltAsync();
        await using var postgres = await PostgresAsync();
        var folder = Directory.CreateTempSubdirectory("airside-published-");
        var running = new List<PublishedProcess>();
        try
        {
            var folders = new Dictionary<string, string>();
            foreach (var image in new[] { images.Current, images.Next })
            {
                folders[image] = Path.Combine(folder.FullName, image.Split(':')[1]);
                await Docker.CopyAsync(image, "/app", folders[image]);
            }

            await RestartAllAsync(
                "two processes",
                images,
                async image =>
                {
                    await using var migration = new PublishedProcess(folders[image], Settings(postgres, Ports.Free()), "migrate");
                    Assert.Equal(0, await migration.ExitCodeAsync());
                },
                (image, port) =>
                {
                    var process = new PublishedProcess(folders[image], Settings(postgres, port));
                    running.Add(process);
                    return Task.FromResult(process.StopAsync);
                });
        }
        finally
        {
            foreach (var process in running)
            {
                await process.DisposeAsync();
            }

            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Rolling_restarts_of_two_containers_fail_no_request()
    {
        var images = await Images.BuiltAsync();
        await using var postgres = await PostgresAsync();
        var running = new List<Container>();
        try
        {
            await RestartAllAsync(
                "two containers",
                images,
                image => Docker.RunAsync(["run", "--rm", .. Options(postgres, Ports.Free()), image, "migrate"]),
                async (image, port) =>
                {
                    var container = await Container.StartAsync([.. Options(postgres, port), image]);
                    running.Add(container);
                    return container.StopAsync;
                });
        }
        finally
        {
            foreach (var container in running)
            {
                await container.DisposeAsync();
            }
        }
    }

    private async Task RestartAllAsync(string what, Images images, Func<string, Task> migrate, Start start)
    {
        int[] ports = [Ports.Free(), Ports.Free()];
        await using var balancer = new HaProxy(ports);
        await migrate(images.Current);
        Func<Task<int>>[] stops = [await start(images.Current, ports[0]), await start(images.Current, ports[1])];
        await balancer.UntilAllTakeRequestsAsync();

        await using var load = new KeyedLoad(balancer.Address, Clients, Pause);
        await load.UntilMoreAsync(50);
        await migrate(images.Next);
        for (var restart = 0; restart < Restarts; restart++)
        {
            var image = restart % 2 == 0 ? images.Next : images.Current;
            for (var i = 0; i < ports.Length; i++)
            {
                Assert.Equal(0, await stops[i]());
                stops[i] = await start(image, ports[i]);
                await balancer.UntilAllTakeRequestsAsync();
                await load.UntilMoreAsync(50);
            }
        }

        var totals = await load.FinishAsync();
        output.WriteLine($"{Restarts} rolling restarts of {what}, versions {string.Join(", ", totals.Versions)}:");
        output.WriteLine($"{LoadTotals.Head}\n{totals.Row(what)}");
        Assert.True(totals.Failed == 0, load.Failures);
        Assert.Equal((0, 0, 0), (totals.Lost, totals.Doubled, totals.Stale));
        Assert.Equal([Images.CurrentVersion, Images.NextVersion], totals.Versions);
        Assert.All(await Task.WhenAll(stops.Select(stop => stop())), exitCode => Assert.Equal(0, exitCode));
    }

    private static Task<PostgresCluster> PostgresAsync()
    {
        Assert.SkipWhen(PostgresCluster.Missing is not null, $"reason: {PostgresCluster.Missing}");
        return PostgresCluster.StartNewAsync();
    }

    private static string[] Options(PostgresCluster postgres, int port) =>
        [.. Container.Hardened(user: 1654), "--network", "host",
            .. Settings(postgres, port).SelectMany(setting => new[] { "--env", $"{setting.Key}={setting.Value}" })];

    private static Dictionary<string, string> Settings(PostgresCluster postgres, int port) => new()
    {
        ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}",
        ["Airside__Store"] = "postgres",
        ["ConnectionStrings__Airside"] = postgres.ConnectionString("postgres"),
        ["Airside__DrainSeconds"] = "2",

        // A busy machine must not fail the test.
        ["Airside__Postgres__TimeoutMs"] = "10000",
    };
}
