using Airside.Core.Transactions;
using Airside.Stores.Tests.Contract;

namespace Airside.Stores.Tests.Embedded;

public sealed class MillionTransactionsTests() : StoreContract(new EmbeddedTestStore())
{
    private const int Transactions = 1_000_000;
    private const int Routes = 5_000;
    private const int Clients = 64;

    /// <summary>How much each client sends at once, so batches fill as they do under load.</summary>
    private const int Submission = 50;

    private static readonly FlightRoute[] AllRoutes =
        [.. Enumerable.Range(0, Routes).Select(i => FlightRoute.Parse($"{(i % 2 == 0 ? "AR" : "KLM")}{1 + i}"))];

    private readonly long[] _expected = new long[Routes];
    private long _recorded;
    private long _replayed;

    [Fact]
    [Trait("Category", "Slow")]
    public async Task A_million_transactions_of_64_clients_are_counted_exactly()
    {
        using (var meters = new MeterFactory())
        {
            await using var commit = GroupCommits(meters)[0];
            await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(() => RunClientAsync(commit, client))));
        }

        Assert.Equal(Transactions, _recorded + _replayed);
        Assert.Equal(Clients * (Transactions / Clients / 10), _replayed);
        await AssertExactAsync();
        await Store.OpenAsync();
        await AssertExactAsync();
    }

    /// <summary>Sends a share of the transactions; every tenth repeats an earlier one of the same client.</summary>
    private async Task RunClientAsync(GroupCommit commit, int client)
    {
        var random = new Random(client);
        var outcomesByNumber = new Dictionary<int, RecordOutcome>();
        for (var next = 0; next < Transactions / Clients; next += Submission)
        {
            var numbers = Enumerable.Range(next, Math.Min(Submission, (Transactions / Clients) - next))
                .Select(number => number % 10 == 9 ? -RepeatOf(random.Next(number)) : number + 1).ToArray();
            Transaction[] batch = [.. numbers.Select(number => TransactionOf(client, Math.Abs(number)))];
            var outcomes = await commit.RecordAsync(batch, CancellationToken.None);
            for (var i = 0; i < batch.Length; i++)
            {
                Settle(client, numbers[i], outcomes[i], outcomesByNumber);
            }
        }
    }

    /// <summary>Returns the last original transaction at or before an index, counted from 1.</summary>
    private static int RepeatOf(int number) => number % 10 == 9 ? number : number + 1;

    private static int RouteOf(int client, int number) => ((client * 7919) + (number * 31)) % Routes;

    private static Transaction TransactionOf(int client, int number) =>
        new(AllRoutes[RouteOf(client, number)], TransactionKey.Parse($"client {client} transaction {number}"));

    private void Settle(int client, int number, RecordOutcome outcome, Dictionary<int, RecordOutcome> outcomesByNumber)
    {
        if (number < 0)
        {
            Assert.Equal(outcomesByNumber[-number] with { IsReplay = true }, outcome);
            Interlocked.Increment(ref _replayed);
            return;
        }

        Assert.False(outcome.IsReplay);
        Assert.Equal(AllRoutes[RouteOf(client, number)], outcome.Route);
        outcomesByNumber[number] = outcome;
        Interlocked.Increment(ref _recorded);
        Interlocked.Increment(ref _expected[RouteOf(client, number)]);
    }

    private async Task AssertExactAsync()
    {
        long sum = 0;
        for (var i = 0; i < Routes; i++)
        {
            var total = await Ledger.TotalAsync(AllRoutes[i], CancellationToken.None);
            var history = await Ledger.HistoryAsync(
                AllRoutes[i], TestTime.Start.AddDays(-1), TestTime.Start.AddDays(2), HistoryBucket.Hour, CancellationToken.None);
            Assert.Equal(_expected[i], total);
            Assert.Equal(_expected[i], history.Sum(point => point.Transactions));
            sum += total;
        }

        Assert.Equal(_recorded, sum);
    }
}
