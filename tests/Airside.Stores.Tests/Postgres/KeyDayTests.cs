using System.Collections.Concurrent;
using Airside.Core;
using Airside.Core.Transactions;
using Airside.Stores.Postgres;
using Npgsql;

namespace Airside.Stores.Tests.Postgres;

/// <summary>The partitions of the keys, with clocks that the test sets.</summary>
[Trait("Category", "Tool")]
public sealed class KeyDayTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Midnight = TestTime.Start.AddDays(1);
    private readonly FakeTimeProvider _time = new(TestTime.Start.AddHours(12));
    private readonly FakeTimeProvider _otherTime = new(TestTime.Start.AddHours(12));
    private string _database = "";
    private PostgresStore _store = null!;
    private PostgresStore _other = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await PostgresFixture.NewDatabaseAsync();
        (_store, _other) = (Replicas.MakePatient(_database, _time), Replicas.MakePatient(_database, _otherTime));
        await _store.MigrateAsync(CancellationToken.None);

        // Not opened, so that no watch looks after the days in the middle of a test.
    }

    public async ValueTask DisposeAsync()
    {
        await (_store?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_other?.DisposeAsync() ?? ValueTask.CompletedTask);
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
            // One clock goes past midnight while batches are under way, the other one stays behind it.
            SetTime(Midnight.AddDays(day).AddSeconds(-1));
            var clock = day % 2 == 0 ? _time : _otherTime;
            var before = outcomes.Count;
            var recording = Task.WhenAll(
                from worker in Enumerable.Range(0, 4)
                from store in new[] { _store, _other }
                select Task.Run(() => RecordAllAsync(store, worker)));
            while (outcomes.Count < before + (Batches * KeysPerBatch / 2))
            {
                await Task.Delay(1);
            }

            clock.AdjustTime(Midnight.AddDays(day).AddSeconds(1));
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
        await ExecuteAsync(
            batch,
            $"""
            BEGIN;
            SELECT * FROM airside.record_batch_2(
                ARRAY['key'], ARRAY['AR1133'], '{_time.GetUtcNow():O}', '{_time.GetUtcNow():yyyy-MM-dd}', '{_time.GetUtcNow():O}');
            """);
        _otherTime.AdjustTime(Midnight);

        // The batch of the new day, with the same key, must not be recorded beside that of the old one.
        await using var hasty = Replicas.MakePatient(_database, _otherTime, timeoutMs: 2 * Limits.PostgresLockTimeoutMs);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => RecordAsync(hasty, "KLM42", "key"));
        await ExecuteAsync(batch, "COMMIT");

        Assert.Equal(
            new RecordOutcome(IsReplay: true, FlightRoute.Parse("AR1133"), 2), Assert.Single(await RecordAsync(_other, "KLM42", "key")));
    }

    [Fact]
    public async Task Days_are_made_ahead_and_dropped_after_the_window_and_never_within_it()
    {
        await RecordAsync(_store, "AR1133", "first day");
        await MaintainAsync(_time);
        Assert.Equal(Enumerable.Range(14, 8).Select(day => $"2026-03-{day}"), await DaysAsync());

        SetTime(Midnight);
        await RecordAsync(_store, "AR1133", "second day");

        // The first day ended at midnight: its last key may have been recorded then, and is kept for the window from there.
        SetTime(Midnight + Replicas.KeyWindow);
        await MaintainAsync(_time);
        Assert.True(Assert.Single(await RecordAsync(_other, "AR1133", "first day")).IsReplay);
        Assert.Contains("2026-03-14", await DaysAsync());

        SetTime(Midnight + Replicas.KeyWindow + TimeSpan.FromHours(2));
        await MaintainAsync(_otherTime);
        Assert.DoesNotContain("2026-03-14", await DaysAsync());
        Assert.Equal(
            new RecordOutcome(IsReplay: false, FlightRoute.Parse("AR1133"), 3),
            Assert.Single(await RecordAsync(_store, "AR1133", "first day")));
        Assert.True(Assert.Single(await RecordAsync(_store, "AR1133", "second day")).IsReplay);
    }

    [Fact]
    public async Task A_day_is_not_dropped_by_a_process_whose_clock_is_ahead()
    {
        await RecordAsync(_store, "AR1133", "first day");
        _time.AdjustTime(Midnight);
        await RecordAsync(_store, "AR1133", "second day");

        // By the clock of the database, which is right, nothing of that day has ended long enough ago.
        await PostgresFixture.ExecuteAsync(_database, "UPDATE airside.key_day SET ended_at = now() WHERE ended_at IS NOT NULL");
        await MaintainAsync(new FakeTimeProvider(Midnight.AddYears(10)));
        Assert.Contains("2026-03-14", await DaysAsync());
        Assert.True(Assert.Single(await RecordAsync(_store, "AR1133", "first day")).IsReplay);
    }

    [Fact]
    public async Task One_process_at_a_time_looks_after_the_days()
    {
        await using var first = new NpgsqlConnection(_database + ";Pooling=false");
        await first.OpenAsync();
        await ExecuteAsync(first, $"BEGIN; SELECT pg_advisory_xact_lock({AdvisoryLock.Maintenance})");
        Assert.False(await MaintainAsync(_time));
        Assert.Empty(await DaysAsync());

        await first.CloseAsync();
        while (!await MaintainAsync(_time))
        {
            await Task.Delay(10);
        }

        Assert.NotEmpty(await DaysAsync());

        // Many at once, under batches, make and drop each day once.
        for (var day = 1; day <= 6; day++)
        {
            SetTime(TestTime.Start.AddDays(day));
            var batches = Enumerable.Range(0, 20).Select(key => RecordAsync(key % 2 == 0 ? _store : _other, "AR1133", $"{day}/{key}"));
            await Task.WhenAll([.. Enumerable.Range(0, 4).Select(_ => MaintainAsync(_time)), .. batches]);
        }

        await MaintainAsync(_time);
        Assert.Equal(
            Enumerable.Range(-3, 11).Select(day => $"{_time.GetUtcNow().AddDays(day):yyyy-MM-dd}"), await DaysAsync());
    }

    [Fact]
    public async Task A_long_reader_delays_the_dropping_of_its_day_and_nothing_else()
    {
        await RecordAsync(_store, "AR1133", "first day");
        SetTime(Midnight);
        await RecordAsync(_store, "AR1133", "second day");
        SetTime(Midnight.AddDays(4));
        await using (var reader = new NpgsqlConnection(_database + ";Pooling=false"))
        {
            await reader.OpenAsync();
            await ExecuteAsync(reader, "BEGIN; SELECT count(*) FROM airside.transaction_key");
            var held = await Assert.ThrowsAsync<PostgresException>(() => MaintainAsync(_time));
            Assert.Equal(PostgresErrorCodes.LockNotAvailable, held.SqlState);

            // Recording goes on meanwhile, over changes of the day.
            for (var day = 5; day < 8; day++)
            {
                SetTime(Midnight.AddDays(day));
                Assert.False(Assert.Single(await RecordAsync(_store, "AR1133", $"day {day}")).IsReplay);
                await Assert.ThrowsAsync<PostgresException>(() => MaintainAsync(_time));
                Assert.True(Assert.Single(await RecordAsync(_other, "AR1133", $"day {day}")).IsReplay);
            }

            Assert.Contains("2026-03-14", await DaysAsync());
        }

        while (!await MaintainAsync(_time))
        {
            await Task.Delay(10);
        }

        Assert.DoesNotContain("2026-03-14", await DaysAsync());
    }

    /// <summary>An earlier version took partitions off the table concurrently, and can have been ended halfway.</summary>
    [Fact]
    public async Task A_detachment_that_was_broken_off_is_finished_the_next_time()
    {
        await RecordAsync(_store, "AR1133", "first day");
        SetTime(Midnight);
        await RecordAsync(_store, "AR1133", "second day");
        SetTime(Midnight.AddDays(4));
        await using (var reader = new NpgsqlConnection(_database + ";Pooling=false"))
        {
            await reader.OpenAsync();
            await ExecuteAsync(reader, "BEGIN; SELECT count(*) FROM airside.transaction_key");
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

        // Recording goes on meanwhile, over a change of the day, and what is pending is dropped after all.
        Assert.True(Assert.Single(await RecordAsync(_store, "AR1133", "second day")).IsReplay);
        Assert.False(Assert.Single(await RecordAsync(_store, "AR1133", "fifth day")).IsReplay);
        while (!await MaintainAsync(_otherTime))
        {
            await Task.Delay(10);
        }

        Assert.Equal(0, await CountAsync("SELECT count(*) FROM pg_inherits WHERE inhdetachpending"));
        Assert.DoesNotContain("2026-03-14", await DaysAsync());
    }

    /// <summary>A backend may hear of a partition a moment later than of the day that it is for, and finds none until then.</summary>
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

    [Fact]
    public async Task A_replica_whose_clock_is_far_behind_records_into_the_current_day_and_repeats_none()
    {
        await RecordAsync(_store, "AR1133", "now");
        _otherTime.AdjustTime(TestTime.Start.AddYears(-30));

        Assert.Equal(2, Assert.Single(await RecordAsync(_other, "AR1133", "behind")).Total);
        Assert.True(Assert.Single(await RecordAsync(_other, "AR1133", "now")).IsReplay);
        Assert.True(Assert.Single(await RecordAsync(_store, "AR1133", "behind")).IsReplay);
        Assert.Equal(1, await CountAsync("SELECT count(DISTINCT day) FROM airside.transaction_key"));

        // It looks after its own days, which are of no use, and leaves those of the others alone.
        await MaintainAsync(_otherTime);
        Assert.Contains("2026-03-14", await DaysAsync());
        _time.AdjustTime(Midnight);
        Assert.Equal(3, Assert.Single(await RecordAsync(_store, "AR1133", "next day")).Total);
        Assert.Equal(4, Assert.Single(await RecordAsync(_other, "AR1133", "behind again")).Total);
        Assert.True(Assert.Single(await RecordAsync(_other, "AR1133", "next day")).IsReplay);
    }

    private static async Task<RecordOutcome[]> RecordAsync(PostgresStore store, string route, params string[] keys)
    {
        var batch = keys.Select(key => new Transaction(FlightRoute.Parse(route), TransactionKey.Parse(key))).ToArray();
        var outcomes = new RecordOutcome[batch.Length];
        await store.Ledger.RecordAsync(batch, outcomes, CancellationToken.None);
        return outcomes;
    }

    /// <summary>Repeats as a client does; where tests share a slow disk a commit may take longer than the store waits.</summary>
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

    private void SetTime(DateTimeOffset time)
    {
        _time.AdjustTime(time);
        _otherTime.AdjustTime(time);
    }

    private async Task<bool> MaintainAsync(TimeProvider time)
    {
        await using var connection = new NpgsqlConnection(_database + ";Pooling=false");
        await connection.OpenAsync();
        return await new KeyDays(Replicas.KeyWindow, time).MaintainAsync(connection, CancellationToken.None);
    }

    /// <summary>The days that have a partition, which must be those that are written down.</summary>
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
