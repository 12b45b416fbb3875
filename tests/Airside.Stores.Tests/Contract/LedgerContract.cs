using Airside.Core;
using Airside.Core.Transactions;

namespace Airside.Stores.Tests.Contract;

/// <summary>Recording: totals, repeats, limits.</summary>
public abstract class LedgerContract(ITestStore store) : StoreContract(store)
{
    [Fact]
    public async Task Each_transaction_counts_once_for_its_route()
    {
        Assert.Equal(Recorded("AR1133", 1), await RecordAsync(Ledger, "AR1133", "a"));
        Assert.Equal(Recorded("AR1133", 2), await RecordAsync(OtherLedger, "AR1133", "b"));
        Assert.Equal(Recorded("KLM42X", 1), await RecordAsync(Ledger, "KLM42X", "c"));

        Assert.Equal(2, await TotalAsync(Ledger, "AR1133"));
        Assert.Equal(1, await TotalAsync(Ledger, "KLM42X"));
    }

    [Fact]
    public async Task A_route_never_seen_has_nothing()
    {
        await RecordAsync(Ledger, "AR1133", "a");

        Assert.Equal(0, await TotalAsync(Ledger, "AR1134"));
        Assert.Null(await Ledger.RouteAsync(Route("AR1134"), CancellationToken.None));
        Assert.Empty(await Ledger.HistoryAsync(
            Route("AR1134"), Time.GetUtcNow().AddDays(-1), Time.GetUtcNow().AddDays(1), HistoryBucket.Hour, CancellationToken.None));
    }

    [Fact]
    public async Task A_batch_counts_in_its_order()
    {
        var outcomes = await RecordAsync(
            Ledger, Transaction("AR1133", "a"), Transaction("KLM42X", "b"), Transaction("AR1133", "c"), Transaction("AR1133", "d"));

        Assert.Equal([Recorded("AR1133", 1), Recorded("KLM42X", 1), Recorded("AR1133", 2), Recorded("AR1133", 3)], outcomes);
    }

    [Fact]
    public async Task A_repeat_gets_the_outcome_of_the_first_time_though_the_total_has_grown()
    {
        await RecordAsync(Ledger, "AR1133", "a");
        await RecordAsync(Ledger, "AR1133", "b");
        await RecordAsync(Ledger, "AR1133", "c");

        Assert.Equal(Replayed("AR1133", 1), await RecordAsync(OtherLedger, "AR1133", "a"));
        Assert.Equal(Replayed("AR1133", 2), await RecordAsync(Ledger, "AR1133", "b"));
        Assert.Equal(3, await TotalAsync(Ledger, "AR1133"));
    }

    [Fact]
    public async Task A_repeat_within_a_batch_counts_once()
    {
        var outcomes = await RecordAsync(
            Ledger, Transaction("AR1133", "a"), Transaction("AR1133", "b"), Transaction("AR1133", "a"), Transaction("KLM42X", "b"));

        Assert.Equal([Recorded("AR1133", 1), Recorded("AR1133", 2), Replayed("AR1133", 1), Replayed("AR1133", 2)], outcomes);
        Assert.Equal(2, await TotalAsync(Ledger, "AR1133"));
        Assert.Equal(0, await TotalAsync(Ledger, "KLM42X"));
    }

    [Fact]
    public async Task A_repeat_after_a_restart_gets_the_outcome_of_the_first_time()
    {
        await RecordAsync(Ledger, Transaction("AR1133", "a"), Transaction("AR1133", "b"));
        await Store.OpenAsync();

        Assert.Equal(2, await TotalAsync(Ledger, "AR1133"));
        Assert.Equal(Replayed("AR1133", 1), await RecordAsync(Ledger, "AR1133", "a"));
        Assert.Equal(Recorded("AR1133", 3), await RecordAsync(OtherLedger, "AR1133", "c"));
        Assert.Equal(3, await TotalAsync(Ledger, "AR1133"));
    }

    [Fact]
    public async Task A_key_that_is_used_again_for_another_route_counts_nothing_and_tells_the_first_route()
    {
        await RecordAsync(Ledger, "AR1133", "a");

        Assert.Equal(Replayed("AR1133", 1), await RecordAsync(OtherLedger, "KLM42X", "a"));
        Assert.Equal(0, await TotalAsync(Ledger, "KLM42X"));
        Assert.Null(await Ledger.RouteAsync(Route("KLM42X"), CancellationToken.None));
    }

