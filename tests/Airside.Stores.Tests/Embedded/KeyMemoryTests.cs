using Airside.Core;
using Airside.Core.Transactions;
using Airside.Stores.Embedded;
using Airside.Stores.Embedded.Tables;

namespace Airside.Stores.Tests.Embedded;

/// <summary>A ledger whose keys may use at most two chunks of memory.</summary>
public sealed class KeyMemoryTests
{
    private const int BatchSize = 100;
    private static readonly FlightRoute Route = FlightRoute.Parse("AR1133");
    private static readonly EmbeddedOptions Options = new(TimeSpan.FromHours(2)) { KeyBytesMax = 2 * KeyArena.ChunkBytes };
    private readonly TestLedger _test = new(new SimulatedDisk(new Random(1)), Options);

    [Theory]
    [InlineData(100, 60)]
    [InlineData(1L << 30, (1L << 30) / 100 * 60)]
    [InlineData(1L << 40, Limits.KeyMemoryBytesMax)]
    public void Keys_may_take_60_percent_of_the_memory_and_never_more_than_16_GiB(long memoryBytes, long keyBytes) =>
        Assert.Equal(keyBytes, KeyArena.BytesMaxOf(memoryBytes));

    [Fact]
    public void Past_the_limit_writes_are_refused_by_its_name_whole_while_repeats_and_reads_go_on()
    {
        using var ledger = _test.Open();
        var refused = CommitUntilRefused(ledger);

        Assert.Contains($"{2 * KeyArena.ChunkBytes} bytes", refused.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(Limits.KeyMemoryPercentMax), refused.Message, StringComparison.Ordinal);
        Assert.Contains("Airside:KeyWindowHours", refused.Message, StringComparison.Ordinal);
        Assert.Null(LedgerComparison.Difference(ledger, _test.Model, keyCutoff: null));

        // The model requires each of them to be a repeat.
        _test.Commit(ledger, _test.Model.Recorded.Keys.Select(key => new Transaction(Route, key)));
        Assert.Equal(_test.Model.Recorded.Count, ledger.Routes.Find(Route)!.Total);
    }

    [Fact]
    public void Keys_that_leave_the_window_make_room_again()
    {
        using var ledger = _test.Open();
        CommitUntilRefused(ledger);
        var total = ledger.Routes.Find(Route)!.Total;
        _test.Time.Advance(Options.KeyWindow + TimeSpan.FromMilliseconds(1));

        _test.Commit(ledger, NextBatch());
        Assert.Equal(total + BatchSize, ledger.Routes.Find(Route)!.Total);
    }

    [Fact]
    public void A_start_with_too_little_memory_for_the_window_is_refused_by_the_limit_and_changes_nothing()
    {
        using (var ledger = _test.Open())
        {
            CommitUntilRefused(ledger);
        }

        var less = new TestLedger(_test.Disk.Copy(), Options with { KeyBytesMax = KeyArena.ChunkBytes });
        var refused = Assert.Throws<StoreUnavailableException>(() => less.Open());
        Assert.Contains(nameof(Limits.KeyMemoryPercentMax), refused.Message, StringComparison.Ordinal);
        _test.AssertExact(less.Disk, _test.Model);
    }

    private StoreUnavailableException CommitUntilRefused(JournaledLedger ledger)
    {
        for (var batches = 0; batches < 1_000; batches++)
        {
            try
            {
                _test.Commit(ledger, NextBatch());
            }
            catch (StoreUnavailableException exception)
            {
                Assert.True(_test.Model.Recorded.Count > BatchSize);
                return exception;
            }
        }

        throw new InvalidOperationException("The memory for keys was never used up.");
    }

    /// <summary>Returns new transactions with long keys.</summary>
    private IEnumerable<Transaction> NextBatch() => Enumerable.Range(_test.Model.Recorded.Count, BatchSize)
        .Select(number => TestLedger.Transaction("AR1133", $"{number} ".PadRight(Limits.TransactionKeyLengthMax, 'k')));
}
