using Airside.Core;
using Airside.Core.Stores;
using Airside.Core.Transactions;

namespace Airside.Stores.Tests.Contract;

/// <summary>How old the ranking of a shared store may be, and what an outage does to it.</summary>
public abstract class SharedRankingContract : IAsyncLifetime
{
    private static readonly FlightRoute Route = FlightRoute.Parse("AR1133");
    private static readonly RouteQuery First = new(null, RouteSort.Total, 10);

    /// <summary>After how long the ranking is refreshed, as the test sets it.</summary>
    protected TimeSpan Age { get; private set; }

    /// <summary>Two replicas; the first has its own path to the server.</summary>
    protected abstract IReadOnlyList<IStore> Replicas { get; }

    private ITransactionLedger Ledger => Replicas[0].Ledger;

    public abstract ValueTask InitializeAsync();

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>Cuts the first replica off from the server, or connects it again.</summary>
    protected abstract void Cut(bool isCut);

    [Fact]
    public async Task Until_a_refresh_is_due_it_stays_as_it_was_and_says_of_when_it_is()
    {
        Age = TimeSpan.FromHours(1);
        await RecordAsync("a");
        var first = await Ledger.RoutesAsync(First, CancellationToken.None);
        await RecordAsync("b");
        var second = await Ledger.RoutesAsync(First, CancellationToken.None);
        var overview = await Ledger.OverviewAsync(10, DateTimeOffset.UnixEpoch, CancellationToken.None);

        Assert.Equal(1, Assert.Single(first.Routes).Total);
        Assert.Equal(first.Routes, second.Routes);
        Assert.Equal(first.AsOf, second.AsOf);
        Assert.Equal((1, first.AsOf), (overview.Transactions, overview.AsOf));

        // Everything else is exact.
        Assert.Equal(2, await Ledger.TotalAsync(Route, CancellationToken.None));
        foreach (var query in (RouteQuery[])[First with { Sort = RouteSort.Route }, First with { Designator = "AR" }])
        {
            Assert.Equal(2, Assert.Single((await Ledger.RoutesAsync(query, CancellationToken.None)).Routes).Total);
        }


        Age = TimeSpan.Zero;
        var third = await Ledger.RoutesAsync(First, CancellationToken.None);
        Assert.Equal(2, Assert.Single(third.Routes).Total);
        Assert.InRange(third.AsOf, first.AsOf, DateTimeOffset.MaxValue);
    }

    [Fact]
    public async Task During_an_outage_it_is_returned_only_until_it_is_too_old_and_afterwards_it_is_exact_again()
    {
        Age = TimeSpan.FromHours(1);
        await RecordAsync("a");
        var before = await Ledger.RoutesAsync(First, CancellationToken.None);
        Cut(true);
        await RecordAsync("b");
        Assert.Equal(before.AsOf, (await Ledger.RoutesAsync(First, CancellationToken.None)).AsOf);

        Age = TimeSpan.Zero;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Ledger.RoutesAsync(First, CancellationToken.None).AsTask());
        await Assert.ThrowsAsync<StoreUnavailableException>(
            () => Ledger.OverviewAsync(10, DateTimeOffset.UnixEpoch, CancellationToken.None).AsTask());

        Cut(false);
        await Waiting.UntilAsync(() => Replicas[0].Outage is null, "the end of the outage");
        Assert.Equal(2, Assert.Single(await Ledger.TopAsync(10, CancellationToken.None)).Total);
    }

    /// <summary>Records a transaction of a route on the second replica.</summary>
    protected async Task RecordAsync(string key)
    {
        var outcomes = new RecordOutcome[1];
        await Replicas[1].Ledger.RecordAsync(
            new[] { new Transaction(Route, TransactionKey.Parse(key)) }, outcomes, CancellationToken.None);
    }
}
