using System.Collections.Concurrent;
using Airside.Core;
using Airside.Core.Transactions;
using Airside.Stores.Postgres;
using Airside.Stores.Tests.Contract;
using Npgsql;

namespace Airside.Stores.Tests.Postgres;

/// <summary>The partitions of the keys, under a simulated clock.</summary>
[Trait("Category", "Tool")]
public sealed class KeyPartitionTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Midnight = TestTime.Start.AddDays(1);
    private string _database = "";
    private DatabaseClock _clock = null!;
    private PostgresStore _store = null!;
    private PostgresStore _other = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await PostgresFixture.NewDatabaseAsync();
        (_store, _other) = (Replicas.CreateWithLongTimeout(_database), Replicas.CreateWithLongTimeout(_database));
        await _store.MigrateAsync(CancellationToken.None);
        _clock = new DatabaseClock(_database);
        await _clock.ReplaceAsync(TestTime.Start.AddHours(12));

        // The stores are not opened, so no monitor maintains the days during a test.
    }

    public async ValueTask DisposeAsync()
    {
        await (_store?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_other?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_clock?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    [Fact]
    public async Task Replicas_on_both_sides_of_midnight_that_repeat_the_same_keys_count_each_once()
    {
        const int Days = 12;
        const int Batches = 24;
        const int KeysPerBatch = 10;
        var outcomes = new ConcurrentBag<RecordOutcome>();
        for (var day = 0; day < Days; day++)
        {
            // The clock passes midnight while batches are under way.
            await _clock.SetAsync(Midnight.AddDays(day).AddSeconds(-1));
            var before = outcomes.Count;
            var recording = Task.WhenAll(
                from worker in Enumerable.Range(0, 4)
                from store in new[] { _store, _other }
                select Task.Run(() => RecordAllAsync(store, worker)));
            while (outcomes.Count < before + (Batches * KeysPerBatch / 2))
            {
                await Task.Delay(1);
            }

            await _clock.SetAsync(Midnight.AddDays(day).AddSeconds(1));
            await recording;

            async Task RecordAllAsync(PostgresStore store, int worker)
            {
                for (var batch = worker; batch < Batches; batch += 4)
                {
                    var keys = Enumerable.Range(0, KeysPerBatch).Select(key => $"{day}/{batch}/{key}").ToArray();
                    Array.ForEach(await UntilRecordedAsync(store, "AR1133", keys), outcomes.Add);
                }
            }
        }

        const int Keys = Days * Batches * KeysPerBatch;
        Assert.Equal(2 * Keys, outcomes.Count);
        Assert.InRange(outcomes.Count(outcome => !outcome.IsReplay), 1, Keys);
        Assert.Equal(Keys, await _store.Ledger.TotalAsync(FlightRoute.Parse("AR1133"), CancellationToken.None));
        Assert.Equal(Keys, await CountAsync("SELECT count(*) FROM airside.transaction_key"));
        Assert.Equal(Keys, await CountAsync("SELECT count(DISTINCT key) FROM airside.transaction_key"));
        Assert.True(
            await CountAsync(
                """
                SELECT count(*) FROM (
                    SELECT FROM airside.transaction_key GROUP BY split_part(key, '/', 1) HAVING count(DISTINCT day) > 1) changed
                """) > 0,
            "The day never changed while batches were under way.");
    }

    [Fact]
    public async Task A_change_of_day_waits_for_the_batches_of_the_old_day()
    {
        await RecordAsync(_store, "AR1133", "before");
        await using var batch = new NpgsqlConnection(_database + ";Pooling=false");
        await batch.OpenAsync();
        await ExecuteAsync(batch, "BEGIN; SELECT * FROM airside.record_batch_2(ARRAY['key'], ARRAY['AR1133'], '48 hours')");
        await _clock.SetAsync(Midnight);

        // The new day's batch, with the same key, must not be recorded in addition to the old one.
        await using var hasty = Replicas.CreateWithLongTimeout(_database, timeoutMs: 2 * Limits.PostgresLockTimeoutMs);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => RecordAsync(hasty, "KLM42", "key"));
        await ExecuteAsync(batch, "COMMIT");

        Assert.Equal(
            new RecordOutcome(IsReplay: true, FlightRoute.Parse("AR1133"), 2), Assert.Single(await RecordAsync(_other, "KLM42", "key")));
    }

    [Fact]
    public async Task Days_are_made_ahead_and_dropped_after_the_window_and_never_within_it()
    {
        await RecordAsync(_store, "AR1133", "noon of the first day");
        await _clock.SetAsync(Midnight.AddSeconds(-1));
        await RecordAsync(_store, "AR1133", "first day");
        await MaintainAsync();
        Assert.Equal(Enumerable.Range(14, 4).Select(day => $"2026-03-{day}"), await DaysAsync());

        await _clock.SetAsync(Midnight);
        await RecordAsync(_store, "AR1133", "second day");

        // The first day ended at midnight. Its last key was recorded just before, and is kept for the window from then.
        await _clock.SetAsync(Midnight.AddSeconds(-1) + Replicas.KeyWindow);
        await MaintainAsync();
        Assert.True(Assert.Single(await RecordAsync(_other, "AR1133", "first day")).IsReplay);
        Assert.Contains("2026-03-14", await DaysAsync());

        // The key of noon is stored, but no longer known.
        Assert.False(Assert.Single(await RecordAsync(_other, "AR1133", "noon of the first day")).IsReplay);

        await _clock.SetAsync(Midnight + Replicas.KeyWindow + TimeSpan.FromHours(2));
        await MaintainAsync();
        Assert.DoesNotContain("2026-03-14", await DaysAsync());
        Assert.Equal(
            new RecordOutcome(IsReplay: false, FlightRoute.Parse("AR1133"), 5),
            Assert.Single(await RecordAsync(_store, "AR1133", "first day")));
        Assert.True(Assert.Single(await RecordAsync(_store, "AR1133", "noon of the first day")).IsReplay);
    }

    [Fact]
    public async Task Ten_years_ahead_for_one_transaction_and_back_forget_nothing_and_hold_nothing_up()
    {
        await RecordAsync(_store, "AR1133", "before");
        await _clock.SetAsync(Midnight.AddYears(10));
        await RecordAsync(_store, "AR1133", "ahead");
        await _clock.SetAsync(Midnight.AddHours(-1));
        Assert.All(
            await RecordAsync(_other, "AR1133", "before", "ahead"), outcome => Assert.True(outcome.IsReplay));
        await RecordAsync(_store, "AR1133", "after");

        // New days get other names and are dropped after the window as usual.
        for (var day = 1; day <= 6; day++)
        {
            await _clock.SetAsync(Midnight.AddDays(day));
            Assert.Equal(3 + day, Assert.Single(await RecordAsync(_store, "AR1133", $"day {day}")).Total);
            await MaintainAsync();
        }

        Assert.False(Assert.Single(await RecordAsync(_store, "AR1133", "before")).IsReplay);
        Assert.False(Assert.Single(await RecordAsync(_store, "AR1133", "after")).IsReplay);
        Assert.True(Assert.Single(await RecordAsync(_store, "AR1133", "day 5")).IsReplay);
        Assert.InRange((await DaysAsync()).Length, 4, 4 + 4);
    }

    [Fact]
    public async Task A_slower_server_after_a_failover_opens_no_day_again()
    {
        await RecordAsync(_store, "AR1133", "evening");
        await _clock.SetAsync(Midnight.AddMinutes(1));
        await RecordAsync(_store, "AR1133", "past midnight");
        await _clock.SetAsync(Midnight.AddMinutes(-9));

        Assert.Equal(3, Assert.Single(await RecordAsync(_other, "AR1133", "slower")).Total);
        Assert.All(
            await RecordAsync(_other, "AR1133", "evening", "past midnight", "slower"), outcome => Assert.True(outcome.IsReplay));
        Assert.Equal(
            ["2026-03-14 1", "2026-03-15 1", "2026-03-16 1"],
            await PostgresFixture.ScalarAsync<string[]>(
                _database,
                """
                SELECT array_agg(line ORDER BY line)
                FROM (SELECT concat(day, ' ', count(*)) AS line FROM airside.transaction_key GROUP BY day) days
                """));
    }

    [Theory]
    [InlineData("10 minutes")]
    [InlineData("9 hours")]
    [InlineData("36 hours")]
    [InlineData("10 years")]
    public async Task A_key_that_was_recorded_while_the_clock_was_ahead_is_remembered_for_the_window_from_when_that_is_noticed(string ahead)
    {
        var back = TestTime.Start.AddHours(12).AddSeconds(1);
        await RecordAsync(_store, "AR1133", "before");
        await PostgresFixture.ExecuteAsync(_database, $"UPDATE public.test_clock SET present = present + interval '{ahead}'");
        Assert.False(Assert.Single(await RecordAsync(_store, "AR1133", "ahead")).IsReplay);
        await _clock.SetAsync(back);
        Assert.False(Assert.Single(await RecordAsync(_other, "AR1133", "after")).IsReplay);

        await _clock.SetAsync(back + Replicas.KeyWindow);
        await MaintainAsync();
        Assert.True(Assert.Single(await RecordAsync(_other, "AR1133", "ahead")).IsReplay);
        var keys = (await Archived.KeysAsync(_store)).Select(key => key.Key.ToString());
        Assert.Equal(["after", "ahead"], keys.Order(StringComparer.Ordinal));

        await _clock.SetAsync(back + Replicas.KeyWindow + TimeSpan.FromHours(1));
        Assert.Empty(await Archived.KeysAsync(_store));
        Assert.All(await RecordAsync(_other, "AR1133", "before", "ahead", "after"), outcome => Assert.False(outcome.IsReplay));
        await MaintainAsync();
        Assert.All(await RecordAsync(_store, "AR1133", "before", "ahead", "after"), outcome => Assert.True(outcome.IsReplay));
    }

    [Fact]
    public async Task A_key_that_left_the_window_is_written_over_once_by_many_at_once()
    {
        await RecordAsync(_store, "AR1133", "key");
        await PostgresFixture.ExecuteAsync(
            _database, "UPDATE airside.transaction_key SET recorded_at = airside.clock() - interval '49 hours'");

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(
            number => Task.Run(() => UntilRecordedAsync(number % 2 == 0 ? _store : _other, "AR1133", "key"))));
        Assert.Equal(1, outcomes.Count(outcome => !Assert.Single(outcome).IsReplay));
        Assert.Equal(2, await _store.Ledger.TotalAsync(FlightRoute.Parse("AR1133"), CancellationToken.None));
        Assert.Equal(1, await CountAsync("SELECT count(*) FROM airside.transaction_key"));
    }

    [Fact]
    public async Task One_process_at_a_time_looks_after_the_days()
    {
        await using var first = new NpgsqlConnection(_database + ";Pooling=false");
        await first.OpenAsync();
        await ExecuteAsync(first, $"BEGIN; SELECT pg_advisory_xact_lock({AdvisoryLock.Maintenance})");
        Assert.False(await MaintainAsync());
        Assert.Empty(await DaysAsync());

        await first.CloseAsync();
        await Waiting.UntilAsync(MaintainAsync, "the days to be looked after");

        Assert.NotEmpty(await DaysAsync());

        // Concurrent calls under load create and drop each day once.
        for (var day = 1; day <= 6; day++)
        {
            await _clock.SetAsync(TestTime.Start.AddDays(day));
            var batches = Enumerable.Range(0, 20).Select(key => RecordAsync(key % 2 == 0 ? _store : _other, "AR1133", $"{day}/{key}"));
            await Task.WhenAll([.. Enumerable.Range(0, 4).Select(_ => MaintainAsync()), .. batches]);
        }

        await MaintainAsync();
        Assert.Equal(
            Enumerable.Range(-3, 7).Select(day => $"{TestTime.Start.AddDays(6 + day):yyyy-MM-dd}"), await DaysAsync());
    }

    [Fact]
    public async Task A_long_reader_delays_the_dropping_of_its_day_and_nothing_else()
    {
        await using (await ReadFirstDayAsync())
        {
            var held = await Assert.ThrowsAsync<PostgresException>(() => MaintainAsync());
            Assert.Equal(PostgresErrorCodes.LockNotAvailable, held.SqlState);

            // Recording continues across changes of day.
            for (var day = 5; day < 8; day++)
            {
                await _clock.SetAsync(Midnight.AddDays(day));
                Assert.False(Assert.Single(await RecordAsync(_store, "AR1133", $"day {day}")).IsReplay);
                await Assert.ThrowsAsync<PostgresException>(() => MaintainAsync());
                Assert.True(Assert.Single(await RecordAsync(_other, "AR1133", $"day {day}")).IsReplay);
            }

            Assert.Contains("2026-03-14", await DaysAsync());
        }

        await Waiting.UntilAsync(MaintainAsync, "the days to be looked after");

        Assert.DoesNotContain("2026-03-14", await DaysAsync());
    }

    /// <summary>An earlier version detached partitions concurrently, and may have been ended halfway.</summary>
    [Fact]
    public async Task A_detachment_that_was_broken_off_is_finished_the_next_time()
    {
        await using (await ReadFirstDayAsync())
        {
            var detaching = PostgresFixture.ExecuteAsync(
                _database, "ALTER TABLE airside.transaction_key DETACH PARTITION airside.transaction_key_20260314 CONCURRENTLY");
            while (await CountAsync("SELECT count(*) FROM pg_inherits WHERE inhdetachpending") == 0)
            {
                await Task.Delay(10);
            }

            await PostgresFixture.ExecuteAsync(
                _database, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%DETACH PARTITION%CONCURRENTLY'");
            await Assert.ThrowsAnyAsync<NpgsqlException>(() => detaching);
        }

        Assert.Equal(1, await CountAsync("SELECT count(*) FROM pg_inherits WHERE inhdetachpending"));

        // Recording continues across a change of day, and the pending partition is dropped after all.
        Assert.False(Assert.Single(await RecordAsync(_store, "AR1133", "fifth day")).IsReplay);
        Assert.True(Assert.Single(await RecordAsync(_other, "AR1133", "fifth day")).IsReplay);
        await Waiting.UntilAsync(MaintainAsync, "the days to be looked after");

        Assert.Equal(0, await CountAsync("SELECT count(*) FROM pg_inherits WHERE inhdetachpending"));
        Assert.DoesNotContain("2026-03-14", await DaysAsync());
    }

    /// <summary>A backend may learn of a day a moment before its partition, and finds none until then.</summary>
    [Fact]
    public async Task A_partition_that_a_backend_does_not_know_of_yet_is_waited_for()
    {
        const string Partition = "airside.transaction_key_20260314";
        await RecordAsync(_store, "AR1133", "before");
        await PostgresFixture.ExecuteAsync(_database, $"ALTER TABLE airside.transaction_key DETACH PARTITION {Partition}");
        var recording = RecordAsync(_store, "AR1133", "meanwhile");
        await Task.Delay(50);
        Assert.False(recording.IsCompleted);
        await PostgresFixture.ExecuteAsync(
            _database, $"ALTER TABLE airside.transaction_key ATTACH PARTITION {Partition} FOR VALUES IN ('2026-03-14')");

        Assert.Equal(new RecordOutcome(IsReplay: false, FlightRoute.Parse("AR1133"), 2), Assert.Single(await recording));
    }

    /// <summary>Advances until the first day may be dropped, and reads the keys as long as the connection is open.</summary>
    private async Task<NpgsqlConnection> ReadFirstDayAsync()
    {
        await RecordAsync(_store, "AR1133", "first day");
        await _clock.SetAsync(Midnight);
        await RecordAsync(_store, "AR1133", "second day");
        await _clock.SetAsync(Midnight.AddDays(4));
        var reader = new NpgsqlConnection(_database + ";Pooling=false");
        await reader.OpenAsync();
        await ExecuteAsync(reader, "BEGIN; SELECT count(*) FROM airside.transaction_key");
        return reader;
    }

    private static async Task<RecordOutcome[]> RecordAsync(PostgresStore store, string route, params string[] keys)
    {
        var batch = keys.Select(key => new Transaction(FlightRoute.Parse(route), TransactionKey.Parse(key))).ToArray();
        var outcomes = new RecordOutcome[batch.Length];
        await store.Ledger.RecordAsync(batch, outcomes, CancellationToken.None);
        return outcomes;
    }

    /// <summary>Retries as a client does: on a slow shared disk, a commit may take longer than the store waits.</summary>
    private static async Task<RecordOutcome[]> UntilRecordedAsync(PostgresStore store, string route, params string[] keys)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await RecordAsync(store, route, keys);
            }
            catch (StoreUnavailableException) when (tries < 10)
            {
                await Task.Delay(100);
            }
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<bool> MaintainAsync()
    {
        await using var connection = new NpgsqlConnection(_database + ";Pooling=false");
        await connection.OpenAsync();
        return await new KeyPartitions(Replicas.KeyWindow).MaintainAsync(connection, CancellationToken.None);
    }

    /// <summary>Returns the days with a partition, which must match <c>key_day</c>.</summary>
    private async Task<string[]> DaysAsync()
    {
        var attached = await PostgresFixture.ScalarAsync<string[]>(
            _database,
            """
            SELECT coalesce(array_agg(to_char(to_date(right(inhrelid::regclass::text, 8), 'YYYYMMDD'), 'YYYY-MM-DD') ORDER BY 1), '{}')
            FROM pg_inherits WHERE inhparent = 'airside.transaction_key'::regclass
            """);
        var known = await PostgresFixture.ScalarAsync<string[]>(
            _database, "SELECT coalesce(array_agg(to_char(day, 'YYYY-MM-DD') ORDER BY day), '{}') FROM airside.key_day");
        Assert.Equal(known, attached.Order());
        return known;
    }

    private Task<long> CountAsync(string sql) => PostgresFixture.ScalarAsync<long>(_database, sql);
}
