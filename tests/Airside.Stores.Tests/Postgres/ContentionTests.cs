using Airside.Core;
using Airside.Core.Airlines;
using Airside.Core.Stores;
using Airside.Core.Transactions;
using Npgsql;

namespace Airside.Stores.Tests.Postgres;

/// <summary>Replicas and others that use the same rows.</summary>
[Trait("Category", "Tool")]
[Trait("Category", "Slow")]
public sealed class ContentionTests(ITestOutputHelper output)
{
    private static readonly TimeSpan HotTime = TimeSpan.FromSeconds(Amount.Choose(day: 5, night: 60));
    private static readonly int ManyResponses = Amount.Choose(day: 20_000, night: 100_000);

    [Fact]
    public Task Two_replicas_on_one_hot_route_never_wait_in_a_circle_and_count_exactly() =>
        AssertNoCircleAsync(clients: 32, routes: 1, sharedEvery: 16, _ => Task.Delay(HotTime));

    [Fact]
    public Task Two_replicas_that_send_the_same_keys_count_each_once() =>
        AssertNoCircleAsync(clients: 32, routes: 5, sharedEvery: 1, running => running.UntilMoreAsync(20_000));

    [Fact]
    public Task Two_replicas_whose_batches_have_many_routes_in_common_never_wait_in_a_circle() =>
        AssertNoCircleAsync(clients: 500, routes: 250, sharedEvery: 8, running => running.UntilMoreAsync(ManyResponses));

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
        // Too short for a second wait, but longer than in the service, so a slow machine does not cut off the first one.
        var database = await PostgresFixture.NewDatabaseAsync();
        await using var store = Replicas.CreateWithLongTimeout(database, timeoutMs: 2 * Limits.PostgresLockTimeoutMs);
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

    [Theory]
    [InlineData("25P03")] // idle_in_transaction_session_timeout: this process paused.
    [InlineData("25P04")] // transaction_timeout of PostgreSQL 17.
    [InlineData("40P01")]
    [InlineData("57014")] // statement_timeout
    [InlineData("57P01")]
    public async Task A_catalog_load_that_the_server_ends_is_repeated(string state)
    {
        var database = await PostgresFixture.NewDatabaseAsync();
        await using var replicas = await Replicas.OpenAsync(database, database);
        await PostgresFixture.ExecuteAsync(
            database,
            $"""
            CREATE SEQUENCE airside.load;
            CREATE FUNCTION airside.end_first_load() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF nextval('airside.load') = 1 THEN
                    RAISE EXCEPTION 'ended by a test' USING ERRCODE = '{state}';
                END IF;
                RETURN NULL;
            END $$;
            CREATE TRIGGER end_first_load BEFORE DELETE ON airside.airline FOR EACH STATEMENT EXECUTE FUNCTION airside.end_first_load();
            """);
        var airline = new Airline(1, "Good Air", null, null, null, null, null, active: true);

        await replicas[0].Airlines.ReplaceAsync(new AirlineCatalog([airline], "test", TestTime.Start), CancellationToken.None);

        Assert.Equal("test", (await replicas[0].Airlines.LoadAsync(CancellationToken.None))?.Source);
        Assert.Equal(2L, await PostgresFixture.ScalarAsync<long>(database, "SELECT last_value FROM airside.load"));
    }

    /// <summary>
    /// Returns why a store refuses a transaction for the held route. If the machine stalls and the store gives up before the server ends
    /// the wait, this proves nothing, so it tries again once no backend can be waiting.
    /// </summary>
    private static async Task<string> RefusalAsync(IStore store)
    {
        for (var tries = 1; ; tries++)
        {
            var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => RecordAsync(store, "AR1", "held"));
            if (tries == 5 || !refused.Message.Contains("did not respond in time", StringComparison.Ordinal))
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

        // Backends report their numbers when they end, at the latest.
        Assert.Equal(0L, await PostgresFixture.ScalarAsync<long>(
            database, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"));
    }

    private static async Task LockRouteAsync(string database, string route, TimeSpan duration)
    {
        await using var holder = await HoldAsync(database, route);
        await Task.Delay(duration);
    }

    /// <summary>Locks the row of a route until disposal.</summary>
    private static async Task<NpgsqlConnection> HoldAsync(string database, string route)
    {
        var connection = new NpgsqlConnection(database + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"BEGIN; SELECT * FROM airside.route WHERE route = '{route}' FOR UPDATE", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }
}
