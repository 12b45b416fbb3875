using System.Net;
using Airside.Core;
using Airside.Service.Tests.Fixtures;
using Airside.Service.Tests.Transactions;

namespace Airside.Service.Tests.Stores;

/// <summary>The limit of routes of a shared store, as clients and operators see it.</summary>
[Trait("Category", "Tool")]
[Trait("Category", "Slow")]
public sealed class SharedRouteLimitTests
{
    [Fact]
    public async Task A_full_database_refuses_new_routes_with_507_and_shows_how_many_it_has()
    {
        var database = await PostgresFixture.NewDatabaseAsync();
        await PostgresService.MigrateAsync(database);
        await using var service = await PostgresService.StartAsync(database);
        using var first = await service.Client.RecordAsync("RL1", "a");
        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        await UntilRoutesAsync(service, 1);

        await PostgresFixture.ExecuteAsync(database, $"UPDATE airside.route_count SET routes = {Limits.RoutesMax}");
        using var refused = await service.Client.RecordAsync("RL2", "b");
        var problem = await refused.ProblemAsync(HttpStatusCode.InsufficientStorage, "routes-limit");
        Assert.Contains($"{nameof(Limits.RoutesMax)} is {Limits.RoutesMax}", problem.Detail(), StringComparison.Ordinal);
        Assert.Null(refused.Headers.RetryAfter);

        using var batch = await service.Client.PostAsync(
            "/api/v1/transactions", "application/json", BatchTests.Array(("c", "RL1"), ("d", "RL2"), ("e", "RL3")));
        problem = await batch.ProblemAsync(HttpStatusCode.InsufficientStorage, "routes-limit");
        Assert.Equal(1, problem.GetProperty("index").GetInt32());
        Assert.Equal(1, await service.Client.TotalAsync("RL1"));

        using var known = await service.Client.RecordAsync("RL1", "c");
        using var replayed = await service.Client.RecordAsync("RL1", "a");
        Assert.Equal(HttpStatusCode.Created, known.StatusCode);
        Assert.Equal(HttpStatusCode.OK, replayed.StatusCode);
        using var ready = await service.Client.GetAsync("/readyz");
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        await UntilRoutesAsync(service, Limits.RoutesMax);
    }

    [Fact]
    public async Task A_table_shows_how_many_routes_it_has()
    {
        if (!DynamoDbServer.IsInstalled)
        {
            Assert.Skip(DynamoDbServer.Lacks);
        }

        using var directory = new TemporaryDirectory();
        await using var server = new DynamoDbServer();
        await server.StartAsync();
        await using var service = await DynamoDbService.StartAsync(directory.Path, server.Port);
        await UntilRoutesAsync(service, 0);
        using var recorded = await service.Client.PostAsync(
            "/api/v1/transactions", "application/json", BatchTests.Array(("a", "RL1"), ("b", "RL2"), ("c", "RL1")));
        Assert.Equal(HttpStatusCode.OK, recorded.StatusCode);
        await UntilRoutesAsync(service, 2);
    }

    private static Task UntilRoutesAsync(ServiceProcess service, int routes) => Waiting.UntilAsync(
        async () =>
        {
            var lines = (await service.Client.GetStringAsync("/metrics")).Split('\n');
            Assert.Contains($"airside_store_routes_limit {Limits.RoutesMax}", lines);
            return lines.Contains($"airside_store_routes {routes}");
        },
        $"the metric to show {routes} routes");
}
