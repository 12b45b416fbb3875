using System.Text.Json;
using Airside.Core;
using Airside.Core.Transactions;
using Airside.Stores.DynamoDb;
using Amazon.DynamoDBv2.Model;

namespace Airside.Stores.Tests.DynamoDb;

/// <summary>A route with many writers: its cost and its shards.</summary>
[Trait("Category", "Tool")]
public sealed class HotRouteTests(SharedDynamoDb server, ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly FlightRoute Route = FlightRoute.Parse("AR1133");

    private readonly DynamoDbTestStore _store = new(server);

    public async ValueTask InitializeAsync() => await _store.OpenAsync();

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Theory]
    [InlineData(10_000, 1, 2.2)]
    [InlineData(98, 1, 2.2)]
    [InlineData(490, 5, 2.2)]
    [InlineData(1_000, 100, 2.4)]
    [InlineData(1, 1, 6)]
    public async Task Write_units_of_a_transaction_are_bounded_in_batches(int transactions, int routes, double unitsMax)
    {
        var units = 0.0;
        _store.Networks[0].Treat = async request =>
        {
            var answer = await request.SendAsync();
            if (request.IsTransaction)
            {
                using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
                var consumed = body.RootElement.GetProperty("ConsumedCapacity")[0].GetProperty("WriteCapacityUnits").GetDouble();
                using var sent = JsonDocument.Parse(request.Body);
                Assert.Equal(2.0 * sent.RootElement.GetProperty("TransactItems").GetArrayLength(), consumed);
                lock (_store)
                {
                    units += consumed;
                }
            }

            return answer;
        };
        var requestsBefore = Requests;
        await RecordAsync(
            _store.Replicas[0].Ledger, [.. Enumerable.Range(0, transactions).Select(i => ($"AR{1 + (i % routes)}", LongKey(i)))]);

        output.WriteLine(
            $"{transactions} transactions of {routes} routes: {units / transactions:F3} write units and "
            + $"{(double)(Requests - requestsBefore) / transactions:F3} requests per transaction");
        Assert.InRange(units / transactions, 2, unitsMax);
    }

    [Fact]
    public async Task A_route_gets_more_shards_when_races_are_lost_all_the_time_and_its_totals_stay_exact()
    {
        await RecordAsync(_store.Replicas[0].Ledger, ("AR1133", "a"), ("AR1133", "b"));
        await RecordAsync(_store.Replicas[1].Ledger, ("AR1133", "c"));
        var lost = 0;
        _store.Networks[0].Treat = async request =>
        {
            if (!request.IsTransaction || HasGrown)
            {
                return await request.SendAsync();
            }

            lost++;
            return TestNetwork.Cancelled(["None", "None", "TransactionConflict", "None"]);
        };

        // A machine too busy to lose enough races within one window loses them in a later one.
        for (var repeat = 0; !HasGrown; repeat++)
        {
            Assert.InRange(lost, 0, 100 * Limits.DynamoDbRacesLostMax);
            await RecordOrGiveUpAsync(_store.Replicas[0].Ledger, ("AR1133", $"loser {repeat}"), ("AR1133", $"loser {repeat} too"));
        }

        Assert.InRange(lost, Limits.DynamoDbRacesLostMax, int.MaxValue);
        Assert.Equal(2, await ShardsAsync());
        await AssertManyAreExactAsync();
        await AssertArchiveIsExactAsync();
    }

    [Fact]
    public async Task Few_lost_races_leave_a_route_whole()
    {
        var lost = 0;
        const int Few = Limits.DynamoDbRacesLostMax / 4;
        _store.Networks[0].Treat = async request => request.IsTransaction && Interlocked.Increment(ref lost) < Few
            ? TestNetwork.Cancelled(["None", "TransactionConflict", "None"])
            : await request.SendAsync();
        await RecordAsync(_store.Replicas[0].Ledger, ("AR1133", "a"));

        Assert.Equal(1, await ShardsAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [Trait("Category", "Slow")]
    public async Task Two_replicas_on_the_same_route_count_each_transaction_once(int shardsBefore)
    {
        const int Clients = 32;
        const int Each = 100;
        const int All = 1 + (Clients * Each);
        await RecordAsync(_store.Replicas[0].Ledger, ("AR1133", "first"));
        await GrowAsync(shardsBefore);
        using var meters = new MeterFactory();
        var commits = _store.Replicas.Select(replica => new GroupCommit(replica.Ledger, new GroupCommitMetrics(meters))).ToArray();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(async () =>
        {
            var totals = new List<long>();
            for (var i = 0; i < Each; i++)
            {
                var batch = new[] { new Transaction(Route, TransactionKey.Parse($"{client} {i}")) };
                var outcome = Assert.Single(await commits[(client + i) % 2].RecordAsync(batch, CancellationToken.None));
                Assert.False(outcome.IsReplay);
                totals.Add(outcome.Total);
            }

            return totals;
        })));
        await Task.WhenAll(commits.Select(commit => commit.DisposeAsync().AsTask()));

        // Each total that a client receives exceeds all totals acknowledged before, whichever replica returned it.
        Assert.All(outcomes, totals => Assert.Equal(totals.Order(), totals));
        Assert.All(outcomes, totals => Assert.Distinct(totals));
        var shards = await ShardsAsync();
        var told = outcomes.SelectMany(totals => totals).ToArray();
        output.WriteLine($"{told.Length} transactions, {shards} shards, {told.Distinct().Count()} different totals told");
        Assert.Equal(All, await _store.Replicas[0].Ledger.TotalAsync(Route, CancellationToken.None));
        Assert.All(told, total => Assert.InRange(total, 2, All));
        if (shards == 1)
        {
            Assert.Distinct(told);
        }
    }

    private static string LongKey(int number) => $"{number} ".PadRight(Limits.TransactionKeyLengthMax, '東');

    private static async Task<RecordOutcome[]> RecordAsync(ITransactionLedger ledger, params (string Route, string Key)[] transactions)
    {
        var batch = transactions.Select(one => new Transaction(FlightRoute.Parse(one.Route), TransactionKey.Parse(one.Key))).ToArray();
        var outcomes = new RecordOutcome[batch.Length];
        await ledger.RecordAsync(batch, outcomes, CancellationToken.None);
        return outcomes;
    }

    private static async Task RecordOrGiveUpAsync(ITransactionLedger ledger, params (string Route, string Key)[] transactions)
    {
        try
        {
            await RecordAsync(ledger, transactions);
        }
        catch (StoreUnavailableException)
        {
            // It lost every race until the request's deadline.
        }
    }

    private bool HasGrown => _store.Networks[0].Requests.Any(
        request => request.Operation == "UpdateItem" && request.Body.Contains("shards", StringComparison.Ordinal));

    private int Requests => _store.Networks[0].Requests.Count(request => request.Operation != "Query");

    private async Task<int> ShardsAsync()
    {
        using var client = _store.Client();
        var answer = await client.GetItemAsync(_store.Settings.Table, TableLayout.ShardItem(Route, 0), consistentRead: true);
        return RouteState.From(answer.Item).Shards.Count;
    }

    /// <summary>Adds shards to the route, as a process that loses too many races does.</summary>
    private async Task GrowAsync(int shards)
    {
        if (shards > 1)
        {
            using var client = _store.Client();
            await client.UpdateItemAsync(new UpdateItemRequest
            {
                TableName = _store.Settings.Table,
                Key = TableLayout.ShardItem(Route, 0),
                UpdateExpression = "SET shards = :shards",
                ExpressionAttributeValues = new() { [":shards"] = TableLayout.Number(shards) },
            });
        }
    }

    /// <summary>Records on both replicas in turn until both shards are used, and checks every total and the sums.</summary>
    private async Task AssertManyAreExactAsync()
    {
        var before = await _store.Replicas[1].Ledger.TotalAsync(Route, CancellationToken.None);
        for (var i = 1; i <= 30; i++)
        {
            var outcome = Assert.Single(await RecordAsync(_store.Replicas[i % 2].Ledger, ("AR1133", $"sharded {i}")));
            Assert.Equal(new RecordOutcome(IsReplay: false, Route, before + i), outcome);
            Assert.Equal(before + i, await _store.Replicas[(i + 1) % 2].Ledger.TotalAsync(Route, CancellationToken.None));
        }

        Assert.Equal(
            new RecordOutcome(IsReplay: true, Route, before + 7),
            Assert.Single(await RecordAsync(_store.Replicas[0].Ledger, ("AR1133", "sharded 7"))));
        var listed = Assert.Single(await _store.Replicas[0].Ledger.TopAsync(10, CancellationToken.None));
        Assert.Equal(new RouteSummary(Route, before + 30, _store.Time.GetUtcNow(), _store.Time.GetUtcNow()), listed);
        using var client = _store.Client();
        var second = await client.GetItemAsync(_store.Settings.Table, TableLayout.ShardItem(Route, 1), consistentRead: true);
        Assert.InRange(RouteShard.From(second.Item).Total, 1, before + 29);
    }

    /// <summary>Checks that the archive merges the shards: one entry each for the route and its hour.</summary>
    private async Task AssertArchiveIsExactAsync()
    {
        var total = await _store.Replicas[1].Ledger.TotalAsync(Route, CancellationToken.None);
        var entries = new List<ArchiveEntry>();
        await foreach (var entry in _store.Replicas[1].Archive.ReadAsync(CancellationToken.None))
        {
            entries.Add(entry);
        }

        Assert.Equal(total, Assert.Single(entries.OfType<RouteEntry>()).Summary.Total);
        Assert.Equal(total, Assert.Single(entries.OfType<HourEntry>()).Transactions);
        Assert.Equal(total, entries.OfType<KeyEntry>().Count());
    }
}
