using System.Text.RegularExpressions;
using Airside.Core;
using Airside.Stores.Postgres;
using Airside.Stores.Tests.Contract;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Airside.Stores.Tests.Postgres;

/// <summary>The steps of the schema: applied once each, never edited, and required before anything is recorded.</summary>
[Trait("Category", "Tool")]
public sealed partial class SchemaTests
{
    /// <summary>When PostgreSQL checks for a deadlock, unless it is configured otherwise.</summary>
    private const int DeadlockTimeoutMs = 1_000;

    private static readonly string NextTitle = $"{Migration.All.Count + 1:D4}_next";

    [Fact]
    public void The_steps_are_numbered_without_gaps_and_say_what_they_work_with()
    {
        Assert.NotEmpty(Migration.All);
        Assert.Equal(Enumerable.Range(1, Migration.All.Count), Migration.All.Select(migration => migration.Version));
        Assert.All(Migration.All, migration => Assert.InRange(migration.WorksWith, 1, migration.Version));
        Assert.All(Migration.All, migration => Assert.NotEmpty(migration.Name));
    }

    [Fact]
    public void A_batch_waits_for_locks_less_long_than_its_caller_waits_for_it()
    {
        var timeouts = Migration.All.SelectMany(migration => LockTimeout().Matches(migration.Sql)).ToArray();
        Assert.NotEmpty(timeouts);
        Assert.All(timeouts, timeout => Assert.Equal($"{Limits.PostgresLockTimeoutMs}", timeout.Groups["milliseconds"].Value));
        Assert.InRange(Limits.PostgresLockTimeoutMs, DeadlockTimeoutMs + 1, Limits.PostgresTimeoutMsMin - 1);
        Assert.InRange(Limits.StoreTimeoutMs, Limits.PostgresTimeoutMsMin, Limits.PostgresTimeoutMsMax);
    }

