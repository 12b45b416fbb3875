using System.Net;
using Airside.Service.Tests.Fixtures;
using Airside.Service.Tests.Stores;
using Npgsql;

namespace Airside.Service.Tests.Health;

/// <summary>When the service can no longer record, it says so and why before anyone tries.</summary>
[Trait("Category", "Slow")]
public sealed class ReadinessTests
{
    [Fact]
    public async Task A_data_directory_that_is_removed_is_told_of()
    {
        using var directory = new TemporaryDirectory();
        var data = directory.File("data");
        await using var service = await ServiceProcess.StartAsync(data);
        using var before = await service.Client.RecordAsync("RD1", "before");
        Assert.Equal(HttpStatusCode.Created, before.StatusCode);

        Directory.Delete(data, recursive: true);
        await AssertToldAsync(service, data);
        await AssertRefusedAsync(service);
        Assert.Equal(1, await service.Client.TotalAsync("RD1"));
    }

    [Fact]
    public async Task A_lock_that_is_removed_is_told_of_and_the_directory_is_not_shared()
    {
        using var directory = new TemporaryDirectory();
        await using var service = await ServiceProcess.StartAsync(directory.Path);
        File.Delete(directory.File("airside.lock"));

        await AssertToldAsync(service, directory.Path);
        await AssertRefusedAsync(service);
    }

    [Fact]
    [Trait("Category", "Tool")]
    public async Task A_database_that_becomes_read_only_is_told_of_and_so_is_the_end_of_it()
    {
        var database = await PostgresFixture.NewDatabaseAsync();
        await PostgresService.MigrateAsync(database);
        await using var service = await PostgresService.StartAsync(database);
        await SetReadOnlyAsync("on");

        // Open sessions keep writing; new ones cannot.
        await AssertToldAsync(service, "default_transaction_read_only");

        await SetReadOnlyAsync("off");
        await Waiting.UntilAsync(async () => await service.Client.ReadyFaultAsync("writeFault") is null, "the fault to be over");
        using var after = await service.Client.RecordAsync("RD2", "after");
        Assert.Equal(HttpStatusCode.Created, after.StatusCode);

        Task SetReadOnlyAsync(string value) => PostgresFixture.ExecuteAsync(
            PostgresFixture.Cluster.ConnectionString("postgres"),
            $"ALTER DATABASE {new NpgsqlConnectionStringBuilder(database).Database} SET default_transaction_read_only = {value}");
    }

    private static async Task AssertToldAsync(ServiceProcess service, string cause)
    {
        Assert.Contains(cause, await service.Client.UntilReadyFaultAsync("writeFault"), StringComparison.Ordinal);
        var state = (await service.Client.JsonAsync("/api/v1/info")).GetProperty("state");
        Assert.Equal("not recording", state.GetProperty("status").GetString());
        Assert.Contains(cause, state.GetProperty("fault").GetString(), StringComparison.Ordinal);
    }

    private static async Task AssertRefusedAsync(ServiceProcess service)
    {
        using var refused = await service.Client.RecordAsync("RD1", "meanwhile");
        await refused.ProblemAsync(HttpStatusCode.ServiceUnavailable, "store-unavailable");
    }
}
