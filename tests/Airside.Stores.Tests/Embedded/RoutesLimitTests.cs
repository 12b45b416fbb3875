using Airside.Core;
using Airside.Core.Transactions;
using Airside.Stores.Embedded;
using Airside.Stores.Embedded.Imports;
using Airside.Stores.Embedded.Tables;

namespace Airside.Stores.Tests.Embedded;

/// <summary>A ledger that may hold three routes.</summary>
public sealed class RoutesLimitTests
{
    private static readonly EmbeddedOptions Options = new(TimeSpan.FromHours(48)) { RoutesMax = 3 };

    private readonly TestLedger _test = new(new SimulatedDisk(new Random(1)), Options);

    [Fact]
    public void New_routes_beyond_the_limit_are_refused_by_their_positions_and_nothing_of_their_batch_is_recorded()
    {
        using var ledger = _test.Open();
        _test.Commit(ledger, TestLedger.Transaction("AR1", "a"), TestLedger.Transaction("AR2", "b"));

        var refused = Assert.Throws<RoutesLimitException>(() => ledger.Commit(
            [
                TestLedger.Transaction("AR1", "c"),
                TestLedger.Transaction("AR3", "d"),
                TestLedger.Transaction("AR4", "e"),
                TestLedger.Transaction("AR3", "f"),
                TestLedger.Transaction("AR5", "g"),
            ],
            new RecordOutcome[5]));
        Assert.Equal([2, 4], refused.Indexes);
        Assert.Contains("3 routes fit", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"Below {Limits.RoutesMax} routes", refused.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(Limits.RouteMemoryPercentMax), refused.Message, StringComparison.Ordinal);
        Assert.Equal((2, 3), ledger.RouteUsage);

        // Without the refused ones there is room, and known routes are counted whatever the limit.
        _test.Commit(ledger, TestLedger.Transaction("AR1", "c"), TestLedger.Transaction("AR3", "d"), TestLedger.Transaction("AR3", "f"));
        Assert.Equal((3, 3), ledger.RouteUsage);
        _test.Commit(ledger, TestLedger.Transaction("AR1", "h"));

        // A recorded key is answered whatever the route and the limit.
        _test.Commit(ledger, TestLedger.Transaction("AR1", "a"), TestLedger.Transaction("AR9", "a"));
        ledger.Dispose();
        using var again = _test.Open();
        Assert.Null(_test.Difference(again, _test.Model));
    }

    [Fact]
    public void A_batch_that_fails_leaves_no_route_behind()
    {
        using var ledger = _test.Open();
        for (var attempt = 0; attempt < 5; attempt++)
        {
            _test.Disk.Faults.CapacityBytes = 0;
            Assert.Throws<StoreUnavailableException>(() => ledger.Commit(
                [TestLedger.Transaction($"AR{1 + attempt}", "a")], new RecordOutcome[1]));
        }

        Assert.Equal((0, 3), ledger.RouteUsage);
    }

    [Fact]
    public void A_ledger_with_more_routes_than_this_process_may_add_opens_and_counts_them()
    {
        using (var ledger = JournaledLedger.Open(_test.Disk, _test.Time, Options with { RoutesMax = 10 }))
        {
            _test.Commit(ledger, Enumerable.Range(1, 10).Select(i => TestLedger.Transaction($"AR{i}", $"{i}")));
        }

        using var smaller = _test.Open();
        Assert.Equal((10, 3), smaller.RouteUsage);
        _test.Commit(smaller, TestLedger.Transaction("AR10", "again"));
        Assert.Throws<RoutesLimitException>(() => smaller.Commit([TestLedger.Transaction("AR11", "new")], new RecordOutcome[1]));
    }

    [Fact]
    public void An_archive_with_more_routes_is_refused_and_nothing_of_it_stays()
    {
        var id = new byte[ImportFormat.IdBytes];
        using var ledger = _test.Open();
        Assert.Equal(0, ledger.BeginImport(id));
        ledger.Import(id, 0, [.. Enumerable.Range(1, 3).SelectMany(i => EntriesOf(FlightRoute.Parse($"AR{i}")))]);

        var refused = Assert.Throws<StoreUnavailableException>(() => ledger.Import(id, 1, [.. EntriesOf(FlightRoute.Parse("AR4"))]));
        Assert.Contains("4 routes or more, and this process may hold 3", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, _test.Disk.UsedBytes);
        _test.Commit(ledger, TestLedger.Transaction("AR1", "a"));
    }

    [Theory]
    [InlineData(192L * 1024 * 1024, 40_265)]
    [InlineData(1L << 40, Limits.RoutesMax)]
    public void The_limit_follows_the_memory_of_the_process(long memoryBytes, int routesMax) =>
        Assert.Equal(routesMax, RouteTable.MaxOf(memoryBytes));

    private static IEnumerable<ArchiveEntry> EntriesOf(FlightRoute route) =>
        [new RouteEntry(new RouteSummary(route, 1, TestTime.Start, TestTime.Start)), new HourEntry(route, TestTime.Start, 1)];
}
