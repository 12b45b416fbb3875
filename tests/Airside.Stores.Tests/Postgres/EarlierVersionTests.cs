using System.Collections.Concurrent;
using Airside.Core.Transactions;
using Airside.Stores.Postgres;
using Npgsql;

namespace Airside.Stores.Tests.Postgres;

/// <summary>
/// Replicas of the previous version beside those of this one, as during a rolling upgrade. The former call <c>record_batch_1</c> with their
/// own time.
/// </summary>
[Trait("Category", "Tool")]
public sealed class EarlierVersionTests : IAsyncLifetime
{
    private static readonly FlightRoute Route = FlightRoute.Parse("AR1133");
    private string _database = "";
    private NpgsqlDataSource _earlier = null!;
    private DatabaseClock _clock = null!;
    private PostgresStore _store = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await PostgresFixture.NewDatabaseAsync();
        _earlier = NpgsqlDataSource.Create(_database + ";Maximum Pool Size=2");
        _store = Replicas.CreateWithLongTimeout(_database);
        await _store.MigrateAsync(CancellationToken.None);
        _clock = new DatabaseClock(_database);
        await _clock.ReplaceAsync(TestTime.Start.AddHours(23));
    }

    public async ValueTask DisposeAsync()
    {
        await (_earlier?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_store?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_clock?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    [Theory]
    [InlineData(-4)]
    [InlineData(0)]
    [InlineData(4)]
    public async Task Both_count_the_same_keys_once_over_midnight(int earlierAheadMinutes)
    {
        const int Days = 4;
        const int Keys = 40;
        var recorded = new ConcurrentBag<string>();
        for (var day = 1; day <= Days; day++)
        {
            await _clock.SetAsync(TestTime.Start.AddDays(day).AddSeconds(-1));
            var recording = Task.WhenAll(
                RecordAllAsync(RecordAsync, day), RecordAllAsync(RecordEarlierAsync, day), RecordAllAsync(RecordEarlierAsync, day));
            while (recorded.Count < ((day - 1) * Keys) + (Keys / 2))
            {
                await Task.Delay(1);
            }

            await _clock.SetAsync(TestTime.Start.AddDays(day).AddSeconds(1));
            await recording;
        }

        Assert.Equal(Days * Keys, recorded.Count);
        Assert.Equal(recorded.Count, recorded.Distinct().Count());
        Assert.Equal(Days * Keys, await _store.Ledger.TotalAsync(Route, CancellationToken.None));

        async Task RecordAllAsync(Func<string, Task<bool>> recordAsync, int day)
        {
            for (var key = 0; key < Keys; key++)
            {
                if (await Task.Run(() => recordAsync($"{day}/{key}")))
                {
                    recorded.Add($"{day}/{key}");
                }
            }
        }

        Task<bool> RecordEarlierAsync(string key) =>
            new EarlierReplica(_earlier, TimeSpan.FromMinutes(earlierAheadMinutes)).RecordAsync(key);
    }

    [Fact]
    public async Task Each_knows_what_the_other_has_recorded()
    {
        var earlier = new EarlierReplica(_earlier, ahead: TimeSpan.Zero);
        Assert.True(await earlier.RecordAsync("by the earlier"));
        Assert.True(await RecordAsync("by this"));

        Assert.False(await RecordAsync("by the earlier"));
        Assert.False(await earlier.RecordAsync("by this"));
        Assert.Equal(2, await _store.Ledger.TotalAsync(Route, CancellationToken.None));
    }

    /// <summary>Returns whether the key was new.</summary>
    private async Task<bool> RecordAsync(string key)
    {
        var outcomes = new RecordOutcome[1];
        await _store.Ledger.RecordAsync(
            new[] { new Transaction(Route, TransactionKey.Parse(key)) }, outcomes, CancellationToken.None);
        return !outcomes[0].IsReplay;
    }

    /// <summary>Records like a replica of the previous version, with its own clock.</summary>
    private sealed class EarlierReplica(NpgsqlDataSource source, TimeSpan ahead)
    {
        public async Task<bool> RecordAsync(string key)
        {
            await using var connection = await source.OpenConnectionAsync();
            await using var clock = new NpgsqlCommand("SELECT airside.clock()", connection);
            var now = (DateTime)(await clock.ExecuteScalarAsync())! + ahead;
            for (var tries = 1; ; tries++)
            {
                try
                {
                    return await CallAsync(connection, key, now);
                }
                catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UniqueViolation && tries < 10)
                {
                    // Another replica has just recorded the key; the next try finds it.
                }
                catch (PostgresException exception) when (exception.SqlState == PostgresFaults.DayNotCurrent && tries < 10)
                {
                    await ChangeDayAsync(connection, now);
                }
            }
        }

        private static async Task<bool> CallAsync(NpgsqlConnection connection, string key, DateTime now)
        {
            await using var command = new NpgsqlCommand(
                "SELECT NOT was_known FROM airside.record_batch_1(ARRAY[$1], ARRAY['AR1133'], $2, $3, date_trunc('hour', $2, 'UTC'))",
                connection)
            {
                Parameters = { new() { Value = key }, new() { Value = now }, new() { Value = DateOnly.FromDateTime(now) } },
            };
            return (bool)(await command.ExecuteScalarAsync())!;
        }

        private static async Task ChangeDayAsync(NpgsqlConnection connection, DateTime now)
        {
            var day = DateOnly.FromDateTime(now);
            var partition = $"airside.transaction_key_{day:yyyyMMdd}";
            await using var batch = new NpgsqlBatch(connection)
            {
                BatchCommands =
                {
                    new($"""
                        DO $$
                        BEGIN
                            PERFORM pg_advisory_xact_lock({AdvisoryLock.NewDay});
                            IF NOT EXISTS (SELECT FROM airside.key_day WHERE day = '{day:yyyy-MM-dd}') THEN
                                CREATE TABLE {partition} (LIKE airside.transaction_key INCLUDING ALL);
                                ALTER TABLE airside.transaction_key ATTACH PARTITION {partition} FOR VALUES IN ('{day:yyyy-MM-dd}');
                                INSERT INTO airside.key_day (day) VALUES ('{day:yyyy-MM-dd}');
                            END IF;
                        END $$
                        """),
                    new("SELECT airside.lock_ledger_state()"),
                    new("UPDATE airside.key_day SET ended_at = $2 WHERE ended_at IS NULL AND day < $1")
                    {
                        Parameters = { new() { Value = day }, new() { Value = now } },
                    },
                    new("UPDATE airside.ledger_state SET key_day = $1 WHERE key_day < $1") { Parameters = { new() { Value = day } } },
                },
            };
            await batch.ExecuteNonQueryAsync();
        }
    }
}
