using System.Data;
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
internal sealed class KeyDays(TimeSpan keyWindow, TimeProvider timeProvider)
{
    /// <summary>Days that are made ahead, so that the change at midnight finds its partition.</summary>
    private const int DaysAhead = 2;

    /// <summary>Clocks of processes may differ by so much without a key being dropped too early.</summary>
    private static readonly TimeSpan ClockMargin = TimeSpan.FromHours(1);

    /// <summary>The present day of UTC by the clock of this process.</summary>
    public static DateOnly DayOf(DateTimeOffset now) => DateOnly.FromDateTime(now.UtcDateTime);

    /// <summary>Makes today the current day, with its partition. Does nothing when it is, or when a later one is.</summary>
    public async Task ChangeAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var now = timeProvider.GetUtcNow();
        await MakeAsync(connection, DayOf(now), cancellationToken);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("SELECT airside.lock_ledger_state()"),
                new("UPDATE airside.key_day SET ended_at = $2 WHERE ended_at IS NULL AND day < $1")
                {
                    Parameters = { new() { Value = DayOf(now) }, new() { Value = now.UtcDateTime } },
                },
                new("UPDATE airside.ledger_state SET key_day = $1 WHERE key_day < $1") { Parameters = { new() { Value = DayOf(now) } } },
            },
        };
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Makes the partitions of the coming days and drops those that no repeat can ask for; one process at a time.</summary>
    /// <returns>Whether this process did it; otherwise another one is at it.</returns>
    public async Task<bool> MaintainAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (await connection.ScalarAsync($"SELECT pg_try_advisory_lock({AdvisoryLock.Maintenance})", cancellationToken) is not true)
        {
            return false;
        }

        try
        {
            for (var day = 0; day <= DaysAhead; day++)
            {
                await MakeAsync(connection, DayOf(timeProvider.GetUtcNow()).AddDays(day), cancellationToken);
            }

            foreach (var day in await EndedAsync(connection, cancellationToken))
            {
                await DropAsync(connection, day, cancellationToken);
            }

            return true;
        }
        finally
        {
            // A connection that has broken has given its locks back, and would hide here why.
            if (connection.State == ConnectionState.Open)
            {
                await connection.ExecuteAsync($"SELECT pg_advisory_unlock({AdvisoryLock.Maintenance})", CancellationToken.None);
            }
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
    /// Takes the partition of a day off the table without stopping it, and drops it. What a crash left half done is finished the next
    /// time.
    /// </summary>
    private static async Task DropAsync(NpgsqlConnection connection, DateOnly day, CancellationToken cancellationToken)
    {
        var partition = PartitionOf(day);
        var state = await connection.ScalarAsync(
            $"""
            SELECT CASE WHEN inherits.inhdetachpending THEN 'FINALIZE' ELSE 'CONCURRENTLY' END
            FROM pg_inherits inherits WHERE inherits.inhrelid = to_regclass('{partition}')
            """,
            cancellationToken);
        if (state is string how)
        {
            await connection.ExecuteAsync($"ALTER TABLE airside.transaction_key DETACH PARTITION {partition} {how}", cancellationToken);
        }

        await connection.ExecuteAsync(
            $"DROP TABLE IF EXISTS {partition}; DELETE FROM airside.key_day WHERE day = {Literal(day)}", cancellationToken);
    }

    private async Task<List<DateOnly>> EndedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        // Of the two clocks the one that is behind, so that neither can drop a day too early by being ahead.
        await using var command = new NpgsqlCommand(
            "SELECT day FROM airside.key_day WHERE ended_at < least($1, now()) - $2 ORDER BY day", connection)
        {
            Parameters = { new() { Value = timeProvider.GetUtcNow().UtcDateTime }, new() { Value = keyWindow + ClockMargin } },
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
