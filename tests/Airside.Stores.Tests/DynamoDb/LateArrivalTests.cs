using System.Net;
using Airside.Stores.DynamoDb;

namespace Airside.Stores.Tests.DynamoDb;

/// <summary>
/// A request that reaches the server after its client gave up. Only an attempt's timeout is short, so a busy machine does not end the
/// retries.
/// </summary>
[Trait("Category", "Tool")]
[Trait("Category", "Slow")]
public sealed class LateArrivalTests(SharedDynamoDb server)
    : RequestFaults(new DynamoDbTestStore(server.EndpointAsync, new Timeouts(RequestMs: 60_000, AttemptMs: 700, WorkMs: 60_000)))
{
    [Fact]
    public async Task A_request_that_arrives_after_its_client_gave_up_counts_nothing_twice()
    {
        var arrived = new TaskCompletionSource<HttpStatusCode>();
        TreatTransactions(count: 1, async request =>
        {
            var givenUp = new TaskCompletionSource();
            await using var registration = request.GivenUp.Register(givenUp.SetResult);
            await givenUp.Task;
            _ = ArriveAsync(request);
            throw new TaskCanceledException("The client of the test gave up.");
        });

        Assert.Equal([Recorded(1), Recorded(2)], await RecordAsync("a", "b"));
        Assert.Equal(HttpStatusCode.BadRequest, await arrived.Task.WaitAsync(TimeSpan.FromSeconds(30)));
        await AssertTotalAsync(2);

        async Task ArriveAsync(TestRequest request)
        {
            while (Transactions < 2)
            {
                await Task.Delay(10);
            }

            await Task.Delay(200);
            using var answer = await request.Send(CancellationToken.None);
            arrived.SetResult(answer.StatusCode);
        }
    }
}
