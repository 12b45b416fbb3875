using Airside.Core;
using Airside.Core.Transactions;
using Airside.Stores.DynamoDb;
using Amazon.DynamoDBv2.Model;

namespace Airside.Stores.Tests.DynamoDb;

/// <summary>The item that counts the routes: what it costs, and how it becomes right again.</summary>
[Trait("Category", "Tool")]
public sealed class RouteCountTests(SharedDynamoDb server) : IAsyncLifetime
{
    private const int RoutesMax = 10;
    private static readonly string AtMs = $"{TestTime.Start.ToUnixTimeMilliseconds()}";

    private readonly DynamoDbTestStore _store = new(server, routesMax: RoutesMax);

    public async ValueTask InitializeAsync() => await _store.OpenAsync();

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task Known_routes_cost_nothing_more_and_the_new_ones_of_a_batch_one_write()
    {
        await RecordAsync(0, [.. Enumerable.Range(1, 5).Select(i => ($"AR{i}", $"new {i}"))]);
        Assert.Equal(1, Updates(0));
        Assert.Equal(5, await CountAsync());

        await RecordAsync(0, [.. Enumerable.Range(1, 5).Select(i => ($"AR{i}", $"known {i}"))]);
        await RecordAsync(1, [.. Enumerable.Range(1, 5).Select(i => ($"AR{i}", $"known to the other {i}"))]);
        Assert.Equal(1, Updates(0));
        Assert.Equal(0, Updates(1));
    }

    [Fact]
    public async Task A_refused_batch_writes_nothing()
    {
        await FillAsync(RoutesMax - 1);
        var before = _store.Networks[0].Requests.Count(request => request.IsTransaction);
        Assert.Equal(
            [1, 3],
            (await Assert.ThrowsAsync<RoutesLimitException>(
                () => RecordAsync(0, ("KL1", "a"), ("KL2", "b"), ("AR1", "c"), ("KL3", "d")))).Indexes);

        Assert.Equal(before, _store.Networks[0].Requests.Count(request => request.IsTransaction));
        Assert.Equal(RoutesMax - 1, await CountAsync());
    }

    [Fact]
    public async Task A_place_for_a_route_that_another_process_creates_first_is_given_back()
    {
        _store.Networks[0].Treat = async request =>
        {
            if (request.IsTransaction)
            {
                _store.Networks[0].Treat = null;
                await RecordAsync(1, ("AR1", "of the other"));
            }

            return await request.SendAsync();
        };
        Assert.Equal(2, Assert.Single(await RecordAsync(0, ("AR1", "of this one"))).Total);
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task A_route_that_was_refused_is_recorded_once_another_process_has_created_it()
    {
        await FillAsync(RoutesMax - 1);
        var holding = new TaskCompletionSource();
        var held = new TaskCompletionSource();
        _store.Networks[1].Treat = async request =>
        {
            if (request.IsTransaction)
            {
                held.SetResult();
                await holding.Task;
            }

            return await request.SendAsync();
        };
        var creating = RecordAsync(1, ("KL1", "last place"));
        await held.Task;
        await Assert.ThrowsAsync<RoutesLimitException>(() => RecordAsync(0, ("KL1", "early")));
        _store.Networks[1].Treat = null;
        holding.SetResult();
        await creating;

        Assert.Equal(2, Assert.Single(await RecordAsync(0, ("KL1", "early"))).Total);
        Assert.Equal(RoutesMax, await CountAsync());
    }

    [Fact]
    public async Task Routes_of_an_earlier_version_are_counted_in_the_background_and_fill_the_store()
    {
        using (var client = _store.Client())
        {
            for (var i = 1; i <= RoutesMax; i++)
            {
                await client.PutItemAsync(_store.Settings.Table, RouteItem($"AR{i}"));
            }
        }

        await RecountAsync(RoutesMax);
        Assert.All(_store.Replicas, replica => Assert.Equal(RoutesMax, replica.RouteUsage.Count));
        await Assert.ThrowsAsync<RoutesLimitException>(() => RecordAsync(1, ("KL1", "new")));
        Assert.Equal(2, Assert.Single(await RecordAsync(1, ("AR1", "known"))).Total);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(-2)]
    public async Task A_count_that_is_wrong_is_corrected_a_day_later(int error)
    {
        await FillAsync(3);
        await RecountAsync(3);
        using var client = _store.Client();
        await client.UpdateItemAsync(new UpdateItemRequest
        {
            TableName = _store.Settings.Table,
            Key = RouteCount.Key,
            UpdateExpression = "ADD routes :error",
            ExpressionAttributeValues = new() { [":error"] = TableLayout.Number(error) },
        });
        _store.Time.Advance(TimeSpan.FromSeconds(Limits.DynamoDbRecountSeconds));
        await RecountAsync(3);
    }

    [Fact]
    public async Task A_recount_that_ended_with_its_process_is_begun_again_and_its_late_result_does_not_count()
    {
        await FillAsync(3);
        var recount = new RouteRecount(Table(), _store.Time);
        using var stopping = new CancellationTokenSource();
        var broken = recount.RunAsync(RouteCount.None, stopping.Token);
        while (!(await ItemAsync()).ContainsKey(RouteCount.RecountAttribute))
        {
            await Task.Delay(1);
        }

        var begun = RouteCount.From(await ItemAsync());
        Assert.False(begun.IsDue(_store.Time.GetUtcNow()));
        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => broken);

        _store.Time.Advance(TimeSpan.FromSeconds(Limits.DynamoDbRecountSecondsMax));
        Assert.True(begun.IsDue(_store.Time.GetUtcNow()));
        await RecountAsync(3);
    }

