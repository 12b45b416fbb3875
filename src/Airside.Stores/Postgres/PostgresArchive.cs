using System.Runtime.CompilerServices;
using Airside.Core;
using Airside.Core.Transactions;
using Npgsql;

namespace Airside.Stores.Postgres;

/// <summary>
/// The entire ledger: read as of one moment, and written batch by batch, each with its number in one transaction.
/// </summary>
internal sealed class PostgresArchive(PostgresServer server, KeyPartitions keyPartitions, TimeSpan keyWindow) : ILedgerArchive
{
    public async IAsyncEnumerable<ArchiveEntry> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var connection = await server.ConnectForLongAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(
            System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        var routes = Rows(
            connection,
            "SELECT route, total, first_at, last_at FROM airside.route",
            reader => new RouteEntry(new RouteSummary(
                FlightRoute.FromStored(reader.GetString(0)), reader.GetInt64(1), Time(reader, 2), Time(reader, 3))));
        var days = Rows(
            connection,
            "SELECT route, day, transactions FROM airside.route_day",
            reader => new DayEntry(FlightRoute.FromStored(reader.GetString(0)), Time(reader, 1), reader.GetInt64(2)));
        var hours = Rows(
            connection,
            "SELECT route, hour, transactions FROM airside.route_hour",
            reader => new HourEntry(FlightRoute.FromStored(reader.GetString(0)), Time(reader, 1), reader.GetInt64(2)));
        var keys = Rows(
            connection,
            """
            WITH moment AS MATERIALIZED (
                SELECT c.since, airside.forgotten_day(c.since) AS forgotten FROM (SELECT airside.clock() - $1 AS since) c
            )
            SELECT k.key, k.route, k.total, k.recorded_at
            FROM airside.transaction_key k, moment m WHERE k.recorded_at >= m.since AND k.day > m.forgotten
            """,
            reader => new KeyEntry(
                TransactionKey.FromStored(reader.GetString(0)),
                FlightRoute.FromStored(reader.GetString(1)),
                reader.GetInt64(2),
                Time(reader, 3)),
            keyWindow);
        foreach (var entries in new[] { routes, days, hours, keys })
        {
            await foreach (var entry in entries.WithCancellation(cancellationToken))
            {
                yield return entry;
            }
        }
    }

    public Task<long?> BeginImportAsync(string id, CancellationToken cancellationToken) => InTransactionAsync<long?>(
        async (connection, token) =>
        {
            await keyPartitions.ChangeAsync(connection, token);
            var state = await StateAsync(connection, token);
            if (state.Id == id)
            {
                return state.IsFinished ? null : state.Batches;
            }

            if (!state.IsFinished)
            {
                throw new StoreUnavailableException(
                    $"Another import into PostgreSQL at {server.Name} was started but not finished: {state.Id}. Finish it with its "
                    + "own file.");
            }

            if (await connection.ScalarAsync("SELECT EXISTS (SELECT FROM airside.route)", token) is true)
            {
                throw new StoreUnavailableException(
                    $"The ledger in PostgreSQL at {server.Name} already has transactions; an import needs an empty one.");
            }

            await connection.ExecuteAsync(
                "UPDATE airside.ledger_state SET import_id = $1, import_batches = 0, import_finished = false", token, id);
            return 0;
        },
        cancellationToken);

    public Task ImportAsync(string id, long batch, IReadOnlyList<ArchiveEntry> entries, CancellationToken cancellationToken) =>
        InTransactionAsync(
            async (connection, token) =>
            {
                var state = await StateAsync(connection, token);
                if (state.Id != id || state.Batches < batch)
                {
                    throw new InvalidOperationException(
                        $"Batch {batch} of import {id} is out of order: the store is at batch {state.Batches} of import {state.Id}.");
                }

                if (state.Batches == batch && !state.IsFinished)
                {
                    await InsertAsync(connection, entries, token);
                    await connection.ExecuteAsync("UPDATE airside.ledger_state SET import_batches = import_batches + 1", token);
                }

                return true;
            },
            cancellationToken);