    [Fact]
    public async Task A_database_that_lacks_steps_is_refused_with_their_names_and_the_command()
    {
        var database = await PostgresFixture.NewDatabaseAsync();
        var message = await RefusalAsync(database, Migration.All);
        Assert.Contains("0001_ledger, 0002_airlines, 0003_clock, 0004_route_limit", message, StringComparison.Ordinal);
        Assert.Contains("Airside.Service migrate", message, StringComparison.Ordinal);

        await MigrateAsync(database, Migration.All);
        message = await RefusalAsync(database, [.. Migration.All, Next(1)]);
        Assert.DoesNotContain("0001", message, StringComparison.Ordinal);
        Assert.Contains(NextTitle, message, StringComparison.Ordinal);
        Assert.Contains("Airside.Service migrate", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_step_that_was_edited_after_it_ran_is_refused()
    {
        var database = await PostgresFixture.NewDatabaseAsync();
        await MigrateAsync(database, Migration.All);
        Migration[] edited = [Migration.All[0] with { Sql = Migration.All[0].Sql + "-- edited" }, .. Migration.All.Skip(1)];
        foreach (var message in new[] { await RefusalAsync(database, edited), await MigrateRefusalAsync(database, edited) })
        {
            Assert.Contains("0001_ledger", message, StringComparison.Ordinal);
            Assert.Contains(edited[0].Checksum, message, StringComparison.Ordinal);
            Assert.Contains(Migration.All[0].Checksum, message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_later_step_that_only_adds_is_accepted_and_one_that_takes_away_is_refused()
    {
        var database = await PostgresFixture.NewDatabaseAsync();
        await MigrateAsync(database, [.. Migration.All, Next(worksWith: Migration.All.Count)]);
        await OpenAsync(database, Migration.All);

        database = await PostgresFixture.NewDatabaseAsync();
        await MigrateAsync(database, [.. Migration.All, Next(worksWith: Migration.All.Count + 1)]);
        foreach (var message in new[] { await RefusalAsync(database, Migration.All), await MigrateRefusalAsync(database, Migration.All) })
        {
            Assert.Contains(NextTitle, message, StringComparison.Ordinal);
            Assert.Contains("newer version", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Many_that_migrate_at_once_take_each_step_once()
    {
        var database = await PostgresFixture.NewDatabaseAsync();
        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => MigrateAsync(database, Migration.All))));

        Assert.Equal(
            Migration.All.Select(migration => $"Applied migration {migration.Version:D4}_{migration.Name}."),
            taken.SelectMany(steps => steps).Order(StringComparer.Ordinal));
        Assert.Equal(
            Migration.All.Count, await PostgresFixture.ScalarAsync<long>(database, "SELECT count(*) FROM airside.migration"));
        Assert.Empty(await MigrateAsync(database, Migration.All));
        await OpenAsync(database, Migration.All);
    }

    [Fact]
    public async Task A_migration_waits_for_a_server_that_is_still_starting()
    {
        var database = await PostgresFixture.NewDatabaseAsync();
        await using var proxy = new FaultProxy(PostgresFixture.Cluster.Port) { Refuses = true };
        var migrating = MigrateAsync(PostgresFixture.Through(proxy, database), Migration.All);
        await Task.Delay(TimeSpan.FromMilliseconds(500));
        Assert.False(migrating.IsCompleted);

        proxy.Refuses = false;
        Assert.Equal(Migration.All.Count, (await migrating).Count);
    }

    [Fact]
    public async Task A_step_that_fails_leaves_nothing_behind_and_is_taken_the_next_time()
    {
        var database = await PostgresFixture.NewDatabaseAsync();
        var failing = Next(1) with { Sql = "CREATE TABLE airside.half (id integer); SELECT 1 / 0" };
        var message = await MigrateRefusalAsync(database, [.. Migration.All, failing]);

        Assert.Contains("division by zero", message, StringComparison.Ordinal);
        Assert.False(await PostgresFixture.ScalarAsync<bool>(database, "SELECT to_regclass('airside.half') IS NOT NULL"));
        Assert.Equal([$"Applied migration {NextTitle}."], await MigrateAsync(database, [.. Migration.All, Next(1)]));
    }

    [Fact]
    public async Task A_migration_whose_connection_breaks_says_so_and_is_taken_the_next_time()
    {
        var database = await PostgresFixture.NewDatabaseAsync();
        var breaking = Next(1) with { Sql = "SELECT pg_terminate_backend(pg_backend_pid())" };
        Assert.Contains("57P01", await MigrateRefusalAsync(database, [.. Migration.All, breaking]), StringComparison.Ordinal);
        Assert.Equal([$"Applied migration {NextTitle}."], await MigrateAsync(database, [.. Migration.All, Next(1)]));
    }

    [Theory]
    [InlineData("ALTER ROLE CURRENT_USER IN DATABASE {0} SET synchronous_commit = off", "synchronous_commit = off")]
    [InlineData("ALTER DATABASE {0} SET synchronous_commit = off", "synchronous_commit = off")]
    [InlineData("ALTER DATABASE {0} SET default_transaction_isolation = serializable", "default_transaction_isolation = serializable")]
    [InlineData("ALTER DATABASE {0} SET default_transaction_read_only = on", "default_transaction_read_only = on")]
    [InlineData("ALTER ROLE CURRENT_USER IN DATABASE {0} SET default_transaction_read_only = true", "default_transaction_read_only = on")]
    public async Task A_server_that_may_lose_or_double_what_it_acknowledges_is_refused(string sql, string named)
    {
        var database = await PostgresFixture.NewDatabaseAsync();
        await MigrateAsync(database, Migration.All);
        var name = await PostgresFixture.ScalarAsync<string>(database, "SELECT current_database()::text");
        await PostgresFixture.ExecuteAsync(database, string.Format(null, sql, name));

        Assert.Contains(named, await RefusalAsync(database, Migration.All), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_cannot_hold_every_key_is_refused_before_anything_is_made_in_it()
    {
        var database = await PostgresFixture.NewDatabaseAsync();
        var latin = new NpgsqlConnectionStringBuilder(database) { Database = "latin_1" }.ConnectionString;
        await PostgresFixture.ExecuteAsync(
            database, "CREATE DATABASE latin_1 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");

        Assert.Contains("server_encoding = LATIN1", await MigrateRefusalAsync(latin, Migration.All), StringComparison.Ordinal);
        Assert.False(await PostgresFixture.ScalarAsync<bool>(latin, "SELECT to_regnamespace('airside') IS NOT NULL"));
    }

    [Fact]
    public async Task A_batch_is_durable_though_commits_were_made_asynchronous_meanwhile()
    {
        var database = await PostgresFixture.NewDatabaseAsync();
        await MigrateAsync(database, Migration.All);
        await using var connection = new NpgsqlConnection(database + ";Pooling=false");
        await connection.OpenAsync();
        await connection.ExecuteAsync("SET synchronous_commit = off", CancellationToken.None);
        await connection.ExecuteAsync(
            """
            BEGIN;
            UPDATE airside.ledger_state SET key_day = 'infinity';
            SELECT * FROM airside.record_batch_4(ARRAY[]::text[], ARRAY[]::text[], '48 hours', 1);
            """,
            CancellationToken.None);

        Assert.Equal("on", await connection.ScalarAsync("SELECT current_setting('synchronous_commit')", CancellationToken.None));
        await connection.ExecuteAsync("ROLLBACK", CancellationToken.None);
        Assert.Equal("off", await connection.ScalarAsync("SELECT current_setting('synchronous_commit')", CancellationToken.None));
    }

    private static Migration Next(int worksWith) =>
        new(Migration.All.Count + 1, "next", "CREATE TABLE airside.next (id integer)", worksWith);

    private static PostgresStore Create(string database, IReadOnlyList<Migration> migrations) =>
        Replicas.CreateWithLongTimeout(database, migrations: migrations);

    private static async Task<IReadOnlyList<string>> MigrateAsync(string database, IReadOnlyList<Migration> migrations)
    {
        await using var store = Create(database, migrations);
        return await store.MigrateAsync(CancellationToken.None);
    }

    private static async Task OpenAsync(string database, IReadOnlyList<Migration> migrations)
    {
        await using var store = Create(database, migrations);
        await store.OpenAsync(CancellationToken.None);
    }

    private static async Task<string> RefusalAsync(string database, IReadOnlyList<Migration> migrations) =>
        (await Assert.ThrowsAsync<StoreUnavailableException>(() => OpenAsync(database, migrations))).Message;

    private static async Task<string> MigrateRefusalAsync(string database, IReadOnlyList<Migration> migrations) =>
        (await Assert.ThrowsAsync<StoreUnavailableException>(() => MigrateAsync(database, migrations))).Message;

    [GeneratedRegex("SET lock_timeout = '(?<milliseconds>[0-9]+)ms'", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LockTimeout();
}

/// <summary>This version on the schema of the next one, which only adds to it.</summary>
[Trait("Category", "Tool")]
public sealed class ExpandedSchemaTests() : LedgerContract(new PostgresTestStore(ExpandAsync))
{
    private static Task ExpandAsync(string database) => PostgresFixture.ExecuteAsync(
        database,
        $"""
        ALTER TABLE airside.route ADD COLUMN note text;
        ALTER TABLE airside.transaction_key ADD COLUMN note text DEFAULT 'none';
        ALTER TABLE airside.ledger_state ADD COLUMN note text;
        ALTER TABLE airside.key_day ADD COLUMN note text;
        CREATE TABLE airside.next (id integer);
        INSERT INTO airside.migration (version, name, checksum, works_with)
        VALUES ({Migration.All.Count + 1}, 'next', 'any', {Migration.All.Count});
        """);
}
