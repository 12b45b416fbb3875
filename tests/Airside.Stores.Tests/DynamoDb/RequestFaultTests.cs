using System.Net;
using System.Text.Json;
using Airside.Core;
using Airside.Core.Transactions;

namespace Airside.Stores.Tests.DynamoDb;

/// <summary>Transactions whose requests DynamoDB refuses or whose responses are lost.</summary>
[Trait("Category", "Tool")]
public sealed class RequestFaultTests(SharedDynamoDb server) : RequestFaults(new DynamoDbTestStore(server))
{
    [Theory]
    [InlineData("ProvisionedThroughputExceededException")]
    [InlineData("ThrottlingException")]
    [InlineData("RequestLimitExceeded")]
    [InlineData("TransactionInProgressException")]
    public async Task A_request_that_is_throttled_a_few_times_is_repeated(string fault)
    {
        TreatTransactions(count: 3, _ => Task.FromResult(TestNetwork.Fault(fault)));

        Assert.Equal([Recorded(1), Recorded(2)], await RecordAsync("a", "b"));
        await AssertTotalAsync(2);
        Assert.Equal(4, Transactions);
    }

    [Theory]
    [InlineData("ThrottlingError")]
    [InlineData("ProvisionedThroughputExceeded")]
    [InlineData("TransactionConflict")]
    public async Task A_transaction_that_is_cancelled_for_a_passing_reason_is_repeated_whole(string reason)
    {
        // The reasons are in the order of the items: two keys, the route, the hour.
        TreatTransactions(count: 3, _ => Task.FromResult(TestNetwork.Cancelled(["None", reason, "None", "None"])));

        Assert.Equal([Recorded(1), Recorded(2)], await RecordAsync("a", "b"));
        await AssertTotalAsync(2);
        Assert.Equal(4, Transactions);
    }

    [Fact]
    public async Task A_lost_answer_after_the_commit_is_no_repeat()
    {
        await RecordAsync("before");
        TreatTransactions(count: 1, LoseResponseAsync);

        Assert.Equal([Recorded(2), Recorded(3)], await RecordAsync("a", "b"));
        await AssertTotalAsync(3);
        Assert.Equal([Replayed(2), Replayed(1)], await RecordAsync("a", "before"));
    }

    [Fact]
    public async Task A_request_that_never_arrives_is_repeated()
    {
        TreatTransactions(count: 2, _ => throw new HttpRequestException("The connection was cut by the test."));

        Assert.Equal([Recorded(1)], await RecordAsync("a"));
        await AssertTotalAsync(1);
    }

    [Fact]
    public async Task An_error_of_the_server_says_nothing_of_the_commit_so_it_is_looked_for()
    {
        TreatTransactions(count: 1, async request =>
        {
            using var answer = await request.SendAsync();
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            return TestNetwork.Fault("InternalServerError", status: HttpStatusCode.InternalServerError);
        });

        Assert.Equal([Recorded(1)], await RecordAsync("a"));
        await AssertTotalAsync(1);
    }

    [Theory]
    [InlineData("AccessDeniedException", "refuses")]
    [InlineData("ValidationException", "refuses")]
    [InlineData("ResourceNotFoundException", "does not exist")]
    public async Task A_refusal_is_not_repeated(string fault, string words)
    {
        TreatTransactions(int.MaxValue, _ => Task.FromResult(TestNetwork.Fault(fault)));

        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => RecordAsync("a"));
        Assert.Contains(words, refused.Message);
        Assert.Contains(Store.Settings.Table, refused.Message);
        Assert.Equal(1, Transactions);
    }

    [Fact]
    public async Task A_key_that_another_replica_records_at_the_same_time_is_a_repeat()
    {
        TreatTransactions(count: 1, async request =>
        {
            await RecordAsync(Store.Replicas[1].Ledger, "b");
            return await request.SendAsync();
        });

        Assert.Equal([Recorded(2), Replayed(1), Recorded(3)], await RecordAsync("a", "b", "c"));
        await AssertTotalAsync(3);
    }

    [Fact]
    public async Task Who_loses_a_race_for_the_total_goes_on_with_the_new_one_and_reads_nothing()
    {
        await RecordAsync("first");
        TreatTransactions(count: 1, async request =>
        {
            await RecordAsync(Store.Replicas[1].Ledger, "other 1", "other 2");
            return await request.SendAsync();
        });
        var before = Network.Requests.Count(IsRead);

        Assert.Equal([Recorded(4)], await RecordAsync("mine"));
        Assert.Equal(before, Network.Requests.Count(IsRead));
        await AssertTotalAsync(4);
    }

    [Fact]
    public async Task A_read_that_is_answered_in_part_is_completed()
    {
        await RecordAsync("a", "b");
        var parts = 0;
        Network.Treat = request =>
        {
            if (request.Operation != "BatchGetItem" || Interlocked.Increment(ref parts) > 2)
            {
                return request.SendAsync();
            }

            using var asked = JsonDocument.Parse(request.Body);
            return Task.FromResult(TestNetwork.Answer(
                $$"""{"Responses":{},"UnprocessedKeys":{{asked.RootElement.GetProperty("RequestItems").GetRawText()}}}"""));
        };

        Assert.Equal([Replayed(2), Replayed(1)], await RecordAsync("b", "a"));
        Assert.Equal(3, parts);
    }

    [Fact]
    public async Task A_page_after_the_last_route_of_a_designator_is_empty()
    {
        await RecordAsync("a");
        var query = new RouteQuery("AR", RouteSort.Route, 10, new RoutePosition(FlightRoute.Parse("ZZ1"), 1));
        Assert.Empty((await Store.Replicas[0].Ledger.RoutesAsync(query, CancellationToken.None)).Routes);
    }

    [Fact]
    public async Task All_requests_of_aStore_share_its_connections()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => RecordAsync($"key {i}")));
        Assert.Equal(1, Network.Pools);
    }
}
