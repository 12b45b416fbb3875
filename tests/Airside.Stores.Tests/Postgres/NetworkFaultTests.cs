using System.Diagnostics;
using System.Globalization;
using Airside.Core;
using Airside.Core.Airlines;
using Airside.Core.Transactions;

namespace Airside.Stores.Tests.Postgres;

/// <summary>A network before the server that cuts, delays, freezes, and loses responses.</summary>
[Trait("Category", "Tool")]
[Trait("Category", "Slow")]
public sealed class NetworkFaultTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly int Rounds = Amount.Choose(day: 20, night: 60);
    private string _database = "";
    private FaultProxy _proxy = null!;
    private Replicas _replicas = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await PostgresFixture.NewDatabaseAsync();
        _proxy = new FaultProxy(PostgresFixture.Cluster.Port);
        _replicas = await Replicas.OpenAsync(_database, PostgresFixture.Through(_proxy, _database), _database);
    }

    public async ValueTask DisposeAsync()
    {
        await (_replicas?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_proxy?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    [Fact]
    public async Task A_network_with_every_fault_loses_nothing_and_counts_nothing_twice()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var clients = new RetryingClients(_replicas.Stores, clients: 16, routes: 8, sharedEvery: 4);
        for (var round = 0; round < Rounds; round++)
        {
            await clients.UntilMoreAsync(20);
            await Task.Delay(random.Next(30));
            await FaultAsync(random);
        }

        await clients.UntilMoreAsync(100);
        await clients.FinishAsync();
        output.WriteLine(clients.ToString());
        await clients.AssertCountedOnceAsync(_database);
        Assert.True(clients.Repeats > 0, "No client ever had to repeat, so that the test has shown nothing.");
    }

    [Fact]
    public async Task When_the_answer_to_a_commit_is_lost_the_store_asks_again_and_counts_once()
    {
        await WarmUpAsync();
        var lost = _proxy.LoseResponseTo("answer lost");
        var outcome = await UntilRecordedAsync(0, "AR1133", "answer lost");
        await lost.WaitAsync(TimeSpan.FromSeconds(60));

        // The first attempt was committed, so this is a repeat.
        Assert.Equal(new RecordOutcome(IsReplay: true, FlightRoute.Parse("AR1133"), 1), outcome);
        Assert.Equal(outcome, await UntilRecordedAsync(0, "AR1133", "answer lost"));
        Assert.Equal(outcome, await UntilRecordedAsync(1, "AR1133", "answer lost"));
        await AssertOnlyAsync("answer lost", "AR1133");
    }

    [Fact]
    public async Task When_the_answer_is_lost_and_the_server_stays_away_the_client_is_told_and_its_repeat_is_none()
    {
        await WarmUpAsync();
        var lost = _proxy.LoseResponseTo("given up", () =>
        {
            _proxy.Refuses = true;
            _proxy.Cut();
        });
        await Assert.ThrowsAsync<StoreUnavailableException>(() => RecordAsync(0, "AR1133", "given up"));
        await lost;
        Assert.NotNull(_replicas[0].Outage);
        await AssertOnlyAsync("given up", "AR1133");

        // The other replica has its own path to the server; this one repeats once its path is open again.
        Assert.True((await UntilRecordedAsync(1, "AR1133", "given up")).IsReplay);
        _proxy.Refuses = false;
        Assert.Equal(new RecordOutcome(IsReplay: true, FlightRoute.Parse("AR1133"), 1), await UntilRecordedAsync(0, "AR1133", "given up"));
        await AssertOnlyAsync("given up", "AR1133");
    }

    [Fact]
    public async Task A_batch_that_arrives_after_its_client_was_told_no_counts_once_with_the_repeats()
    {
        await WarmUpAsync();
        _proxy.Freeze();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => RecordAsync(0, "AR1133", "late"));
        _proxy.Thaw();

        Assert.Equal(1, (await UntilRecordedAsync(1, "AR1133", "late")).Total);
        Assert.Equal(new RecordOutcome(IsReplay: true, FlightRoute.Parse("AR1133"), 1), await UntilRecordedAsync(0, "AR1133", "late"));
        await AssertOnlyAsync("late", "AR1133");
    }

    [Fact]
    public async Task A_replica_that_falls_silent_amid_a_catalog_load_does_not_keep_the_others_from_loading()
    {
        using var givingUp = new CancellationTokenSource();
        var lost = _proxy.LoseResponseTo("LOCK TABLE", () => _proxy.Refuses = true, silently: true);
        var saving = _replicas[0].Airlines.ReplaceAsync(Catalog("silent"), givingUp.Token);
        await lost;
        await givingUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => saving);

        await UntilAsync(async () =>
        {
            await _replicas[1].Airlines.ReplaceAsync(Catalog("other"), CancellationToken.None);
            return true;
        });
        Assert.Equal("other", (await _replicas[1].Airlines.LoadAsync(CancellationToken.None))?.Source);
    }

    private static AirlineCatalog Catalog(string source) =>
        new([new Airline(1, source, null, null, null, null, null, active: true)], source, TestTime.Start);

    private async Task FaultAsync(Random random)
    {
        switch (random.Next(6))
        {
            case 0:
                _proxy.Cut();
                break;
            case 1:
                _proxy.Refuses = true;
                _proxy.Cut();
                await Task.Delay(random.Next(2_000));
                _proxy.Refuses = false;
                break;
            case 2:
                _proxy.Delay = TimeSpan.FromMilliseconds(random.Next(200));
                await Task.Delay(random.Next(500));
                _proxy.Delay = TimeSpan.Zero;
                break;
            case 3:
                _proxy.Freeze();
                await Task.Delay(random.Next(3_000));
                _proxy.Thaw();
                break;
            case 4:
                _proxy.Freeze();
                await Task.Delay(random.Next(500));
                _proxy.Cut();
                _proxy.Thaw();
                break;
            default:
                // Every client key contains it.
                await Task.WhenAny(_proxy.LoseResponseTo("/"), Task.Delay(TimeSpan.FromSeconds(5)));
                break;
        }
    }

    /// <summary>Prepares the statement, so a batch is a single message.</summary>
    private async Task WarmUpAsync()
    {
        for (var i = 0; i < 5; i++)
        {
            await UntilRecordedAsync(0, "WU1", i.ToString(CultureInfo.InvariantCulture));
        }
    }

    private Task<RecordOutcome> UntilRecordedAsync(int replica, string route, string key) =>
        UntilAsync(() => RecordAsync(replica, route, key));

    /// <summary>Retries as a client does: on a slow shared disk, a commit may take longer than the store waits.</summary>
    private static async Task<T> UntilAsync<T>(Func<Task<T>> operation)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return await operation();
            }
            catch (StoreUnavailableException) when (Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(60))
            {
                await Task.Delay(50);
            }
        }
    }

    private async Task<RecordOutcome> RecordAsync(int replica, string route, string key)
    {
        var outcomes = new RecordOutcome[1];
        await _replicas[replica].Ledger.RecordAsync(
            new[] { new Transaction(FlightRoute.Parse(route), TransactionKey.Parse(key)) }, outcomes, CancellationToken.None);
        return outcomes[0];
    }

    private async Task AssertOnlyAsync(string key, string route)
    {
        Assert.Equal(1L, await PostgresFixture.ScalarAsync<long>(
            _database, $"SELECT count(*) FROM airside.transaction_key WHERE key = '{key}' AND route = '{route}' AND total = 1"));
        Assert.Equal(1L, await PostgresFixture.ScalarAsync<long>(_database, $"SELECT total FROM airside.route WHERE route = '{route}'"));
        Assert.Equal(
            1L, await PostgresFixture.ScalarAsync<long>(_database, $"SELECT transactions FROM airside.route_hour WHERE route = '{route}'"));
    }
}
