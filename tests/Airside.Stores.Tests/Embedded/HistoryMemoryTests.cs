using Airside.Core;
using Airside.Core.Transactions;
using Airside.Stores.Embedded;
using Airside.Stores.Embedded.Tables;

namespace Airside.Stores.Tests.Embedded;

/// <summary>A ledger whose memory for days and hours is smaller than the time to keep hours asks for.</summary>
public sealed class HistoryMemoryTests
{
    private const int Days = 20;
    private const int NewestDay = Days - 4;
    private static readonly string[] Routes = ["AR1", "KLM42X"];
    private static readonly EmbeddedOptions Options = new(TimeSpan.FromHours(48), SegmentBytes: 4096, SnapshotBytes: 4096)
    {
        HistoryBytesMax = long.MaxValue,
    };

    private readonly SimulatedDisk _disk = new(new Random(1));
    private readonly TestLedger _test;

    public HistoryMemoryTests()
    {
        _test = new TestLedger(_disk, Options);
        using var ledger = _test.Open();
        for (var hour = 0; hour < Days * 24; hour++)
        {
            _test.Time.SetUtcNow(TestTime.Start.AddHours(hour));
            _test.Commit(ledger, Routes.Select(route => TestLedger.Transaction(route, $"{route} {hour}")));
        }

        _test.Time.SetUtcNow(TestTime.Start.AddDays(Days));
    }

    [Fact]
    public void Hours_become_days_only_as_much_earlier_as_they_need_to_fit()
    {
        using var ledger = Open(BytesAfter(day: 9));
        Assert.Equal(HourOf(9), ledger.RollUp(HourOf(2), CancellationToken.None));

        Assert.InRange(ledger.HistoryUsage.Bytes, 1, ledger.HistoryUsage.BytesMax);
        AssertComplete(ledger, sinceDay: 9);
        Assert.False(ledger.HistoryIsFull);
        _test.Commit(ledger, TestLedger.Transaction("NEW1", "a new route"));

        // With room for them, nothing becomes a day earlier, and what did stays so.
        Assert.Null(ledger.RollUp(HourOf(2), CancellationToken.None));
        AssertComplete(ledger, sinceDay: 9);
    }

    [Fact]
    public void What_fits_stays_as_long_as_asked()
    {
        using var ledger = Open(BytesAfter(day: 2));
        Assert.Null(ledger.RollUp(HourOf(2), CancellationToken.None));
        AssertComplete(ledger, sinceDay: 2);
    }

    [Fact]
    public void Each_day_one_more_becomes_a_day()
    {
        using var ledger = Open(BytesAfter(day: 9));
        ledger.RollUp(HourOf(2), CancellationToken.None);
        for (var day = Days; day < Days + 5; day++)
        {
            for (var hour = 0; hour < 24; hour++)
            {
                _test.Time.SetUtcNow(TestTime.Start.AddDays(day).AddHours(hour));
                _test.Commit(ledger, Routes.Select(route => TestLedger.Transaction(route, $"{route} {day} {hour}")));
            }

            _test.Time.SetUtcNow(TestTime.Start.AddDays(day + 1));
            ledger.RollUp(HourOf(2), CancellationToken.None);
            Assert.InRange(ledger.HistoryUsage.Bytes, 1, ledger.HistoryUsage.BytesMax);
            Assert.InRange(ledger.Routes.AllRoutes.FirstHour!.Value, HourOf(day - 11), HourOf(day - 9));
        }
    }

    [Fact]
    public void Hours_that_checks_compare_with_keys_stay_and_only_new_routes_are_refused()
    {
        using var ledger = Open(BytesAfter(NewestDay) - 1);
        Assert.Equal(HourOf(NewestDay), ledger.RollUp(HourOf(2), CancellationToken.None));

        Assert.True(ledger.HistoryIsFull);
        AssertComplete(ledger, NewestDay);
        var refused = Assert.Throws<RoutesLimitException>(() => ledger.Commit(
            [TestLedger.Transaction("AR1", "b"), TestLedger.Transaction("NEW1", "c")], new RecordOutcome[2]));
        Assert.Equal([1], refused.Indexes);
        Assert.Contains(nameof(Limits.HistoryMemoryPercentMax), refused.Message, StringComparison.Ordinal);
        Assert.Contains($"{ledger.HistoryUsage.BytesMax}", refused.Message, StringComparison.Ordinal);
        _test.Commit(ledger, TestLedger.Transaction("AR1", "b"));
        AssertComplete(ledger, NewestDay);

        // A start decides only once it has tried to make room.
        ledger.Dispose();
        using var larger = Open(BytesAfter(NewestDay));
        _test.Commit(larger, TestLedger.Transaction("NEW1", "c"));
    }

    [Fact]
    public void A_snapshot_has_the_days_too_so_a_start_needs_no_more_memory()
    {
        using (var ledger = Open(BytesAfter(day: 9)))
        {
            ledger.RollUp(HourOf(2), CancellationToken.None);
            ledger.RollUp(HourOf(2), CancellationToken.None);
            TestLedger.BuildDueSnapshot(ledger);
        }

        using var again = Open(BytesAfter(day: 9));
        Assert.InRange(again.HistoryUsage.Bytes, 1, again.HistoryUsage.BytesMax);
        AssertComplete(again, sinceDay: 9);
    }

    [Fact]
    public async Task The_log_says_that_hours_became_days_earlier_and_that_new_routes_are_refused()
    {
        var log = new LoggedEvents();
        foreach (var historyBytesMax in (long[])[BytesAfter(day: 2), BytesAfter(day: 9), BytesAfter(NewestDay) - 1])
        {
            await using var ledger = new EmbeddedLedger(Open(historyBytesMax), Options.KeyWindow, log);
            await ledger.RollUpAsync(TestTime.Start.AddDays(2), CancellationToken.None);
        }

        Assert.Equal([EventIds.HistoryShortened, EventIds.HistoryFull], log);
    }

    private static long HourOf(int day) => HourCount.HourOf(TestTime.Start.AddDays(day));

    private JournaledLedger Open(long historyBytesMax) =>
        JournaledLedger.Open(_disk, _test.Time, Options with { HistoryBytesMax = historyBytesMax });

    /// <summary>Returns the memory that is used once the hours before a day have become days.</summary>
    private long BytesAfter(int day)
    {
        using var ledger = _test.Open(_disk.Copy());
        ledger.RollUp(HourOf(day), CancellationToken.None);
        return ledger.HistoryUsage.Bytes;
    }

    /// <summary>Checks all days, and that exactly the hours from a day on are left.</summary>
    private void AssertComplete(JournaledLedger ledger, int sinceDay)
    {
        Assert.Equal(HourOf(sinceDay), ledger.Routes.AllRoutes.FirstHour);
        foreach (var route in Routes)
        {
            var counts = ledger.Routes.Find(FlightRoute.Parse(route))!;
            Assert.Equal(
                Enumerable.Range(0, Days).Select(day => new HourCount(HourOf(day), 24)), counts.Days(0, HourOf(Days)));
            Assert.Equal(
                Enumerable.Range(sinceDay * 24, (Days - sinceDay) * 24).Select(hour => new HourCount(HourOf(0) + hour, 1)),
                counts.Hours(0, HourOf(Days)));
        }
    }
}
