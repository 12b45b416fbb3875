using Airside.Core;
using Npgsql;

namespace Airside.Stores.Postgres;

/// <summary>
/// Turns old hours into days, a few routes at a time, each time in one transaction: what interrupts it leaves no hour counted twice or
/// lost, and readers see either the hours or the day.
/// </summary>
internal sealed class PostgresRollUp(PostgresServer server)
{
    private const string MoveNext =
        """
        WITH next AS MATERIALIZED (
            SELECT route FROM airside.route WHERE route > $1 ORDER BY route LIMIT $3
        ), ended AS (
            DELETE FROM airside.route_hour h USING next n WHERE h.route = n.route AND h.hour < $2
            RETURNING h.route, h.hour, h.transactions
        ), days AS (
            INSERT INTO airside.route_day AS d (route, day, transactions)
            SELECT route, date_trunc('day', hour, 'UTC'), sum(transactions)::bigint FROM ended GROUP BY 1, 2 ORDER BY 1, 2
            ON CONFLICT (route, day) DO UPDATE SET transactions = d.transactions + excluded.transactions
        )
        SELECT max(route) FROM next
        """;

    // What is in the future comes from a clock that was ahead, and does not count.
    private const string Since =
        """
        SELECT max(begun) FROM airside.roll_up, unnest(ARRAY[begun_before, finished_before]) AS begun WHERE begun <= airside.clock()
        """;

    private const string Begin =
        """
        INSERT INTO airside.roll_up AS r (begun_before, finished_before) VALUES ($1, '-infinity')
        ON CONFLICT (id) DO UPDATE SET begun_before =
            greatest(CASE WHEN r.begun_before <= airside.clock() THEN r.begun_before END, excluded.begun_before)
        """;

    /// <inheritdoc cref="Core.Transactions.ITransactionLedger.HoursSinceAsync"/>
    public Task<DateTimeOffset> SinceAsync(CancellationToken cancellationToken) => server.RunAsync(
        async (connection, token) => await connection.ScalarAsync(Since, token) is DateTime since
            ? new DateTimeOffset(since, TimeSpan.Zero)
            : DateTimeOffset.MinValue,
        cancellationToken);

    /// <summary>Notes that hours before a day become days, or were imported as days.</summary>
    public static Task BeginAsync(NpgsqlConnection connection, DateTimeOffset before, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(Begin, cancellationToken, before.UtcDateTime);

    /// <inheritdoc cref="Core.Transactions.ITransactionLedger.RollUpAsync"/>
    public Task RunAsync(DateTimeOffset before, CancellationToken cancellationToken) => server.RunLongAsync(
        async (connection, token) =>
        {
            if (await connection.ScalarAsync(
                "SELECT true FROM airside.roll_up WHERE finished_before BETWEEN $1 AND airside.clock()", token, before.UtcDateTime) is true)
            {
                return true;
            }

            await BeginAsync(connection, before, token);
            for (string? last = ""; last is not null;)
            {
                await using var transaction = await connection.BeginTransactionAsync(token);
                if (await connection.ScalarAsync($"SELECT pg_try_advisory_xact_lock({AdvisoryLock.RollUp})", token) is not true)
                {
                    // Another process does it.
                    return false;
                }

                // Old hours are few among the others, whatever the statistics say.
                await connection.ExecuteAsync("SET LOCAL enable_seqscan = off", token);
                last = await connection.ScalarAsync(MoveNext, token, last, before.UtcDateTime, Limits.PostgresRollUpRoutes) as string;
                await transaction.CommitAsync(token);
            }

            await connection.ExecuteAsync(
                """
                INSERT INTO airside.roll_up (finished_before) VALUES ($1)
                ON CONFLICT (id) DO UPDATE SET finished_before = excluded.finished_before
                """,
                token,
                before.UtcDateTime);
            return true;
        },
        cancellationToken);
}
