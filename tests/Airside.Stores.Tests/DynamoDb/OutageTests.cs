using System.Diagnostics;
using Airside.Core;
using Airside.Core.Stores;
using Airside.Core.Transactions;
using Airside.Stores.DynamoDb;

namespace Airside.Stores.Tests.DynamoDb;

/// <summary>A server that stops and comes back.</summary>
[Trait("Category", "Tool")]
[Trait("Category", "Slow")]
public sealed class OutageTests(ITestOutputHelper output) : IAsyncLifetime
{
    /// <summary>Longer than in the service, so a busy machine does not fail a request once the server is back.</summary>
    private const int RequestMs = 4_000;

    private static readonly int Restarts = Amount.Choose(day: 6, night: 20);
    private static readonly FlightRoute[] Routes = [FlightRoute.Parse("AR1133"), FlightRoute.Parse("KLM42X"), FlightRoute.Parse("BA7")];

    private readonly string _directory = Directory.CreateTempSubdirectory("airside-").FullName;
    private DynamoDbServer? _server;
    private DynamoDbTestStore? _store;

    private IStore Store => _store!.Replicas[0];

    public async ValueTask InitializeAsync()
    {
        if (!DynamoDbServer.IsInstalled)
        {
            Assert.Skip(DynamoDbServer.Lacks);
        }

        _server = new DynamoDbServer(Path.Combine(_directory, "table"));
        await _server.StartAsync();
        _store = new DynamoDbTestStore(() => Task.FromResult(_server.Endpoint), Timeouts.OfService with { RequestMs = RequestMs });
        await _store.OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_store is not null)
        {
            await _store.DisposeAsync();
            await _server!.DisposeAsync();
        }

        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task While_the_server_is_away_everything_is_refused_in_time_and_afterwards_goes_on()
    {
        await RecordAsync("before");
        await _server!.KillAsync();

        await AssertRefusedInTimeAsync(() => RecordAsync("meanwhile"));
        await WaitAsync(() => Store.Outage is not null);
        Assert.Contains(_server.Endpoint, Store.Outage);
        Assert.Equal(Store.Outage, Store.Ledger.WriteFault);
        await AssertRefusedInTimeAsync(() => RecordAsync("meanwhile"));
        await AssertRefusedInTimeAsync(() => Store.Ledger.TotalAsync(Routes[0], CancellationToken.None).AsTask());
        await AssertRefusedInTimeAsync(() => Store.Ledger.TopAsync(10, CancellationToken.None).AsTask());
        await AssertRefusedInTimeAsync(() => Store.Airlines.LoadAsync(CancellationToken.None));

        await _server.StartAsync();
        await WaitAsync(() => Store.Outage is null);
        Assert.Null(Store.Ledger.WriteFault);
        Assert.Equal(2, (await RecordAsync("meanwhile")).Total);
        Assert.Equal(2, await Store.Ledger.TotalAsync(Routes[0], CancellationToken.None));
    }

    [Fact]
    public async Task A_server_that_is_killed_again_and_again_under_load_loses_and_doubles_nothing()
    {
        using var ending = new CancellationTokenSource();
        using var meters = new MeterFactory();
        var commits = _store!.Replicas.Select(replica => new GroupCommit(replica.Ledger, new GroupCommitMetrics(meters))).ToArray();
        var clients = Enumerable.Range(0, 16).Select(client => Task.Run(() => SendAsync(client, commits, ending.Token))).ToArray();
        var random = new Random(1);
        for (var restart = 0; restart < Restarts; restart++)
        {
            await Task.Delay(random.Next(100, 500));
            await _server!.KillAsync();

            // Requests survive a short outage. During a longer one, clients retry.
            await Task.Delay(restart % 5 == 0 ? 2 * RequestMs : random.Next(0, 300));
            await _server.StartAsync();
        }

        await WaitAsync(() => _store.Replicas.All(replica => replica.Outage is null));
        await Task.Delay(500);
        await ending.CancelAsync();
        var sent = (await Task.WhenAll(clients)).SelectMany(outcomes => outcomes).ToArray();

        output.WriteLine($"{sent.Length} transactions, {sent.Sum(one => one.Attempts - 1)} refused and repeated, {Restarts} kills");
        Assert.InRange(sent.Sum(one => one.Attempts - 1), 1, int.MaxValue);
        foreach (var route in Routes)
        {
            var ofRoute = sent.Where(one => one.Outcome.Route == route).ToArray();
            Assert.Equal(ofRoute.Length, await _store.Replicas[1].Ledger.TotalAsync(route, CancellationToken.None));
            var hours = await Store.Ledger.HistoryAsync(
                route, _store.Time.GetUtcNow(), _store.Time.GetUtcNow().AddHours(1), HistoryBucket.Hour, CancellationToken.None);
            Assert.Equal(ofRoute.Length, hours.Sum(hour => hour.Transactions));
            Assert.All(ofRoute, one => Assert.InRange(one.Outcome.Total, 1, ofRoute.Length));
        }

        // How many were sent depends on the machine; a batch has a limit.
        foreach (var part in sent.Chunk(Limits.GroupCommitTransactionsMax))
        {
            var batch = part.Select(one => new Transaction(one.Outcome.Route, TransactionKey.Parse(one.Key))).ToArray();
            var repeats = new RecordOutcome[part.Length];
            await Store.Ledger.RecordAsync(batch, repeats, CancellationToken.None);
            Assert.Equal(part.Select(one => one.Outcome with { IsReplay = true }), repeats);
        }

        await Task.WhenAll(commits.Select(commit => commit.DisposeAsync().AsTask()));
    }

    private static async Task AssertRefusedInTimeAsync(Func<Task> ask)
    {
        var started = Stopwatch.GetTimestamp();
        await Assert.ThrowsAsync<StoreUnavailableException>(ask);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(30));
    }

    private static async Task WaitAsync(Func<bool> isSo)
    {
        for (var wait = 0; !isSo(); wait++)
        {
            Assert.True(wait < 300, "It has not come true within 30 s.");
            await Task.Delay(100);
        }
    }

    /// <summary>Sends one transaction after another, retrying each with its key until it is acknowledged.</summary>
    private static async Task<List<Sent>> SendAsync(int client, GroupCommit[] commits, CancellationToken ending)
    {
        var sent = new List<Sent>();
        while (!ending.IsCancellationRequested)
        {
            var key = $"client {client} transaction {sent.Count}";
            var batch = new[] { new Transaction(Routes[client % Routes.Length], TransactionKey.Parse(key)) };
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    // Each retry goes to the other replica.
                    var outcomes = await commits[(client + attempt) % 2].RecordAsync(batch, CancellationToken.None);
                    sent.Add(new Sent(key, outcomes[0], attempt));
                    break;
                }
                catch (StoreUnavailableException)
                {
                    await Task.Delay(50, CancellationToken.None);
                }
            }
        }

        return sent;
    }

    private async Task<RecordOutcome> RecordAsync(string key)
    {
        var outcomes = new RecordOutcome[1];
        await Store.Ledger.RecordAsync(new[] { new Transaction(Routes[0], TransactionKey.Parse(key)) }, outcomes, CancellationToken.None);
        return outcomes[0];
    }

    private sealed record Sent(string Key, RecordOutcome Outcome, int Attempts);
}