    public Task FinishImportAsync(string id, CancellationToken cancellationToken) => InTransactionAsync(
        async (connection, token) =>
        {
            await connection.ExecuteAsync("UPDATE airside.ledger_state SET import_finished = true WHERE import_id = $1", token, id);
            return true;
        },
        cancellationToken);

    private static async Task InsertAsync(
        NpgsqlConnection connection, IReadOnlyList<ArchiveEntry> entries, CancellationToken cancellationToken)
    {
        var routes = entries.OfType<RouteEntry>().Select(entry => entry.Summary).ToArray();
        await connection.ExecuteAsync(
            "INSERT INTO airside.route (route, total, first_at, last_at) SELECT * FROM unnest($1, $2, $3, $4)",
            cancellationToken,
            routes.Select(route => route.Route.ToString()).ToArray(),
            routes.Select(route => route.Total).ToArray(),
            routes.Select(route => route.FirstAt.UtcDateTime).ToArray(),
            routes.Select(route => route.LastAt.UtcDateTime).ToArray());
        var days = entries.OfType<DayEntry>().Select(day => (day.Route, day.Day, day.Transactions)).ToArray();
        if (days.Length > 0)
        {
            await PostgresRollUp.BeginAsync(connection, days.Max(day => day.Day).AddDays(1), cancellationToken);
        }

        await InsertCountsAsync(connection, "route_day (route, day, transactions)", days, cancellationToken);
        await InsertCountsAsync(
            connection,
            "route_hour (route, hour, transactions)",
            [.. entries.OfType<HourEntry>().Select(hour => (hour.Route, hour.Hour, hour.Transactions))],
            cancellationToken);

        // All keys go to the current day, regardless of when they were recorded, so they are kept at least as long as required.
        var keys = entries.OfType<KeyEntry>().ToArray();
        await connection.ExecuteAsync(
            """
            INSERT INTO airside.transaction_key (key, day, route, total, recorded_at)
            SELECT k.key, s.key_day, k.route, k.total, k.recorded_at
            FROM unnest($1, $2, $3, $4) AS k (key, route, total, recorded_at), airside.ledger_state s
            """,
            cancellationToken,
            keys.Select(key => key.Key.ToString()).ToArray(),
            keys.Select(key => key.Route.ToString()).ToArray(),
            keys.Select(key => key.Total).ToArray(),
            keys.Select(key => key.RecordedAt.UtcDateTime).ToArray());
    }

    private static Task InsertCountsAsync(
        NpgsqlConnection connection,
        string table,
        (FlightRoute Route, DateTimeOffset Start, long Transactions)[] counts,
        CancellationToken cancellationToken) => connection.ExecuteAsync(
            $"INSERT INTO airside.{table} SELECT * FROM unnest($1, $2, $3)",
            cancellationToken,
            Array.ConvertAll(counts, count => count.Route.ToString()),
            Array.ConvertAll(counts, count => count.Start.UtcDateTime),
            Array.ConvertAll(counts, count => count.Transactions));

    private static async Task<ImportState> StateAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync("SELECT airside.lock_ledger_state()", cancellationToken);
        await using var command = new NpgsqlCommand(
            "SELECT import_id, import_batches, import_finished FROM airside.ledger_state", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new ImportState(reader.IsDBNull(0) ? null : reader.GetString(0), reader.GetInt64(1), reader.GetBoolean(2));
    }

    private static DateTimeOffset Time(NpgsqlDataReader reader, int column) => reader.GetFieldValue<DateTimeOffset>(column);

    private static async IAsyncEnumerable<ArchiveEntry> Rows(
        NpgsqlConnection connection,
        string sql,
        Func<NpgsqlDataReader, ArchiveEntry> read,
        TimeSpan? window = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        if (window is { } value)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            yield return read(reader);
        }
    }

    private Task<T> InTransactionAsync<T>(
        Func<NpgsqlConnection, CancellationToken, Task<T>> operation, CancellationToken cancellationToken) => server.RunLongAsync(
            async (connection, token) =>
            {
                await using var transaction = await connection.BeginTransactionAsync(token);
                var result = await operation(connection, token);
                await transaction.CommitAsync(token);
                return result;
            },
            cancellationToken);

    /// <summary>Progress of an import.</summary>
    private sealed record ImportState(string? Id, long Batches, bool IsFinished);
}
