using Airside.Core.Transactions;

namespace Airside.Stores.Tests.Contract;

/// <summary>Random sequences of batches, repeats, restarts and waits, compared with a plain model after each step.</summary>
public abstract class RandomLedgerContract(ITestStore store) : StoreContract(store)
{
    private readonly LedgerModel _model = new();
    private Random _random = new(0);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task A_ledger_is_always_what_its_model_is(int seed)
    {
        _random = new Random(seed);
        for (var step = 0; step < 60; step++)
        {
            Time.Advance(TimeSpan.FromMilliseconds(_random.Next(10) == 0 ? _random.Next(20_000_000) : _random.Next(1_000_000)));
            var batch = NextBatch();
            var outcomes = await RecordAsync(Store.Ledgers[_random.Next(Store.Ledgers.Count)], batch);
            _model.Apply(batch, outcomes, Time.GetUtcNow(), Time.GetUtcNow() - Ledger.KeyWindow);
            if (_random.Next(15) == 0)
            {
                await Store.OpenAsync();
            }

            await AssertSameAsync(Store.Ledgers[_random.Next(Store.Ledgers.Count)]);
        }
    }

    private Transaction[] NextBatch()
    {
        var batch = new Transaction[_random.Next(8) == 0 ? _random.Next(200) : _random.Next(1, 6)];
        for (var i = 0; i < batch.Length; i++)
        {
            // Few enough numbers that keys recur, in this and other batches, for the same and other routes.
            var number = _random.Next(800);
            var route = _random.Next(20) == 0 ? _random.Next(1, 9) : 1 + (number % 8);
            batch[i] = Transaction($"AR{route}", $"key {number}");
        }

        return batch;
    }

    private async Task AssertSameAsync(ITransactionLedger ledger)
    {
        var expected = _model.Routes
            .Select(pair => new RouteSummary(pair.Key, pair.Value.Total, pair.Value.FirstAt, pair.Value.LastAt))
            .OrderByDescending(route => route.Total).ThenBy(route => route.Route);
        Assert.Equal(expected, await ledger.TopAsync(1000, CancellationToken.None));
        foreach (var (route, counts) in _model.Routes)
        {
            Assert.Equal(counts.Total, await ledger.TotalAsync(route, CancellationToken.None));
            var hours = await ledger.HistoryAsync(
                route, TestTime.Start, Time.GetUtcNow().AddHours(1), HistoryBucket.Hour, CancellationToken.None);
            Assert.Equal(counts.Hours.Select(hour => new HistoryPoint(hour.Key, hour.Value)), hours);
        }
    }
}
