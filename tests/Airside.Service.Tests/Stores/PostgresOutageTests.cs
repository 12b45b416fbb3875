namespace Airside.Service.Tests.Stores;

/// <summary>PostgreSQL goes down under a running service and comes back.</summary>
[Trait("Category", "Tool")]
[Trait("Category", "Slow")]
[Collection(Alone.Name)]
public sealed class PostgresOutageTests(ITestOutputHelper output)
{
    [Fact]
    public async Task While_the_server_is_stopped_requests_are_answered_503_in_time_and_its_return_needs_no_restart()
    {
        await using var cluster = await PostgresFixture.NewClusterAsync();
        await AssertOutageAsync(cluster.Port, cluster.ConnectionString("postgres"), cluster.CrashAsync, cluster.StartAsync);
    }

    [Fact]
    public async Task While_the_network_is_frozen_requests_are_answered_503_in_time_and_its_return_needs_no_restart()
    {
        var database = await PostgresFixture.NewDatabaseAsync();
        await using var proxy = new FaultProxy(PostgresFixture.Cluster.Port);
        await AssertOutageAsync(proxy.Port, database, () => Done(proxy.Freeze), () => Done(proxy.Thaw));
    }

    [Fact]
    public async Task While_the_server_refuses_connections_requests_are_answered_503_in_time_and_its_return_needs_no_restart()
    {
        var database = await PostgresFixture.NewDatabaseAsync();
        await using var proxy = new FaultProxy(PostgresFixture.Cluster.Port);
        await AssertOutageAsync(
            proxy.Port,
            database,
            () => Done(() =>
            {
                proxy.Refuses = true;
                proxy.Cut();
            }),
            () => Done(() => proxy.Refuses = false));
    }

    private async Task AssertOutageAsync(int port, string database, Func<Task> takeAway, Func<Task> bringBack)
    {
        await PostgresService.MigrateAsync(database);
        await using var service = await PostgresService.StartAsync($"{database};Port={port}", PostgresService.AsDelivered);
        await new StoreOutage(service, output).AssertAsync(takeAway, bringBack);
    }

    private static Task Done(Action action)
    {
        action();
        return Task.CompletedTask;
    }
}
