using System.Globalization;
using Airside.Core;
using Npgsql;

namespace Airside.Stores.Postgres;

/// <summary>
/// The key partitions, one for each day: created ahead, switched at midnight UTC, and dropped when their last key has left the window.
/// </summary>
/// <remarks>
/// The row of <c>ledger_state</c>, not the clock of a process, decides which day a key belongs to. The change waits for every batch of the
/// old day, so two batches of different days cannot record the same new key without seeing each other. Only one day is open at a time.
/// </remarks>
internal sealed class KeyPartitions(TimeSpan keyWindow)
{
    /// <summary>Days created ahead, so that the change at midnight finds its partition.</summary>
    private const int DaysAhead = 3;

    /// <summary>How far the clock of a server that takes over may be behind without a key being dropped too early.</summary>
    private static readonly TimeSpan ClockMargin = TimeSpan.FromMinutes(30);

    /// <summary>Starts the day that is due, with its partition. Does nothing if it is already current.</summary>
    public async Task ChangeAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var day = await DueAsync(connection, cancellationToken);
        await CreateAsync(connection, day, cancellationToken);
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

    /// <summary>Creates the partitions of the coming days and drops those that no replay can need; one process at a time.</summary>
    /// <returns>Whether this process did it; false if another one is doing it.</returns>
    /// <exception cref="PostgresException">
    /// A reader held a partition for longer than recording may wait. The other partitions are done; this one is dropped another time.
    /// </exception>
    public async Task<bool> MaintainAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var due = await DueAsync(connection, cancellationToken);
        var days = Enumerable.Range(0, DaysAhead + 1).Select(due.AddDays);
        if (!await AloneAsync(connection, () => CreateAsync(connection, days, cancellationToken), cancellationToken))
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

    /// <summary>Runs work in one transaction while no other process does maintenance. Its end releases all locks.</summary>
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

    private static async Task CreateAsync(NpgsqlConnection connection, IEnumerable<DateOnly> days, CancellationToken cancellationToken)
    {
        foreach (var day in days)
        {
            await CreateAsync(connection, day, cancellationToken);
        }
    }

    private static string PartitionOf(DateOnly day) => $"airside.transaction_key_{day.ToString("yyyyMMdd", CultureInfo.InvariantCulture)}";

    private static string Literal(DateOnly day) => $"'{day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}'";

    /// <summary>
    /// Creates the partition of a day as a separate table and attaches it, which blocks no reader, unlike creating it in place. The
    /// constraint only avoids the scan while attaching.
    /// </summary>
    private static async Task CreateAsync(NpgsqlConnection connection, DateOnly day, CancellationToken cancellationToken)
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
    /// Drops the partition of a day. Every batch queues behind a process that waits for this lock, so the wait is short: a backup, a
    /// forgotten transaction or a report that reads the keys delays the drop and nothing else.
    /// </summary>
    private static async Task DropAsync(NpgsqlConnection connection, DateOnly day, CancellationToken cancellationToken)
    {
        var partition = PartitionOf(day);
        await connection.ExecuteAsync($"SET LOCAL lock_timeout = '{Limits.PostgresDropTimeoutMs}ms'", cancellationToken);

        // An earlier version detached partitions concurrently, and may have been interrupted.
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
        // A day that ended under a clock that was ahead counts as ended when that is noticed, which is now.
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