    [Fact]
    public async Task Concurrent_repeats_count_once_and_all_get_the_same_outcome()
    {
        const int Keys = 50;
        const int RepeatsPerKey = 8;
        using var meters = new MeterFactory();
        var commits = GroupCommits(meters);
        var repeats = await Task.WhenAll(Enumerable.Range(0, Keys * RepeatsPerKey).Select(i => Task.Run(async () =>
            (Key: i % Keys, Outcome: (await commits[i % commits.Length].RecordAsync(
                new[] { Transaction("AR1133", $"key {i % Keys}") }, CancellationToken.None))[0]))));
        await Task.WhenAll(commits.Select(commit => commit.DisposeAsync().AsTask()));

        Assert.Equal(Keys, await TotalAsync(Ledger, "AR1133"));
        foreach (var repeatsOfKey in repeats.GroupBy(repeat => repeat.Key))
        {
            Assert.Single(repeatsOfKey, repeat => !repeat.Outcome.IsReplay);
            Assert.Single(repeatsOfKey.Select(repeat => repeat.Outcome.Total).Distinct());
        }

        var totals = repeats.Select(repeat => repeat.Outcome.Total).Distinct().Order();
        Assert.Equal(Enumerable.Range(1, Keys).Select(total => (long)total), totals);
    }

    [Fact]
    public async Task What_was_recorded_is_read_on_every_replica_at_once()
    {
        for (var i = 1; i <= 20; i++)
        {
            await RecordAsync(Store.Ledgers[i % Store.Ledgers.Count], "AR1133", $"key {i}");
            foreach (var ledger in Store.Ledgers)
            {
                Assert.Equal(i, await TotalAsync(ledger, "AR1133"));
                Assert.Equal(i, (await ledger.RouteAsync(Route("AR1133"), CancellationToken.None))!.Total);
                Assert.Equal(i, Assert.Single(await ledger.TopAsync(1, CancellationToken.None)).Total);
            }
        }
    }

    [Theory]
    [InlineData("Zürich → 東京 ✈ 🛫")]
    [InlineData(" leading and trailing ")]
    [InlineData("O'Hare; DROP TABLE \"keys\" -- %_\\")]
    [InlineData("e\u0301")]
    public async Task Keys_are_compared_character_by_character(string key)
    {
        await RecordAsync(Ledger, "AR1133", key);
        await Store.OpenAsync();

        Assert.Equal(Replayed("AR1133", 1), await RecordAsync(Ledger, "AR1133", key));
        Assert.Equal(Recorded("AR1133", 2), await RecordAsync(Ledger, "AR1133", key.Normalize() + " "));
        Assert.Equal(Recorded("AR1133", 3), await RecordAsync(Ledger, "AR1133", "x" + key));
        Assert.Equal(Recorded("AR1133", 4), await RecordAsync(Ledger, "AR1133", "é"));
    }

    [Theory]
    [InlineData("k")]
    [InlineData("東")]
    public async Task The_longest_keys_are_told_apart_by_their_last_character(string filler)
    {
        var most = string.Concat(Enumerable.Repeat(filler, Limits.TransactionKeyLengthMax - 1));

        Assert.Equal(Recorded("AR1133", 1), await RecordAsync(Ledger, "AR1133", most + "1"));
        Assert.Equal(Recorded("AR1133", 2), await RecordAsync(Ledger, "AR1133", most + "2"));
        await Store.OpenAsync();
        Assert.Equal(Replayed("AR1133", 1), await RecordAsync(Ledger, "AR1133", most + "1"));
        Assert.Equal(Replayed("AR1133", 2), await RecordAsync(Ledger, "AR1133", most + "2"));
    }

    [Fact]
    public async Task The_largest_batch_is_recorded_whole_and_can_be_repeated_whole()
    {
        var batch = Enumerable.Range(0, Limits.GroupCommitTransactionsMax)
            .Select(i => Transaction($"AR{1 + (i % 100)}", $"key {i}")).ToArray();
        var first = await RecordAsync(Ledger, batch);
        var second = await RecordAsync(OtherLedger, batch);

        Assert.Equal(batch.Select((_, i) => Recorded($"AR{1 + (i % 100)}", 1 + (i / 100))), first);
        Assert.Equal(first.Select(outcome => outcome with { IsReplay = true }), second);
        Assert.Equal(100, await TotalAsync(Ledger, "AR100"));
    }

    [Fact]
    public async Task A_batch_over_the_limit_is_refused_and_nothing_of_it_recorded()
    {
        var batch = Enumerable.Range(0, Limits.GroupCommitTransactionsMax + 1).Select(i => Transaction("AR1133", $"key {i}")).ToArray();

        await Assert.ThrowsAsync<ArgumentException>(() => RecordAsync(Ledger, batch));
        Assert.Equal(0, await TotalAsync(Ledger, "AR1133"));
        Assert.Equal(Recorded("AR1133", 1), await RecordAsync(Ledger, "AR1133", "key 0"));
    }

    [Fact]
    public async Task An_empty_batch_changes_nothing()
    {
        await RecordAsync(Ledger, "AR1133", "a");
        Assert.Empty(await RecordAsync(Ledger));
        Assert.Equal(1, await TotalAsync(Ledger, "AR1133"));
    }
}
