using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Stores;

/// <summary>DynamoDB goes down under a running service and comes back.</summary>
[Trait("Category", "Tool")]
[Trait("Category", "Slow")]
[Collection(Alone.Name)]
public sealed class DynamoDbOutageTests(ITestOutputHelper output)
{
    [Fact]
    public async Task While_the_server_is_killed_requests_are_answered_503_in_time_and_its_return_needs_no_restart()
    {
        await AssertOutageAsync((server, _) => server.KillAsync(), (server, _) => server.StartAsync());
    }

    [Fact]
    public async Task While_the_network_is_frozen_requests_are_answered_503_in_time_and_its_return_needs_no_restart()
    {
        await AssertOutageAsync((_, proxy) => Done(proxy.Freeze), (_, proxy) => Done(proxy.Thaw));
    }

    private async Task AssertOutageAsync(Func<DynamoDbServer, FaultProxy, Task> takeAway, Func<DynamoDbServer, FaultProxy, Task> bringBack)
    {
        if (!DynamoDbServer.IsInstalled)
        {
            Assert.Skip(DynamoDbServer.Lacks);
        }

        using var directory = new TemporaryDirectory();
        await using var server = new DynamoDbServer(directory.File("table"));
        await server.StartAsync();
        await using var proxy = new FaultProxy(server.Port);
        await using var service = await DynamoDbService.StartAsync(directory.Path, proxy.Port);

        await new StoreOutage(service, output).AssertAsync(() => takeAway(server, proxy), () => bringBack(server, proxy));
    }

    private static Task Done(Action action)
    {
        action();
        return Task.CompletedTask;
    }
}