    [Fact]
    public async Task Places_that_are_reserved_while_the_routes_are_counted_are_kept()
    {
        await FillAsync(2);
        await RecountAsync(2);
        _store.Time.Advance(TimeSpan.FromSeconds(Limits.DynamoDbRecountSeconds));
        var counting = new TaskCompletionSource();
        var counted = new TaskCompletionSource();
        foreach (var network in _store.Networks)
        {
            network.Treat = async request =>
            {
                var answer = await request.SendAsync();
                if (request.Body.Contains("\"COUNT\"", StringComparison.Ordinal) && counted.TrySetResult())
                {
                    await counting.Task;
                }

                return answer;
            };
        }

        while (!counted.Task.IsCompleted)
        {
            _store.Time.Advance(TimeSpan.FromMilliseconds(Limits.StoreMonitorMs));
            await Task.Delay(5);
        }

        // The partition of this route is either counted already or not yet; the count is never too low.
        await RecordAsync(0, ("KL1", "meanwhile"));
        counting.SetResult();
        while ((await ItemAsync()).ContainsKey(RouteCount.RecountAttribute))
        {
            await Task.Delay(1);
        }

        Assert.InRange(await CountAsync() ?? 0, 3, 4);
    }

    private static Dictionary<string, AttributeValue> RouteItem(string route) => new(TableLayout.ShardItem(FlightRoute.Parse(route), 0))
    {
        [TableLayout.Total] = TableLayout.Number(1),
        [TableLayout.FirstAt] = new AttributeValue { N = AtMs },
        [TableLayout.LastAt] = new AttributeValue { N = AtMs },
    };

    private int Updates(int replica) => _store.Networks[replica].Requests.Count(request => request.Operation == "UpdateItem");

    private DynamoDbTable Table() => new(
        _store.Client(), _store.Settings, new DynamoDbFaults(_store.Settings), TimeProvider.System, Timeouts.OfService);

    private async Task FillAsync(int routes) => await RecordAsync(0, [.. Enumerable.Range(1, routes).Select(i => ($"AR{i}", $"fill {i}"))]);

    /// <summary>Lets time pass until a recount has ended and every replica has seen its result.</summary>
    private async Task RecountAsync(int expected)
    {
        using var givingUp = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!(await ItemAsync()).ContainsKey(RouteCount.CountedAtAttribute)
            || (await ItemAsync()).ContainsKey(RouteCount.RecountAttribute)
            || RouteCount.From(await ItemAsync()).Routes != expected
            || _store.Replicas.Any(replica => replica.RouteUsage.Count != expected))
        {
            _store.Time.Advance(TimeSpan.FromMilliseconds(Limits.StoreMonitorMs));
            await Task.Delay(5, givingUp.Token);
        }
    }

    private async Task<Dictionary<string, AttributeValue>> ItemAsync()
    {
        using var client = _store.Client();
        return (await client.GetItemAsync(_store.Settings.Table, RouteCount.Key, consistentRead: true)).Item ?? [];
    }

    private async Task<long?> CountAsync() => RouteCount.From(await ItemAsync()).Routes;

    private async Task<RecordOutcome[]> RecordAsync(int replica, params (string Route, string Key)[] transactions)
    {
        var batch = transactions.Select(one => new Transaction(FlightRoute.Parse(one.Route), TransactionKey.Parse(one.Key))).ToArray();
        var outcomes = new RecordOutcome[batch.Length];
        await _store.Replicas[replica].Ledger.RecordAsync(batch, outcomes, CancellationToken.None);
        return outcomes;
    }
}
