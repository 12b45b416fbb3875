using Airside.Core;
using Airside.Core.Airlines;
using Airside.Core.Stores;
using Airside.Core.Transactions;
using Npgsql;

namespace Airside.Stores.Tests.Postgres;

/// <summary>Replaces the clock of a database with one that stands still until a test sets it.</summary>
internal sealed class DatabaseClock(string connectionString) : IAsyncDisposable
{
    /// <summary>Keeps one connection, because some tests set the clock before each transaction.</summary>
    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(connectionString + ";Maximum Pool Size=1");

    private DateTimeOffset _present;

    /// <summary>Replaces the clock of a migrated database.</summary>
    public async Task ReplaceAsync(DateTimeOffset present)
    {
        await PostgresFixture.ExecuteAsync(
            connectionString,
            """
            CREATE TABLE IF NOT EXISTS public.test_clock (present timestamptz NOT NULL);
            INSERT INTO public.test_clock SELECT now() WHERE NOT EXISTS (SELECT FROM public.test_clock);
            CREATE OR REPLACE FUNCTION airside.clock() RETURNS timestamptz LANGUAGE sql VOLATILE
            AS $$ SELECT present FROM public.test_clock $$
            """);
        await SetAsync(present);
    }

    /// <summary>Sets the clock if it shows another time.</summary>
    public async Task SetAsync(DateTimeOffset present)
    {
        if (present != _present)
        {
            _present = present;
            await using var command = _source.CreateCommand("UPDATE public.test_clock SET present = $1");
            command.Parameters.Add(new NpgsqlParameter { Value = present.UtcDateTime });
            await command.ExecuteNonQueryAsync();
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _source.DisposeAsync();
}

/// <summary>A store that sets its database's clock to the test's time before each call that needs it.</summary>
internal sealed class ClockedStore(IStore store, TimeProvider time, DatabaseClock clock) : IStore, ITransactionLedger, ILedgerArchive
{
    public ITransactionLedger Ledger => this;

    public IAirlineStore Airlines => store.Airlines;

    public ILedgerArchive Archive => this;

    public string? Outage => store.Outage;

    public StoreClock? Clock => store.Clock;

    public RouteUsage RouteUsage => store.RouteUsage;

    public TimeSpan KeyWindow => store.Ledger.KeyWindow;

    public string? WriteFault => store.Ledger.WriteFault;

    public Task OpenAsync(CancellationToken cancellationToken) => store.OpenAsync(cancellationToken);

    public Task OpenToReadAsync(CancellationToken cancellationToken) => store.OpenToReadAsync(cancellationToken);

    public Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancellationToken) => store.MigrateAsync(cancellationToken);

    public ValueTask DisposeAsync() => store.DisposeAsync();

    public async ValueTask RecordAsync(
        ReadOnlyMemory<Transaction> batch, Memory<RecordOutcome> outcomes, CancellationToken cancellationToken)
    {
        await SetClockAsync();
        await store.Ledger.RecordAsync(batch, outcomes, cancellationToken);
    }

    public ValueTask<long> TotalAsync(FlightRoute route, CancellationToken cancellationToken) =>
        store.Ledger.TotalAsync(route, cancellationToken);

    public ValueTask<RouteSummary?> RouteAsync(FlightRoute route, CancellationToken cancellationToken) =>
        store.Ledger.RouteAsync(route, cancellationToken);

    public ValueTask<IReadOnlyList<RouteSummary>> TopAsync(int limit, CancellationToken cancellationToken) =>
        store.Ledger.TopAsync(limit, cancellationToken);

    public ValueTask<RouteList> RoutesAsync(RouteQuery query, CancellationToken cancellationToken) =>
        store.Ledger.RoutesAsync(query, cancellationToken);

    public ValueTask<IReadOnlyList<HistoryPoint>> HistoryAsync(
        FlightRoute route, DateTimeOffset from, DateTimeOffset to, HistoryBucket bucket, CancellationToken cancellationToken) =>
        store.Ledger.HistoryAsync(route, from, to, bucket, cancellationToken);

    public async ValueTask<DateTimeOffset> HoursSinceAsync(CancellationToken cancellationToken)
    {
        await SetClockAsync();
        return await store.Ledger.HoursSinceAsync(cancellationToken);
    }

    public ValueTask<LedgerOverview> OverviewAsync(int limit, DateTimeOffset activeSince, CancellationToken cancellationToken) =>
        store.Ledger.OverviewAsync(limit, activeSince, cancellationToken);

    public ValueTask<LedgerHours> HoursOfAllAsync(
        DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) =>
        store.Ledger.HoursOfAllAsync(from, to, cancellationToken);

    public Task RollUpAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        store.Ledger.RollUpAsync(before, cancellationToken);

    public async IAsyncEnumerable<ArchiveEntry> ReadAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await SetClockAsync();
        await foreach (var entry in store.Archive.ReadAsync(cancellationToken))
        {
            yield return entry;
        }
    }

    public async Task<long?> BeginImportAsync(string id, CancellationToken cancellationToken)
    {
        await SetClockAsync();
        return await store.Archive.BeginImportAsync(id, cancellationToken);
    }

    public Task ImportAsync(string id, long batch, IReadOnlyList<ArchiveEntry> entries, CancellationToken cancellationToken) =>
        store.Archive.ImportAsync(id, batch, entries, cancellationToken);

    public Task FinishImportAsync(string id, CancellationToken cancellationToken) => store.Archive.FinishImportAsync(id, cancellationToken);

    private Task SetClockAsync() => clock.SetAsync(time.GetUtcNow());
}
