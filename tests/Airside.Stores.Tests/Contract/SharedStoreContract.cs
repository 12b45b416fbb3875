using Airside.Core.Airlines;
using Airside.Core.Transactions;

namespace Airside.Stores.Tests.Contract;

/// <summary>What a store that many processes share must do.</summary>
public abstract class SharedStoreContract(ITestStore store) : StoreContract(store)
{
    [Fact]
    public async Task A_catalog_that_one_replica_saves_reaches_the_other()
    {
        using var givingUp = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        AirlineCatalog? known = null;
        foreach (var saved in new[] { Catalog("first", 1), Catalog("second", 1, 2), Catalog("third", 1, 2), Catalog("empty") })
        {
            var next = Store.Replicas[^1].Airlines.NextAsync(known, givingUp.Token);
            await Store.Replicas[0].Airlines.ReplaceAsync(saved, CancellationToken.None);
            known = await next;
            Assert.Equal((saved.Version, saved.Source, saved.LoadedAt), (known.Version, known.Source, known.LoadedAt));
            Assert.Equal(saved.Airlines, known.Airlines);
        }
    }

    [Fact]
    public async Task A_catalog_that_is_known_is_no_news()
    {
        var saved = Catalog("saved", 1);
        await Store.Airlines.ReplaceAsync(saved, CancellationToken.None);
        using var givingUp = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.Replicas[^1].Airlines.NextAsync(saved, givingUp.Token));
    }

    [Fact]
    public async Task Replicas_that_record_the_same_batches_at_the_same_time_count_each_key_once()
    {
        const int Batches = 30;
        const int Keys = 20;
        var batches = Enumerable.Range(0, Batches).Select(batch =>
            Enumerable.Range(0, Keys).Select(key => Transaction($"AR{1 + (key % 3)}", $"{batch}/{key}")).ToArray()).ToArray();
        var outcomes = await Task.WhenAll(RecordAllAsync(Store.Ledgers[0], batches), RecordAllAsync(Store.Ledgers[^1], batches));

        Assert.Equal(Batches * Keys, outcomes.Sum(replica => replica.Count(outcome => !outcome.IsReplay)));
        Assert.Equal(outcomes[0].Select(outcome => outcome.Total), outcomes[1].Select(outcome => outcome.Total));
        var totals = await Ledger.TopAsync(10, CancellationToken.None);
        Assert.Equal(Batches * Keys, totals.Sum(route => route.Total));
    }

    [Fact]
    public async Task Replicas_that_take_the_same_routes_and_keys_in_opposite_order_do_not_wait_in_a_circle()
    {
        string[] routes = ["AR1", "AR2", "KLM3", "ZZ9"];
        var batches = Enumerable.Range(0, 50).Select(i => routes.Select(route => Transaction(route, $"{i}/{route}")).ToArray()).ToArray();
        var reversed = batches.Select(batch => batch.Reverse().ToArray()).ToArray();
        await Task.WhenAll(RecordAllAsync(Store.Ledgers[0], batches), RecordAllAsync(Store.Ledgers[^1], reversed));

        Assert.All(await Ledger.TopAsync(10, CancellationToken.None), route => Assert.Equal(batches.Length, route.Total));
    }

    /// <summary>Records batches one by one, as a process's group commit does.</summary>
    private static async Task<List<RecordOutcome>> RecordAllAsync(ITransactionLedger ledger, Transaction[][] batches)
    {
        var outcomes = new List<RecordOutcome>();
        foreach (var batch in batches)
        {
            outcomes.AddRange(await RecordAsync(ledger, batch));
        }

        return outcomes;
    }

    private static AirlineCatalog Catalog(string source, params int[] ids) => new(
        ids.Select(id => new Airline(id, $"{source} {id}", null, null, null, null, null, active: true)), source, TestTime.Start);
}
