using Airside.Archives;
using Airside.Core;
using Airside.Core.Transactions;
using Airside.Stores.Postgres;
using Airside.Stores.Tests.Contract;
using Airside.Testing;
using Npgsql;

namespace Airside.Stores.Tests.Postgres;

/// <summary>A database in which earlier versions recorded, and their replicas beside this version.</summary>
[Trait("Category", "Tool")]
public sealed class EarlierNamesTests : IAsyncLifetime
{
    private string _database = "";

    public async ValueTask InitializeAsync()
    {
        _database = await PostgresFixture.NewDatabaseAsync();
        await using var store = Replicas.CreateWithLongTimeout(
            _database, [.. Migration.All.TakeWhile(migration => !migration.IsOfNames)]);
        await store.MigrateAsync(CancellationToken.None);
        await store.Archive.BeginImportAsync("earlier", CancellationToken.None); // It begins the day.
        await store.Archive.FinishImportAsync("earlier", CancellationToken.None);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task It_is_not_served_but_exported_and_converted()
    {
        await RecordAsync("record_batch_3", ("LH0400", "first"), ("LH400", "\"second\""), ("BA12345", "b"), ("LH0400", "third"));
        await using var store = Replicas.CreateWithLongTimeout(_database);

        var start = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.OpenAsync(CancellationToken.None));
        var migration = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.MigrateAsync(CancellationToken.None));
        await RecordAsync("record_batch_3", ("LH0400", "after a migration that was refused"));

        Assert.Contains("Airside.Service migrate", start.Message, StringComparison.Ordinal);
        Assert.Contains("Airside.Service export", start.Message, StringComparison.Ordinal);
        Assert.Contains("LH0400", migration.Message, StringComparison.Ordinal);
        Assert.Contains("\"second\"", migration.Message, StringComparison.Ordinal);
        Assert.Contains("Airside.Service export", migration.Message, StringComparison.Ordinal);

        await store.OpenToReadAsync(CancellationToken.None);
        var exception = await Assert.ThrowsAsync<UndecidedNamesException>(() => Archived.ExportAsync(store));
        Assert.Equal("BA12345", Assert.Single(exception.Routes).Route.ToString());
        var archive = await Archived.ExportAsync(store, new NameConversion(
            new Dictionary<FlightRoute, FlightRoute?> { [FlightRoute.FromStored("BA12345")] = FlightRoute.Parse("BA1234") }));

        await using var converted = Replicas.CreateWithLongTimeout(await PostgresFixture.NewDatabaseAsync());
        await converted.MigrateAsync(CancellationToken.None);
        await converted.OpenAsync(CancellationToken.None);
        await Archived.ImportAsync(converted, archive);
        Assert.Equal(4, await converted.Ledger.TotalAsync(FlightRoute.Parse("LH0400"), CancellationToken.None));
        Assert.Equal(1, await converted.Ledger.TotalAsync(FlightRoute.Parse("BA1234"), CancellationToken.None));
        var outcomes = new RecordOutcome[1];
        await converted.Ledger.RecordAsync(
            new[] { new Transaction(FlightRoute.Parse("LH400"), TransactionKey.Parse("second")) }, outcomes, CancellationToken.None);
        Assert.True(outcomes[0].IsReplay);
        Assert.Empty(await Archived.ReconcileAsync(converted, TimeProvider.System));
    }

    [Fact]
    public async Task One_with_nothing_to_convert_converts_by_itself_and_keeps_earlier_versions_from_other_names()
    {
        await RecordAsync("record_batch_3", ("LH400", "k"));
        await using var store = Replicas.CreateWithLongTimeout(_database);

        Assert.Equal(
            ["Applied migration 0007_flight_designators.", "Applied migration 0008_names_recorded_meanwhile."],
            await store.MigrateAsync(CancellationToken.None));
        await store.OpenAsync(CancellationToken.None);
        await RecordAsync("record_batch_3", ("LH400", "by the version before"));
        foreach (var (route, key) in new[] { ("LH0400", "a"), ("BA12345", "a"), ("LH400", "\"a\"") })
        {
            var refused = await Assert.ThrowsAsync<PostgresException>(
                () => RecordAsync("record_batch_3", ("LH400", "other"), (route, key)));
            Assert.True(PostgresFaults.IsOfTransaction(refused));
            Assert.Contains(route, refused.MessageText, StringComparison.Ordinal);
        }

        Assert.Equal(2, await store.Ledger.TotalAsync(FlightRoute.Parse("LH400"), CancellationToken.None));
    }

    [Fact]
    public async Task What_an_earlier_version_records_while_the_functions_change_is_found()
    {
        await using var holder = new NpgsqlConnection(_database + ";Pooling=false");
        await holder.OpenAsync();
        await holder.ExecuteAsync("SELECT pg_advisory_lock(1634300531, 1)", CancellationToken.None);
        var waiting = RecordAsync("record_batch_3", ("LH0400", "waited"));
        await Waiting.UntilAsync(
            async () => (long)(await new NpgsqlCommand(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 1634300531 AND objid = 1 AND NOT granted "
                + "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
                holder).ExecuteScalarAsync())! == 1,
            "the batch to wait within its function");
        await using var first = Replicas.CreateWithLongTimeout(_database, [.. Migration.All.SkipLast(1)]);
        Assert.Equal(["Applied migration 0007_flight_designators."], await first.MigrateAsync(CancellationToken.None));
        await holder.ExecuteAsync("SELECT pg_advisory_unlock(1634300531, 1)", CancellationToken.None);
        await waiting;

        await using var store = Replicas.CreateWithLongTimeout(_database);
        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.MigrateAsync(CancellationToken.None));
        Assert.Contains("LH0400", refused.Message, StringComparison.Ordinal);
    }

    private async Task RecordAsync(string function, params (string Route, string Key)[] transactions)
    {
        await using var connection = new NpgsqlConnection(_database + ";Pooling=false");
        await connection.OpenAsync();
        await connection.ExecuteAsync(
            $"SELECT * FROM airside.{function}($1, $2, '48 hours', 1000)",
            CancellationToken.None,
            Array.ConvertAll(transactions, one => one.Key),
            Array.ConvertAll(transactions, one => one.Route));
    }
}
