using Airside.Core;
using Airside.Core.Transactions;

namespace Airside.Stores.Tests.Contract;

/// <summary>A store that may hold a few routes: which transactions it refuses, and that it records all others.</summary>
/// <param name="makeStore">Creates an empty store with a limit of routes.</param>
public abstract class RouteLimitContract(Func<int, ITestStore> makeStore) : StoreContract(makeStore(RoutesMax))
{
    private const int RoutesMax = 5;

    [Fact]
    public async Task The_first_new_routes_of_a_batch_get_the_places_and_the_others_are_refused_by_their_positions()
    {
        await FillAsync(RoutesMax - 1);
        var refused = await RefusedAsync(
            OtherLedger,
            Transaction("AR1", "known"),
            Transaction("KL9", "first"),
            Transaction("KL8", "second"),
            Transaction("KL9", "first again"),
            Transaction("AR2", "fill 2"),
            Transaction("KL7", "third"));

        Assert.Equal([2, 5], refused.Indexes);
        Assert.Contains(nameof(Limits.RoutesMax), refused.Message, StringComparison.Ordinal);
        Assert.Contains($"{RoutesMax}", refused.Message, StringComparison.Ordinal);
        Assert.Equal(RoutesMax - 1, await RoutesAsync());
        Assert.Equal(1, await TotalAsync(Ledger, "AR1"));

        Assert.Equal(
            [Recorded("AR1", 2), Recorded("KL9", 1), Recorded("KL9", 2), Replayed("AR2", 1)],
            await RecordAsync(
                OtherLedger,
                Transaction("AR1", "known"),
                Transaction("KL9", "first"),
                Transaction("KL9", "first again"),
                Transaction("AR2", "fill 2")));
        Assert.Equal(RoutesMax, await RoutesAsync());
    }

    [Fact]
    public async Task A_full_store_records_known_routes_and_answers_known_keys_and_refuses_only_the_rest()
    {
        await FillAsync(RoutesMax);
        foreach (var restart in (bool[])[false, true])
        {
            if (restart)
            {
                await Store.OpenAsync();
            }

            foreach (var ledger in new[] { Ledger, OtherLedger })
            {
                Assert.Equal([0], (await RefusedAsync(ledger, Transaction("KL9", "new"))).Indexes);

                // A key that is known is answered for the route it was recorded for, even beside a new one.
                Assert.Equal(Replayed("AR1", 1), await RecordAsync(ledger, "AR1", "fill 1"));
                Assert.Equal(Replayed("AR1", 1), await RecordAsync(ledger, "KL9", "fill 1"));
                Assert.Equal(
                    [1],
                    (await RefusedAsync(ledger, Transaction("KL9", "fill 1"), Transaction("KL9", "new"), Transaction("AR1", "x"))).Indexes);
            }

            var total = await TotalAsync(Ledger, "AR1");
            Assert.Equal(Recorded("AR1", total + 1), await RecordAsync(OtherLedger, "AR1", $"more {restart}"));
            Assert.Equal(RoutesMax, await RoutesAsync());
        }
    }

    [Fact]
    public async Task A_repeat_in_a_batch_is_refused_with_its_route_and_another_route_of_its_key_is_not()
    {
        await FillAsync(RoutesMax);

        Assert.Equal(
            [0, 2],
            (await RefusedAsync(Ledger, Transaction("KL9", "a"), Transaction("AR1", "b"), Transaction("KL9", "a"))).Indexes);
        Assert.Equal([0], (await RefusedAsync(Ledger, Transaction("KL9", "a"), Transaction("AR1", "a"))).Indexes);
        Assert.Equal(Recorded("AR1", 2), await RecordAsync(Ledger, "AR1", "a"));
    }

