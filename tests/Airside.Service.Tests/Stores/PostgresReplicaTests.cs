using System.Diagnostics;
using System.Net;
using Airside.Service.Tests.Fixtures;
using Npgsql;

namespace Airside.Service.Tests.Stores;

/// <summary>Processes that share a database.</summary>
[Trait("Category", "Tool")]
[Trait("Category", "Slow")]
public sealed class PostgresReplicaTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_database_that_is_not_prepared_is_refused_with_3_and_the_command_that_prepares_it()
    {
        var (exitCode, text) = await PostgresService.RunToEndAsync(await PostgresFixture.NewDatabaseAsync());

        Assert.Equal(3, exitCode);
        Assert.Contains("Airside.Service migrate", text, StringComparison.Ordinal);
        Assert.Contains("0001_ledger", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_one_replica_loads_and_records_the_other_serves()
    {
        var database = await PostgresFixture.NewDatabaseAsync();
        await PostgresService.MigrateAsync(database);
        await using var first = await PostgresService.StartAsync(database);
        await using var second = await PostgresService.StartAsync(database);

        foreach (var name in new[] { "One", "Two", "Three" })
        {
            using var load = await first.Client.PostAsync("/api/v1/load/airlines", "text/csv", AirlineFiles.Uniform(name, 100));
            await load.JsonAsync(HttpStatusCode.OK);
            var started = Stopwatch.GetTimestamp();
            await Waiting.UntilAsync(
                async () => (await second.Client.JsonAsync("/api/v1/airlines/100")).GetProperty("name").GetString() == name,
                "the catalog to reach the other replica");
            output.WriteLine($"{name} after {Stopwatch.GetElapsedTime(started).TotalMilliseconds:F0} ms");
        }

        using var recorded = await first.Client.RecordAsync("RP1", "shared");
        using var repeated = await second.Client.RecordAsync("RP1", "shared");
        Assert.Equal(HttpStatusCode.Created, recorded.StatusCode);
        Assert.Equal(HttpStatusCode.OK, repeated.StatusCode);
        Assert.Equal(1, await second.Client.TotalAsync("RP1"));
    }

    [Fact]
    public async Task The_names_of_the_predecessors_lead_to_the_database()
    {
        var database = await PostgresFixture.NewDatabaseAsync();
        await PostgresService.MigrateAsync(database);
        var connection = new NpgsqlConnectionStringBuilder(database);
        await using var service = await ServiceProcess.StartAsync(
            [
                ("Airside__Store", "postgres"), ("DB_HOST", $"{connection.Host}:{connection.Port}"), ("DB_NAME", connection.Database!),
                ("DB_USER", connection.Username!), ("DB_PASSWORD", "not asked for"), ("MAX_CONNECTIONS", "3"),
            ],
            Path.GetTempPath(),
            PostgresService.Patient);
        using var recorded = await service.Client.RecordAsync("RP2", "key");

        Assert.Equal(HttpStatusCode.Created, recorded.StatusCode);
        Assert.Equal(1, await PostgresFixture.ScalarAsync<long>(database, "SELECT total FROM airside.route WHERE route = 'RP2'"));
        Assert.DoesNotContain("not asked for", await service.Client.GetStringAsync("/config"), StringComparison.Ordinal);
    }
}
