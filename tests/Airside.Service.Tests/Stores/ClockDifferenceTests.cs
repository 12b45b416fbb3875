using System.Net;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Stores;

/// <summary>A process whose clock differs from its store's reports this everywhere and keeps counting.</summary>
[Trait("Category", "Tool")]
[Trait("Category", "Slow")]
public sealed class ClockDifferenceTests
{
    private const int AheadSeconds = 600;

    [Fact]
    public async Task Dates_of_DynamoDB_ten_minutes_ahead_are_told_until_they_are_right()
    {
        if (!DynamoDbServer.IsInstalled)
        {
            Assert.Skip(DynamoDbServer.Lacks);
        }

        await using var server = new DynamoDbServer();
        await server.StartAsync();
        await using var proxy = new DateProxy(server.Port);
        await proxy.StartAsync(AheadSeconds);
        using var directory = new TemporaryDirectory();
        await using var service = await DynamoDbService.StartAsync(directory.Path, proxy.Port);

        await AssertToldAsync(service, () => proxy.StartAsync(aheadSeconds: 0));
    }

    [Fact]
    public async Task A_clock_of_PostgreSQL_ten_minutes_ahead_is_told_until_it_is_right()
    {
        var database = await PostgresFixture.NewDatabaseAsync();
        await PostgresService.MigrateAsync(database);
        await SetClockAsync(AheadSeconds);
        await using var service = await PostgresService.StartAsync(database);

        await AssertToldAsync(service, () => SetClockAsync(aheadSeconds: 0));

        Task SetClockAsync(int aheadSeconds) => PostgresFixture.ExecuteAsync(
            database,
            $"""
             CREATE OR REPLACE FUNCTION airside.clock() RETURNS timestamptz LANGUAGE sql VOLATILE
             AS $$ SELECT clock_timestamp() + interval '{aheadSeconds} s' $$
             """);
    }

    private static async Task AssertToldAsync(ServiceProcess service, Func<Task> setRightAsync)
    {
        Assert.Matches(
            "is (599|600|601) s behind the store clock; at most 300 s", await service.Client.UntilReadyFaultAsync("clockFault"));
        var state = (await service.Client.JsonAsync("/api/v1/info")).GetProperty("state");
        Assert.Contains("behind the store clock", state.GetProperty("clockFault").GetString(), StringComparison.Ordinal);
        Assert.Matches("airside_store_clock_difference_seconds -(599|600|601)[. \\n]", await service.Client.GetStringAsync("/metrics"));
        Assert.Contains("behind the store clock", await service.Client.GetStringAsync("/system"), StringComparison.Ordinal);

        using var recorded = await service.Client.RecordAsync("CD1", "ahead");
        Assert.Equal(HttpStatusCode.Created, recorded.StatusCode);
        await setRightAsync();
        await Waiting.UntilAsync(() => Count(service, 905) > 0, "the end of the difference to be logged");
        await Waiting.UntilAsync(async () => await service.Client.ReadyFaultAsync("clockFault") is null, "the difference to be over");
        using var repeated = await service.Client.RecordAsync("CD1", "ahead");
        Assert.Equal(HttpStatusCode.OK, repeated.StatusCode);
        Assert.Equal((1, 1), (Count(service, 904), Count(service, 905)));
    }

    private static int Count(ServiceProcess service, int number) => service.Output.Split($"\"EventId\":{number},").Length - 1;
}
