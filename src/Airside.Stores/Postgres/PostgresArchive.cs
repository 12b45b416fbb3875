using System.Runtime.CompilerServices;
using Airside.Core;
using Airside.Core.Archives;
using Airside.Core.Transactions;
using Npgsql;

namespace Airside.Stores.Postgres;

/// <summary>
/// The ledger as a whole: read as it is at one moment, and written batch by batch, each with its number in one transaction.
/// </summary>
internal sealed class PostgresArchive(PostgresServer server, KeyDays keyDays, TimeSpan keyWindow) : ILedgerArchive
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<ArchiveEntry> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var connection = await server.NameFaultsAsync(() => server.ConnectAsync(cancellationToken).AsTask());
        await using var transaction = await connection.BeginTransactionAsync(
            System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        var routes = Rows(
            connection,
            "SELECT route, total, first_at, last_at FROM airside.route",
            reader => new RouteEntry(new RouteSummary(
                FlightRoute.Parse(reader.GetString(0)), reader.GetInt64(1), Time(reader, 2), Time(reader, 3))));
        var hours = Rows(
            connection,
            "SELECT route, hour, transactions FROM airside.route_hour",
            reader => new HourEntry(FlightRoute.Parse(reader.GetString(0)), Time(reader, 1), reader.GetInt64(2)));
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
                TransactionKey.Parse(reader.GetString(0)), FlightRoute.Parse(reader.GetString(1)), reader.GetInt64(2), Time(reader, 3)),
            keyWindow);
        foreach (var entries in new[] { routes, hours, keys })
        {
            await foreach (var entry in entries.WithCancellation(cancellationToken))
            {
                yield return entry;
            }
        }
    }

    /// <inheritdoc/>
    public Task<long?> BeginImportAsync(string id, CancellationToken cancellationToken) => InTransactionAsync<long?>(
        async (connection, token) =>
        {
            await keyDays.ChangeAsync(connection, token);
            var state = await StateAsync(connection, token);
            if (state.Id == id)
            {
                return state.IsFinished ? null : state.Batches;
            }

            if (!state.IsFinished)
            {
                throw new StoreUnavailableException(
                    $"Another import into PostgreSQL at {server.Name} was begun and not finished: {state.Id}. Finish it with its own "
                    + "file.");
            }

            if (await connection.ScalarAsync("SELECT EXISTS (SELECT FROM airside.route)", token) is true)
            {
                throw new StoreUnavailableException(
                    $"The ledger in PostgreSQL at {server.Name} holds transactions already; an import needs an empty one.");
            }

            await connection.ExecuteAsync(
                "UPDATE airside.ledger_state SET import_id = $1, import_batches = 0, import_finished = false", token, id);
            return 0;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task ImportAsync(string id, long batch, IReadOnlyList<ArchiveEntry> entries, CancellationToken cancellationToken) =>
        InTransactionAsync(
            async (connection, token) =>
            {
                var state = await StateAsync(connection, token);
                if (state.Id != id || state.Batches < batch)
                {
                    throw new InvalidOperationException(
                        $"Batch {batch} of import {id} does not follow: the store is at batch {state.Batches} of import {state.Id}.");
                }

                if (state.Batches == batch && !state.IsFinished)
                {
                    await InsertAsync(connection, entries, token);
                    await connection.ExecuteAsync("UPDATE airside.ledger_state SET import_batches = import_batches + 1", token);
                }

                return true;
            },
            cancellationToken);

    /// <inheritdoc/>
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
        var hours = entries.OfType<HourEntry>().ToArray();
        await connection.ExecuteAsync(
            "INSERT INTO airside.route_hour (route, hour, transactions) SELECT * FROM unnest($1, $2, $3)",
            cancellationToken,
            hours.Select(hour => hour.Route.ToString()).ToArray(),
            hours.Select(hour => hour.Hour.UtcDateTime).ToArray(),
            hours.Select(hour => hour.Transactions).ToArray());

        // All keys belong to the current day, whenever they were recorded: so they are kept at least as long as they must be.
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

    /// <summary>How far an import is.</summary>
    private sealed record ImportState(string? Id, long Batches, bool IsFinished);
}
