using System.Diagnostics;
using Airside.Core;
using Airside.Core.Transactions;
using Airside.Stores.Postgres;
using Npgsql;

namespace Airside.Stores.Tests.Postgres;

/// <summary>Settings of the server, and poolers in front of it.</summary>
[Trait("Category", "Tool")]
public sealed class ServerSettingTests
{
    [Fact]
    public async Task A_database_that_becomes_read_only_is_told_of_within_two_seconds_and_so_is_the_end_of_it()
    {
        var database = await PostgresFixture.NewDatabaseAsync();
        await using var replicas = await Replicas.OpenAsync(database, database);
        var name = new NpgsqlConnectionStringBuilder(database).Database;
        var elsewhere = new NpgsqlConnectionStringBuilder(database) { Database = "postgres" }.ConnectionString;
        Assert.Null(replicas[0].Ledger.WriteFault);

        await PostgresFixture.ExecuteAsync(elsewhere, $"ALTER DATABASE {name} SET default_transaction_read_only = on");
        await Waiting.UntilAsync(
            () => replicas[0].Ledger.WriteFault?.Contains("default_transaction_read_only", StringComparison.Ordinal) == true, "the fault");
        Assert.Null(replicas[0].Outage);

        await PostgresFixture.ExecuteAsync(elsewhere, $"ALTER DATABASE {name} RESET default_transaction_read_only");
        await Waiting.UntilAsync(() => replicas[0].Ledger.WriteFault is null, "the end of the fault");
    }

    /// <summary>SQL accepts such a name only if it is quoted.</summary>
    [Theory]
    [InlineData("Airside-App")]
    [InlineData("who's \"me\"")]
    public async Task A_user_may_have_any_name_and_its_own_settings_are_looked_at(string user)
    {
        var database = await PostgresFixture.NewDatabaseAsync();
        var role = new NpgsqlCommandBuilder().QuoteIdentifier(user);
        var name = new NpgsqlConnectionStringBuilder(database).Database;
        await PostgresFixture.ExecuteAsync(database, $"CREATE ROLE {role} LOGIN; ALTER DATABASE {name} OWNER TO {role}");
        var way = new NpgsqlConnectionStringBuilder(database) { Username = user }.ConnectionString;
        await using (var store = Replicas.CreateWithLongTimeout(way))
        {
            await store.MigrateAsync(CancellationToken.None);
            await store.OpenAsync(CancellationToken.None);
            await RecordAsync(store.Ledger, "AR1", "key");
            Assert.Null(store.Ledger.WriteFault);
        }

        await PostgresFixture.ExecuteAsync(database, $"ALTER ROLE {role} SET default_transaction_read_only = on");
        await using var refused = Replicas.CreateWithLongTimeout(way);
        var exception = await Assert.ThrowsAsync<StoreUnavailableException>(() => refused.OpenAsync(CancellationToken.None));
        Assert.Contains("default_transaction_read_only = on", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_route_that_has_no_room_refuses_its_transaction_and_no_other_of_the_batch()
    {
        var database = await PostgresFixture.NewDatabaseAsync();
        await using var replicas = await Replicas.OpenAsync(database, database);
        await RecordAsync(replicas[0].Ledger, "AR1", "first");
        await PostgresFixture.ExecuteAsync(database, $"UPDATE airside.route SET total = {Limits.TransactionsMax}");

        await Assert.ThrowsAsync<TransactionRefusedException>(() => RecordAsync(replicas[0].Ledger, "AR1", "one too many"));
        using var meters = new MeterFactory();
        await using var commit = new GroupCommit(replicas[0].Ledger, new GroupCommitMetrics(meters));
        var recording = Enumerable.Range(0, 40).Select(number => commit.RecordAsync(
            new[] { From(number == 17 ? "AR1" : "AR2", $"key {number}") }, CancellationToken.None)).ToArray();
        await Assert.ThrowsAsync<TransactionRefusedException>(() => recording[17]);
        await Task.WhenAll(recording.Where((_, number) => number != 17));
        Assert.Equal(39, await replicas[0].Ledger.TotalAsync(FlightRoute.Parse("AR2"), CancellationToken.None));
    }

    [Theory]
    [InlineData("session", null)]
    [InlineData("transaction", "pool_mode")]
    public async Task A_pooler_that_shares_sessions_is_refused_and_another_is_not(string mode, string? refusal)
    {
        const string PgBouncer = "/usr/sbin/pgbouncer";
        Assert.SkipUnless(File.Exists(PgBouncer), "reason: pgbouncer is not installed; ./test installs it");
        var database = new NpgsqlConnectionStringBuilder(await PostgresFixture.NewDatabaseAsync());
        var directory = Directory.CreateTempSubdirectory("airside-pgbouncer-").FullName;
        var port = Ports.Free();
        var settings = Path.Combine(directory, "pgbouncer.ini");
        await File.WriteAllTextAsync(
            settings,
            $"""
            [databases]
            * = host=127.0.0.1 port={database.Port} user={database.Username}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {port}
            unix_socket_dir =
            auth_type = any
            pool_mode = {mode}
            ignore_startup_parameters = extra_float_digits
            """);
        using (var open = Process.Start("chmod", ["755", directory]))
        {
            await open.WaitForExitAsync();
        }

        using var pooler = Process.Start(PgBouncer, ["-q", "-u", "postgres", settings]);
        try
        {
            await Ports.UntilOpenAsync(port);
            var way = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Port = port }.ConnectionString;
            await using var store = Replicas.CreateWithLongTimeout(way);
            if (refusal is not null)
            {
                var exception = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.MigrateAsync(CancellationToken.None));
                Assert.Contains(refusal, exception.Message, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', exception.Message);
                return;
            }

            await store.MigrateAsync(CancellationToken.None);
            await store.OpenAsync(CancellationToken.None);
            for (var number = 1; number <= 20; number++)
            {
                await RecordAsync(store.Ledger, "AR1", $"key {number}");
                Assert.Equal(number, await store.Ledger.TotalAsync(FlightRoute.Parse("AR1"), CancellationToken.None));
            }
        }
        finally
        {
            pooler.Kill();
            await pooler.WaitForExitAsync();
            Directory.Delete(directory, recursive: true);
        }
    }

    private static Transaction From(string route, string key) => new(FlightRoute.Parse(route), TransactionKey.Parse(key));

    private static async Task RecordAsync(ITransactionLedger ledger, string route, string key) =>
        await ledger.RecordAsync(new[] { From(route, key) }, new RecordOutcome[1], CancellationToken.None);
}
