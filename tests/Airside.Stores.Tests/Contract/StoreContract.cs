using Airside.Core.Transactions;

namespace Airside.Stores.Tests.Contract;

/// <summary>Tests that every store must pass unchanged.</summary>
public abstract class StoreContract(ITestStore store) : IAsyncLifetime
{
    protected ITestStore Store { get; } = store;

    protected FakeTimeProvider Time => Store.Time;

    /// <summary>The ledger of one replica.</summary>
    protected ITransactionLedger Ledger => Store.Ledgers[0];

    /// <summary>The ledger of another replica, if the store supports more than one.</summary>
    protected ITransactionLedger OtherLedger => Store.Ledgers[^1];

    public virtual ValueTask InitializeAsync() => Store.OpenAsync();

    public virtual async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected static Transaction Transaction(string route, string key) => new(Route(route), TransactionKey.Parse(key));

    protected static FlightRoute Route(string route) => FlightRoute.Parse(route);

    protected static RecordOutcome Recorded(string route, long total) => new(IsReplay: false, Route(route), total);

    protected static RecordOutcome Replayed(string route, long total) => new(IsReplay: true, Route(route), total);

    protected static async Task<RecordOutcome[]> RecordAsync(ITransactionLedger ledger, params Transaction[] batch)
    {
        var outcomes = new RecordOutcome[batch.Length];
        await ledger.RecordAsync(batch, outcomes, CancellationToken.None);
        return outcomes;
    }

    protected static async Task<RecordOutcome> RecordAsync(ITransactionLedger ledger, string route, string key) =>
        Assert.Single(await RecordAsync(ledger, Transaction(route, key)));

    protected static async Task<long> TotalAsync(ITransactionLedger ledger, string route) =>
        await ledger.TotalAsync(Route(route), CancellationToken.None);

    /// <summary>Creates a group commit for each replica.</summary>
    private protected GroupCommit[] GroupCommits(MeterFactory meters) =>
        [.. Store.Ledgers.Select(ledger => new GroupCommit(ledger, new GroupCommitMetrics(meters)))];
}
