using Npgsql;

namespace Airside.Stores.Tests.Postgres;

/// <summary>A server that crashes, and backends that are ended, under the load of two replicas.</summary>
[Trait("Category", "Tool")]
[Trait("Category", "Slow")]
public sealed class ServerFaultTests(ITestOutputHelper output)
{
    private static readonly int Crashes = Amount.Choose(day: 6, night: 20);
    private static readonly int Rounds = Amount.Choose(day: 15, night: 60);

    [Fact]
    public async Task A_server_that_crashes_again_and_again_under_load_loses_nothing_and_counts_nothing_twice()
    {
        var random = SeededRandom();
        await using var cluster = await PostgresFixture.NewClusterAsync();
        var database = cluster.ConnectionString("postgres");
        await using var replicas = await Replicas.OpenAsync(database, database, database);
        await using var clients = new RetryingClients(replicas.Stores, clients: 16, routes: 8, sharedEvery: 4);
        for (var crash = 0; crash < Crashes; crash++)
        {
            await clients.UntilMoreAsync(100);
            await Task.Delay(random.Next(100));
            await cluster.CrashAsync();

            // Some outages end before a request gives up; others outlast every request.
            await Task.Delay(random.Next(2) * random.Next(3_000));
            await cluster.StartAsync();
        }

        await clients.UntilMoreAsync(100);
        await clients.FinishAsync();
        output.WriteLine(clients.ToString());
        await clients.AssertCountedOnceAsync(database);
        Assert.True(clients.Repeats > 0, "No client ever had to repeat, so that the test has shown nothing.");
    }

    [Fact]
    public async Task Backends_that_are_ended_at_random_lose_nothing_and_count_nothing_twice()
    {
        var random = SeededRandom();
        var database = await PostgresFixture.NewDatabaseAsync();
        await using var replicas = await Replicas.OpenAsync(database, database, database);
        await using var clients = new RetryingClients(replicas.Stores, clients: 16, routes: 8, sharedEvery: 4);
        var ended = 0L;
        for (var round = 0; round < Rounds; round++)
        {
            await clients.UntilMoreAsync(20);
            await Task.Delay(random.Next(30));
            var share = random.NextDouble();
            ended += await PostgresFixture.ScalarAsync<long>(
                database,
                $"""
                SELECT count(*) FROM (
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = current_database() AND application_name = 'airside' AND random() < {share}
                ) ended
                """);
        }

        await clients.UntilMoreAsync(100);
        await clients.FinishAsync();
        output.WriteLine($"{ended} backends ended, {clients}");
        await clients.AssertCountedOnceAsync(database);
        Assert.True(ended > Rounds / 2, "Hardly a backend was ended, so that the test has shown nothing.");
    }

    private Random SeededRandom()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        return new Random(seed);
    }
}
