using System.Globalization;
using Airside.Core;
using Npgsql;

namespace Airside.Stores.Postgres;

/// <summary>
/// The partitions of the keys, one for each day: made ahead, changed over at midnight UTC, and dropped when their last key has left the
/// window.
/// </summary>
/// <remarks>
/// Which day a key belongs to is decided by the row of <c>ledger_state</c>, not by the clock of a process: the change waits for every
/// batch of the old day, so no two batches of different days can hold the same new key, each unseen by the other. Two days are never
/// open at once.
/// </remarks>
internal sealed class KeyDays(TimeSpan keyWindow)
{
    /// <summary>Days that are made ahead, so that the change at midnight finds its partition.</summary>
    private const int DaysAhead = 3;

    /// <summary>The clock of a server that takes over may be behind by so much without a key being dropped too early.</summary>
    private static readonly TimeSpan ClockMargin = TimeSpan.FromMinutes(30);

    /// <summary>Begins the day that is due, with its partition. Does nothing when it is the current one.</summary>
    public async Task ChangeAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var day = await DueAsync(connection, cancellationToken);
        await MakeAsync(connection, day, cancellationToken);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("SELECT airside.lock_ledger_state()"),
                new("UPDATE airside.key_day SET ended_at = airside.clock() WHERE ended_at IS NULL AND day < $1")
                {
                    Parameters = { new() { Value = day } },
                },
                new("""
                    UPDATE airside.ledger_state SET key_day = $1, key_day_began_at = airside.clock() WHERE key_day < $1
                    RETURNING setval('airside.latest_clock', extract(epoch FROM key_day_began_at)::bigint)
                    """)
                {
                    Parameters = { new() { Value = day } },
                },
            },
        };
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Makes the partitions of the coming days and drops those that no repeat can ask for; one process at a time.</summary>
    /// <returns>Whether this process did it; otherwise another one is at it.</returns>
    /// <exception cref="PostgresException">
    /// A reader has held on to a day for longer than recording may be made to wait. The others are done; this one is dropped another time.
    /// </exception>
    public async Task<bool> MaintainAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var due = await DueAsync(connection, cancellationToken);
        var days = Enumerable.Range(0, DaysAhead + 1).Select(due.AddDays);
        if (!await AloneAsync(connection, () => MakeAsync(connection, days, cancellationToken), cancellationToken))
        {
            return false;
        }

        PostgresException? held = null;
        foreach (var day in await EndedAsync(connection, cancellationToken))
        {
            try
            {
                await AloneAsync(connection, () => DropAsync(connection, day, cancellationToken), cancellationToken);
            }
            catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.LockNotAvailable)
            {
                held = exception;
            }
        }

        return held is null ? true : throw held;
    }

    /// <summary>Does something in one transaction while no other process does such a thing. All locks go with the transaction.</summary>
    private static async Task<bool> AloneAsync(NpgsqlConnection connection, Func<Task> work, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await connection.ScalarAsync($"SELECT pg_try_advisory_xact_lock({AdvisoryLock.Maintenance})", cancellationToken) is not true)
        {
            return false;
        }

        await work();
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    private static async Task<DateOnly> DueAsync(NpgsqlConnection connection, CancellationToken cancellationToken) => (DateOnly)(
        await connection.ScalarAsync("SELECT airside.due_key_day(s, airside.clock()) FROM airside.ledger_state s", cancellationToken))!;

    private static async Task MakeAsync(NpgsqlConnection connection, IEnumerable<DateOnly> days, CancellationToken cancellationToken)
    {
        foreach (var day in days)
        {
            await MakeAsync(connection, day, cancellationToken);
        }
    }

    private static string PartitionOf(DateOnly day) => $"airside.transaction_key_{day.ToString("yyyyMMdd", CultureInfo.InvariantCulture)}";

    private static string Literal(DateOnly day) => $"'{day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}'";

    /// <summary>
    /// Makes the partition of a day beside the table and attaches it, which unlike making it in place stops no reader. The constraint
    /// only spares the scan while it is attached.
    /// </summary>
    private static async Task MakeAsync(NpgsqlConnection connection, DateOnly day, CancellationToken cancellationToken)
    {
        if (await connection.ScalarAsync("SELECT true FROM airside.key_day WHERE day = $1", cancellationToken, day) is true)
        {
            return;
        }

        await connection.ExecuteAsync(
            $"""
            DO $$
            BEGIN
                PERFORM set_config('lock_timeout', '{Limits.PostgresLockTimeoutMs}ms', true);
                PERFORM pg_advisory_xact_lock({AdvisoryLock.NewDay});
                IF NOT EXISTS (SELECT FROM airside.key_day WHERE day = {Literal(day)}) THEN
                    CREATE TABLE {PartitionOf(day)} (LIKE airside.transaction_key INCLUDING ALL);
                    ALTER TABLE {PartitionOf(day)} ADD CONSTRAINT of_day CHECK (day = {Literal(day)});
                    ALTER TABLE airside.transaction_key ATTACH PARTITION {PartitionOf(day)} FOR VALUES IN ({Literal(day)});
                    ALTER TABLE {PartitionOf(day)} DROP CONSTRAINT of_day;
                    INSERT INTO airside.key_day (day) VALUES ({Literal(day)});
                END IF;
            END $$
            """,
            cancellationToken);
    }

    /// <summary>
    /// Drops the partition of a day. Every batch waits behind whoever waits for this lock, so it is waited for shortly: a backup, a
    /// forgotten transaction or a report that reads the keys delays the dropping and nothing else.
    /// </summary>
    private static async Task DropAsync(NpgsqlConnection connection, DateOnly day, CancellationToken cancellationToken)
    {
        var partition = PartitionOf(day);
        await connection.ExecuteAsync($"SET LOCAL lock_timeout = '{Limits.PostgresDropTimeoutMs}ms'", cancellationToken);

        // An earlier version took partitions off the table concurrently, and may have been ended halfway.
        var isPending = await connection.ScalarAsync(
            $"SELECT inhdetachpending FROM pg_inherits WHERE inhrelid = to_regclass('{partition}')", cancellationToken);
        if (isPending is true)
        {
            await connection.ExecuteAsync($"ALTER TABLE airside.transaction_key DETACH PARTITION {partition} FINALIZE", cancellationToken);
        }

        await connection.ExecuteAsync($"DROP TABLE IF EXISTS {partition}", cancellationToken);
        await connection.ExecuteAsync($"DELETE FROM airside.key_day WHERE day = {Literal(day)}", cancellationToken);
    }

    private async Task<List<DateOnly>> EndedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        // A day that ended under a clock which was ahead counts as ended when that is noticed, which is now.
        await connection.ExecuteAsync(
            "UPDATE airside.key_day SET ended_at = airside.clock() WHERE ended_at > airside.clock() + interval '5 minutes'",
            cancellationToken);
        await using var command = new NpgsqlCommand(
            "SELECT day FROM airside.key_day WHERE ended_at < airside.clock() - $1 ORDER BY day", connection)
        {
            Parameters = { new() { Value = keyWindow + ClockMargin } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var days = new List<DateOnly>();
        while (await reader.ReadAsync(cancellationToken))
        {
            days.Add(reader.GetFieldValue<DateOnly>(0));
        }

        return days;
    }
}
