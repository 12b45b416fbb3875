using Airside.Core.Transactions;
using Airside.Stores.Postgres;
using Npgsql;

namespace Airside.Stores.Tests.Postgres;

/// <summary>The count of the routes in the database: exact whoever writes them, and free for a batch without new ones.</summary>
[Trait("Category", "Tool")]
public sealed class RouteCountTests : IAsyncLifetime
{
    private const int RoutesMax = 10;
    private const string Count = "SELECT routes FROM airside.route_count";

    private string _database = "";
    private PostgresStore _store = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await PostgresFixture.NewDatabaseAsync();
        _store = Replicas.CreateWithLongTimeout(_database, routesMax: RoutesMax);
    }

    public ValueTask DisposeAsync() => _store?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task A_migration_beside_writers_of_the_earlier_version_counts_every_route()
    {
        const int Writers = 3;
        const int Before = 40;
        await using (var earlier = Replicas.CreateWithLongTimeout(_database, [.. Migration.All.Take(3)]))
        {
            await earlier.MigrateAsync(CancellationToken.None);
        }

        await BeginDayAsync();
        using var writing = new CancellationTokenSource();
        var written = 0;
        var writers = Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            await using var connection = await OpenAsync();
            for (var i = 0; !writing.IsCancellationRequested; i++)
            {
                await RecordEarlierAsync(connection, $"W{writer}{1 + i}", $"{writer} {i}");
                Interlocked.Increment(ref written);
            }
        })).ToArray();
        await ReachAsync(Before);
        await _store.MigrateAsync(CancellationToken.None);
        await ReachAsync(Volatile.Read(ref written) + Before);
        await writing.CancelAsync();
        await Task.WhenAll(writers);

        Assert.Equal(written, await PostgresFixture.ScalarAsync<long>(_database, "SELECT count(*) FROM airside.route"));
        Assert.Equal(written, await PostgresFixture.ScalarAsync<long>(_database, Count));

        async Task ReachAsync(int number)
        {
            while (Volatile.Read(ref written) < number && !writers.Any(writer => writer.IsFaulted))
            {
                await Task.Delay(1);
            }
        }
    }

    [Fact]
    public async Task The_earlier_version_goes_beyond_the_limit_and_this_one_adds_nothing_to_it()
    {
        await OpenStoreAsync();
        await using var connection = await OpenAsync();
        for (var i = 1; i <= RoutesMax + 2; i++)
        {
            await RecordEarlierAsync(connection, $"AR{i}", $"earlier {i}");
        }

        Assert.Equal(RoutesMax + 2, await PostgresFixture.ScalarAsync<long>(_database, Count));
        Assert.Equal([1], (await Assert.ThrowsAsync<RoutesLimitException>(() => RecordAsync(("AR1", "a"), ("KL1", "b")))).Indexes);
        await RecordAsync(("AR1", "a"), ("AR12", "b"), ("KL1", "earlier 5"));
        Assert.Equal(RoutesMax + 2, await PostgresFixture.ScalarAsync<long>(_database, Count));
    }

    [Fact]
    public async Task A_batch_without_new_routes_does_not_write_the_count()
    {
        await OpenStoreAsync();
        await RecordAsync(("AR1", "a"), ("AR2", "b"));
        var before = await PostgresFixture.ScalarAsync<string>(_database, "SELECT xmin::text FROM airside.route_count");
        await RecordAsync(("AR1", "c"), ("AR2", "d"), ("AR1", "a"));

        Assert.Equal(before, await PostgresFixture.ScalarAsync<string>(_database, "SELECT xmin::text FROM airside.route_count"));
        await RecordAsync(("AR3", "e"));
        Assert.NotEqual(before, await PostgresFixture.ScalarAsync<string>(_database, "SELECT xmin::text FROM airside.route_count"));
    }

    [Fact]
    public async Task A_batch_that_waits_for_the_last_place_is_refused_when_the_other_one_takes_it()
    {
        await OpenStoreAsync();
        await RecordAsync([.. Enumerable.Range(1, RoutesMax - 1).Select(i => ($"AR{i}", $"{i}"))]);
        await using var other = await OpenAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await RecordEarlierAsync(other, "KL1", "last");

        var waiting = RecordAsync(("AR1", "known"), ("KL2", "too late"));
        while (await PostgresFixture.ScalarAsync<long>(
            _database, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") == 0)
        {
            Assert.False(waiting.IsCompleted);
            await Task.Delay(1);
        }

        await transaction.CommitAsync();
        Assert.Equal([1], (await Assert.ThrowsAsync<RoutesLimitException>(() => waiting)).Indexes);
        Assert.Equal(RoutesMax, await PostgresFixture.ScalarAsync<long>(_database, Count));
        Assert.Equal(1, await _store.Ledger.TotalAsync(FlightRoute.Parse("AR1"), CancellationToken.None));
    }

    [Fact]
    public async Task A_batch_that_waits_for_the_last_place_gets_it_when_the_other_one_gives_up()
    {
        await OpenStoreAsync();
        await RecordAsync([.. Enumerable.Range(1, RoutesMax - 1).Select(i => ($"AR{i}", $"{i}"))]);
        await using var other = await OpenAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await RecordEarlierAsync(other, "KL1", "last");

        var waiting = RecordAsync(("KL2", "in time"));
        await transaction.RollbackAsync();
        Assert.False(Assert.Single(await waiting).IsReplay);
        Assert.Equal(RoutesMax, await PostgresFixture.ScalarAsync<long>(_database, Count));
    }

    [Theory]
    [InlineData("DELETE FROM airside.route WHERE route IN ('AR1', 'AR2')", RoutesMax - 2)]
    [InlineData("TRUNCATE airside.route", 0)]
    public async Task Routes_that_an_operator_removes_make_room(string statement, int left)
    {
        await OpenStoreAsync();
        await RecordAsync([.. Enumerable.Range(1, RoutesMax).Select(i => ($"AR{i}", $"{i}"))]);
        await PostgresFixture.ExecuteAsync(_database, statement);

        Assert.Equal(left, await PostgresFixture.ScalarAsync<long>(_database, Count));
        await RecordAsync(("KL1", "a"), ("KL2", "b"));
        Assert.Equal(left + 2, await PostgresFixture.ScalarAsync<long>(_database, Count));
    }

    private static async Task RecordEarlierAsync(NpgsqlConnection connection, string route, string key) => await connection.ExecuteAsync(
        "SELECT * FROM airside.record_batch_2(ARRAY[$1], ARRAY[$2], '48 hours')", CancellationToken.None, key, route);

    private async Task OpenStoreAsync()
    {
        await _store.MigrateAsync(CancellationToken.None);
        await _store.OpenAsync(CancellationToken.None);
        await BeginDayAsync();
    }

    /// <summary>Begins the day of the clock, as the first batch of a process does.</summary>
    private async Task BeginDayAsync()
    {
        await using var connection = await OpenAsync();
        await new KeyPartitions(Replicas.KeyWindow).ChangeAsync(connection, CancellationToken.None);
    }

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(_database);
        await connection.OpenAsync();
        return connection;
    }

    private async Task<RecordOutcome[]> RecordAsync(params (string Route, string Key)[] transactions)
    {
        var batch = transactions.Select(one => new Transaction(FlightRoute.Parse(one.Route), TransactionKey.Parse(one.Key))).ToArray();
        var outcomes = new RecordOutcome[batch.Length];
        await _store.Ledger.RecordAsync(batch, outcomes, CancellationToken.None);
        return outcomes;
    }
}