    [Fact]
    public async Task Replicas_that_race_for_the_last_places_take_each_once()
    {
        const int Each = 3 * RoutesMax;
        var taken = await Task.WhenAll(Enumerable.Range(0, 2).Select(replica => Task.Run(async () =>
        {
            var recorded = 0;
            for (var i = 0; i < Each; i++)
            {
                var batch = new[] { Transaction($"R{replica}{1 + i}", $"{replica} {i}") };
                try
                {
                    Assert.False(Assert.Single(await RecordAsync(replica == 0 ? Ledger : OtherLedger, batch)).IsReplay);
                    recorded++;
                }
                catch (RoutesLimitException exception)
                {
                    Assert.Equal([0], exception.Indexes);
                }
            }

            return recorded;
        })));

        Assert.Equal(RoutesMax, taken.Sum());
        Assert.Equal(RoutesMax, await RoutesAsync());
        await RefusedAsync(Ledger, Transaction("KL9", "one more"));
    }

    [Fact]
    public async Task Callers_of_one_group_commit_are_refused_one_by_one()
    {
        await FillAsync(RoutesMax - 1);
        using var meters = new MeterFactory();
        await using var commit = new GroupCommit(Ledger, new GroupCommitMetrics(meters));
        var callers = new[] { "AR1", "KL1", "KL2", "AR2", "KL3", "KL1" }.Select((route, i) =>
            (Route: route, Recording: commit.RecordAsync(new[] { Transaction(route, $"caller {i}") }, CancellationToken.None))).ToArray();
        await Task.WhenAll(callers.Select(caller => caller.Recording.ContinueWith(_ => { }, TaskScheduler.Default)));

        foreach (var (route, recording) in callers)
        {
            if (route is "KL2" or "KL3")
            {
                Assert.Equal([0], (await Assert.ThrowsAsync<RoutesLimitException>(() => recording)).Indexes);
            }
            else
            {
                Assert.Equal(Route(route), Assert.Single(await recording).Route);
            }
        }

        Assert.Equal(2, await TotalAsync(Ledger, "KL1"));
        Assert.Equal(RoutesMax, await RoutesAsync());
    }

    [Fact]
    public async Task The_number_of_routes_and_the_limit_are_known()
    {
        await FillAsync(RoutesMax - 2);
        using var givingUp = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        foreach (var replica in Store.Replicas)
        {
            Assert.Equal(RoutesMax, replica.RouteUsage.Max);
            while (replica.RouteUsage.Count != RoutesMax - 2)
            {
                Time.Advance(TimeSpan.FromMilliseconds(Limits.StoreMonitorMs));
                await Task.Delay(10, givingUp.Token);
            }
        }
    }

    [Fact]
    public async Task An_archive_with_too_many_routes_is_refused_before_anything_is_imported_and_one_that_fits_is_counted()
    {
        await FillAsync(RoutesMax);
        var full = await Archived.ExportAsync(Store.Replicas[0]);
        await using var smaller = makeStore(RoutesMax - 1);
        await smaller.OpenAsync();
        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => Archived.ImportAsync(smaller.Replicas[0], full));
        Assert.Contains($"has {RoutesMax} routes, and this store may hold {RoutesMax - 1}", refused.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(Limits.RoutesMax), refused.Message, StringComparison.Ordinal);
        Assert.Equal(Recorded("AR1", 1), await RecordAsync(smaller.Ledgers[^1], "AR1", "not blocked"));

        await using var equal = makeStore(RoutesMax);
        await equal.OpenAsync();
        await Archived.ImportAsync(equal.Replicas[0], full);
        await RefusedAsync(equal.Ledgers[^1], Transaction("KL9", "new"));
        Assert.Equal(Replayed("AR1", 1), await RecordAsync(equal.Ledgers[^1], "KL9", "fill 1"));
        Assert.Equal(Recorded("AR1", 2), await RecordAsync(equal.Ledgers[^1], "AR1", "more"));
    }

    private static async Task<RoutesLimitException> RefusedAsync(ITransactionLedger ledger, params Transaction[] batch) =>
        await Assert.ThrowsAsync<RoutesLimitException>(() => RecordAsync(ledger, batch));

    /// <summary>Records one transaction for each of the routes AR1, AR2 and so on.</summary>
    private async Task FillAsync(int routes)
    {
        for (var i = 1; i <= routes; i++)
        {
            await RecordAsync(Store.Ledgers[i % Store.Ledgers.Count], $"AR{i}", $"fill {i}");
        }
    }

    private async Task<int> RoutesAsync() => (await Ledger.TopAsync(Limits.PageSizeMax, CancellationToken.None)).Count;
}
