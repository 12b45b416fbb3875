using Airside.Archives;
using Airside.Core;
using Airside.Core.Transactions;
using Airside.Stores.DynamoDb;
using Airside.Stores.Tests.Contract;
using Amazon.DynamoDBv2.Model;

namespace Airside.Stores.Tests.DynamoDb;

/// <summary>A table in which earlier versions recorded.</summary>
[Trait("Category", "Tool")]
public sealed class EarlierNamesTests(SharedDynamoDb server) : IAsyncLifetime
{
    private readonly DynamoDbTestStore _store = new(server);
    private readonly DynamoDbTestStore _converted = new(server);

    public async ValueTask InitializeAsync()
    {
        await _store.OpenAsync();
        using var client = _store.Client();
        await client.DeleteItemAsync(_store.Settings.Table, TableLayout.NamesItem());
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        await _converted.DisposeAsync();
    }

    [Fact]
    public async Task It_is_not_served_but_exported_and_converted()
    {
        await RecordAsync(("LH0400", "first"), ("LH400", "\"second\""), ("BA12345", "b"), ("LH0400", "third"));
        var store = _store.Replicas[0];

        var start = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.OpenAsync(CancellationToken.None));
        var migration = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.MigrateAsync(CancellationToken.None));

        Assert.Contains("Airside.Service migrate", start.Message, StringComparison.Ordinal);
        Assert.Contains("LH0400", migration.Message, StringComparison.Ordinal);
        Assert.Contains("\"second\"", migration.Message, StringComparison.Ordinal);
        Assert.Contains("Airside.Service export", migration.Message, StringComparison.Ordinal);

        await store.OpenToReadAsync(CancellationToken.None);
        var exception = await Assert.ThrowsAsync<UndecidedNamesException>(() => Archived.ExportAsync(store));
        Assert.Equal("BA12345", Assert.Single(exception.Routes).Route.ToString());
        var archive = await Archived.ExportAsync(store, new NameConversion(
            new Dictionary<FlightRoute, FlightRoute?> { [FlightRoute.FromStored("BA12345")] = FlightRoute.Parse("BA1234") }));

        await _converted.OpenAsync();
        await Archived.ImportAsync(_converted.Replicas[0], archive);
        var ledger = _converted.Replicas[0].Ledger;
        Assert.Equal(3, await ledger.TotalAsync(FlightRoute.Parse("LH0400"), CancellationToken.None));
        Assert.Equal(1, await ledger.TotalAsync(FlightRoute.Parse("BA1234"), CancellationToken.None));
        var outcomes = new RecordOutcome[1];
        await ledger.RecordAsync(
            new[] { new Transaction(FlightRoute.Parse("LH400"), TransactionKey.Parse("second")) }, outcomes, CancellationToken.None);
        Assert.True(outcomes[0].IsReplay);
        Assert.Empty(await Archived.ReconcileAsync(_converted.Replicas[0], _converted.Time));
    }

    [Fact]
    public async Task One_with_nothing_to_convert_converts_by_itself()
    {
        await RecordAsync(("LH400", "k"));
        var store = _store.Replicas[0];

        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.OpenAsync(CancellationToken.None));
        var done = await store.MigrateAsync(CancellationToken.None);
        Assert.Contains("none has to be converted", Assert.Single(done), StringComparison.Ordinal);
        await store.OpenAsync(CancellationToken.None);
        Assert.Empty(await store.MigrateAsync(CancellationToken.None));
    }

    [Fact]
    public async Task An_empty_one_is_served_without_a_migration() => await _store.Replicas[0].OpenAsync(CancellationToken.None);

    [Fact]
    public async Task After_a_rollback_the_next_migration_finds_what_the_version_before_recorded_then()
    {
        await _store.Replicas[0].MigrateAsync(CancellationToken.None);
        await RecordAsync(("LH0400", "k"));

        var migration = await Assert.ThrowsAsync<StoreUnavailableException>(() => _store.Replicas[0].MigrateAsync(CancellationToken.None));
        Assert.Contains("LH0400", migration.Message, StringComparison.Ordinal);
    }

    /// <summary>Records as an earlier version does, which keeps every spelling.</summary>
    private async Task RecordAsync(params (string Route, string Key)[] transactions) => await _store.Replicas[0].Ledger.RecordAsync(
        Array.ConvertAll(
            transactions, one => new Transaction(FlightRoute.FromStored(one.Route), TransactionKey.FromStored(one.Key))),
        new RecordOutcome[transactions.Length],
        CancellationToken.None);
}
