using System.Diagnostics;
using System.Net;
using Airside.Core;
using Airside.Stores.DynamoDb;

namespace Airside.Stores.Tests.DynamoDb;

/// <summary>Faults that outlast a request's deadline.</summary>
[Trait("Category", "Tool")]
[Trait("Category", "Slow")]
public sealed class DeadlineTests(SharedDynamoDb server)
    : RequestFaults(new DynamoDbTestStore(server.EndpointAsync, Timeouts.OfService with { RequestMs = RequestMs, AttemptMs = 2_000 }))
{
    /// <summary>Longer than in the service, so a busy machine does not fail a request once a fault is over.</summary>
    private const int RequestMs = 8_000;

    [Fact]
    public async Task Throttling_that_does_not_end_is_shed_with_cause_and_knob_and_nothing_is_recorded()
    {
        TreatTransactions(int.MaxValue, _ => Task.FromResult(TestNetwork.Fault("ProvisionedThroughputExceededException")));

        var shed = await Assert.ThrowsAsync<StoreUnavailableException>(() => RecordAsync("a"));
        Assert.Contains("throttles", shed.Message);
        Assert.Contains("injected by the test", shed.Message);
        Assert.Contains($"{RequestMs} ms (StoreTimeoutMs)", shed.Message);
        Assert.InRange(Transactions, 3, 150);

        Network.Treat = null;
        await AssertTotalAsync(0);
        Assert.Equal([Recorded(1)], await RecordAsync("a"));
    }

    [Fact]
    public async Task When_all_answers_are_lost_it_is_shed_and_the_repeat_finds_what_was_recorded()
    {
        await RecordAsync("before");
        Network.Treat = request => request.IsTransaction
            ? LoseResponseAsync(request)
            : throw new HttpRequestException("The connection was cut by the test.");

        var shed = await Assert.ThrowsAsync<StoreUnavailableException>(() => RecordAsync("a", "b"));
        Assert.Contains("did not respond", shed.Message);

        // Otherwise, a poll that started earlier could report the outage after it has ended.
        await WaitAsync(() => Store.Replicas[0].Outage is not null);
        Network.Treat = null;
        await InReachAsync();
        Assert.Equal([Replayed(2), Replayed(3), Recorded(4)], await RecordAsync("a", "b", "c"));
        await AssertTotalAsync(4);
    }

    [Fact]
    public async Task A_server_that_takes_requests_and_answers_none_is_given_up_in_time_and_is_an_outage()
    {
        Network.Treat = async request =>
        {
            await Task.Delay(Timeout.Infinite, request.GivenUp);
            return await request.SendAsync();
        };
        var started = Stopwatch.GetTimestamp();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => RecordAsync("a"));

        // The bound exceeds the request's deadline, because a machine may stall.
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(30));
        await WaitAsync(() => Store.Replicas[0].Outage is not null);
        var before = Transactions;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => RecordAsync("a"));
        Assert.Equal(before, Transactions);

        Network.Treat = null;
        await InReachAsync();
        Assert.Equal([Recorded(1)], await RecordAsync("a"));
    }
}
