using Airside.Core;
using Airside.Core.Transactions;
using Npgsql;

namespace Airside.Stores.Tests.Postgres;

/// <summary>Two replicas, and others, at the same rows.</summary>
[Trait("Category", "Tool")]
[Trait("Category", "Slow")]
public sealed class ContentionTests(ITestOutputHelper output)
{
    private static readonly TimeSpan HotTime = TimeSpan.FromSeconds(Amount.Of(day: 5, night: 60));
    private static readonly int ManyAnswers = Amount.Of(day: 20_000, night: 100_000);

    [Fact]
    public Task Two_replicas_on_one_hot_route_never_wait_in_a_circle_and_count_exactly() =>
        AssertNoCircleAsync(clients: 32, routes: 1, sharedEvery: 16, _ => Task.Delay(HotTime));

    [Fact]
    public Task Two_replicas_that_send_the_same_keys_count_each_once() =>
        AssertNoCircleAsync(clients: 32, routes: 5, sharedEvery: 1, running => running.UntilMoreAsync(20_000));

    [Fact]
    public Task Two_replicas_whose_batches_have_many_routes_in_common_never_wait_in_a_circle() =>
        AssertNoCircleAsync(clients: 500, routes: 250, sharedEvery: 8, running => running.UntilMoreAsync(ManyAnswers));

    [Fact]
    public async Task Statements_that_are_ended_by_a_timeout_lose_nothing_and_count_nothing_twice()
    {
        var database = await PostgresFixture.NewDatabaseAsync();
        await using var replicas = await Replicas.OpenAsync(
            database, database + ";Options=-c statement_timeout=100ms", database + ";Options=-c statement_timeout=300ms");
        await using var clients = new RetryingClients(replicas.Stores, clients: 16, routes: 4, sharedEvery: 4);
        for (var round = 0; round < 10; round++)
        {
            await clients.UntilMoreAsync(50);
            await LockRouteAsync(database, "AR1", TimeSpan.FromMilliseconds(200 * round));
        }

        await clients.UntilMoreAsync(50);
        await clients.FinishAsync();
        output.WriteLine(clients.ToString());
        await clients.AssertCountedOnceAsync(database);
        Assert.True(clients.Repeats > 0, "No statement was ever ended for good, so that the test has shown nothing.");
    }

    [Fact]
    public async Task A_route_that_another_session_holds_is_refused_in_time_leaves_no_backend_waiting_and_others_go_on()
    {
        // Too short for a second wait, and longer than that of the service, so that a slow machine does not cut off the first one.
        var database = await PostgresFixture.NewDatabaseAsync();
        await using var store = Replicas.MakePatient(database, timeoutMs: 2 * Limits.PostgresLockTimeoutMs);
        await store.MigrateAsync(CancellationToken.None);
        await store.OpenAsync(CancellationToken.None);
        await RecordAsync(store, "AR1", "first");
        await using (var holder = await HoldAsync(database, "AR1"))
        {
            for (var i = 0; i < 3; i++)
            {
                Assert.Contains("lock timeout", await RefusalAsync(store), StringComparison.Ordinal);
                await RecordAsync(store, "AR2", $"free {i}");
            }

            Assert.Null(store.Outage);
            Assert.Equal(0L, await PostgresFixture.ScalarAsync<long>(
                database,
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"));
        }

        Assert.Equal(2, (await RecordAsync(store, "AR1", "held")).Total);
    }

    /// <summary>
    /// What a store says that waits for the held route. A machine that stood still for so long that the wait was cut off, before the server
    /// ended it, has shown nothing, and tries again when no backend can wait any more.
    /// </summary>
    private static async Task<string> RefusalAsync(IStore store)
    {
        for (var tries = 1; ; tries++)
        {
            var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => RecordAsync(store, "AR1", "held"));
            if (tries == 5 || !refused.Message.Contains("did not answer in time", StringComparison.Ordinal))
            {
                return refused.Message;
            }

            await Task.Delay(2 * Limits.PostgresLockTimeoutMs);
        }
    }

    private static async Task<RecordOutcome> RecordAsync(IStore store, string route, string key)
    {
        var outcomes = new RecordOutcome[1];
        await store.Ledger.RecordAsync(
            new[] { new Transaction(FlightRoute.Parse(route), TransactionKey.Parse(key)) }, outcomes, CancellationToken.None);
        return outcomes[0];
    }

    private async Task AssertNoCircleAsync(int clients, int routes, int sharedEvery, Func<RetryingClients, Task> during)
    {
        var database = await PostgresFixture.NewDatabaseAsync();
        await using (var replicas = await Replicas.OpenAsync(database, database, database))
        {
            await using var running = new RetryingClients(replicas.Stores, clients, routes, sharedEvery);
            await during(running);
            await running.FinishAsync();
            output.WriteLine(running.ToString());
            await running.AssertCountedOnceAsync(database);
            Assert.DoesNotContain("deadlock", running.ToString(), StringComparison.Ordinal);
        }

        // Backends hand their numbers in when they end, at the latest.
        Assert.Equal(0L, await PostgresFixture.ScalarAsync<long>(
            database, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"));
    }

    private static async Task LockRouteAsync(string database, string route, TimeSpan duration)
    {
        await using var holder = await HoldAsync(database, route);
        await Task.Delay(duration);
    }

    /// <summary>Holds the row of a route until it is disposed.</summary>
    private static async Task<NpgsqlConnection> HoldAsync(string database, string route)
    {
        var connection = new NpgsqlConnection(database + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"BEGIN; SELECT * FROM airside.route WHERE route = '{route}' FOR UPDATE", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }
}
