using System.Net;
using Airside.Core.Transactions;

namespace Airside.Stores.Tests.DynamoDb;

/// <summary>One route, and a network that treats its transactions as a test requires.</summary>
public abstract class RequestFaults : IAsyncLifetime
{
    private protected RequestFaults(DynamoDbTestStore store) => Store = store;

    private protected DynamoDbTestStore Store { get; }

    private protected TestNetwork Network => Store.Networks[0];

    private protected int Transactions => Network.Requests.Count(request => request.IsTransaction);

    public async ValueTask InitializeAsync() => await Store.OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected static RecordOutcome Recorded(long total) => new(IsReplay: false, FlightRoute.Parse("AR1133"), total);

    private protected static RecordOutcome Replayed(long total) => new(IsReplay: true, FlightRoute.Parse("AR1133"), total);

    private protected static bool IsRead(TestRequest request) => request.Operation is "GetItem" or "BatchGetItem";

    private protected static async Task<HttpResponseMessage> LoseResponseAsync(TestRequest request)
    {
        using var answer = await request.Send(CancellationToken.None);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        throw new HttpRequestException("The connection was cut by the test.");
    }

    private protected static async Task<RecordOutcome[]> RecordAsync(ITransactionLedger ledger, params string[] keys)
    {
        var outcomes = new RecordOutcome[keys.Length];
        var batch = keys.Select(key => new Transaction(FlightRoute.Parse("AR1133"), TransactionKey.Parse(key))).ToArray();
        await ledger.RecordAsync(batch, outcomes, CancellationToken.None);
        return outcomes;
    }

    private protected Task<RecordOutcome[]> RecordAsync(params string[] keys) => RecordAsync(Store.Replicas[0].Ledger, keys);

    private protected async Task AssertTotalAsync(long total) =>
        Assert.Equal(total, await Store.Replicas[1].Ledger.TotalAsync(FlightRoute.Parse("AR1133"), CancellationToken.None));

    /// <summary>Treats the next transactions and forwards everything else.</summary>
    private protected void TreatTransactions(int count, TestNetwork.Treatment treatment) => Network.Treat = request =>
        request.IsTransaction && Interlocked.Decrement(ref count) >= 0 ? treatment(request) : request.SendAsync();

    private protected Task InReachAsync() => WaitAsync(() => Store.Replicas[0].Outage is null);

    private protected static async Task WaitAsync(Func<bool> isSo)
    {
        for (var wait = 0; !isSo(); wait++)
        {
            Assert.True(wait < 300, "It has not come true within 30 s.");
            await Task.Delay(100);
        }
    }
}
