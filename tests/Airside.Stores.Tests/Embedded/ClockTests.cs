using Airside.Core.Transactions;
using Airside.Stores.Embedded;
using Airside.Stores.Embedded.Journal;

namespace Airside.Stores.Tests.Embedded;

/// <summary>While its calendar is wrong, a ledger neither forgets a key too early nor keeps anything forever.</summary>
public sealed class ClockTests
{
    private static readonly TimeSpan Window = TimeSpan.FromHours(2);
    private static readonly TimeSpan TenYears = TimeSpan.FromDays(3_653);
    private static readonly EmbeddedOptions Options = new(Window, SegmentBytes: 400, SnapshotBytes: 1_000);

    private readonly SteppedTime _time = new();
    private readonly SimulatedDisk _disk = new(new Random(1));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Ten_years_ahead_for_one_transaction_and_back_change_nothing_of_what_is_remembered(bool restarts)
    {
        var ledger = Open();
        Assert.False(Record(ledger, "before").IsReplay);
        _time.Step(TenYears);
        Assert.False(Record(ledger, "ahead").IsReplay);
        Assert.True(Record(ledger, "before").IsReplay);
        _time.Step(-TenYears);
        Assert.False(Record(ledger, "after").IsReplay);
        ledger = restarts ? Reopen(ledger) : ledger;

        _time.Advance(Window - TimeSpan.FromMinutes(1));
        Assert.All((string[])["before", "ahead", "after"], key => Assert.True(Record(ledger, key).IsReplay, key));

        ledger = restarts ? Reopen(ledger) : ledger;
        _time.Advance(TimeSpan.FromMinutes(61));
        Assert.All((string[])["before", "ahead", "after"], key => Assert.False(Record(ledger, key).IsReplay, key));
        ledger.Dispose();
    }

    [Fact]
    public void Daily_starts_do_not_keep_a_key_whose_record_lies_ahead()
    {
        _time.Step(TenYears);
        using (var ledger = Open())
        {
            Record(ledger, "ahead");
        }

        _time.Step(-TenYears);
        using (var ledger = Open())
        {
            Record(ledger, "right");
        }

        for (var starts = 0; starts < 3; starts++)
        {
            _time.Advance(Window - TimeSpan.FromHours(1));
            using var ledger = Open();
            Assert.Equal(starts < 2, IsKnown(ledger, "ahead"));
        }
    }

    [Fact]
    public void A_clock_that_was_ahead_at_the_start_and_is_set_right_does_not_keep_keys_nor_segments()
    {
        _time.Step(TenYears);
        using var ledger = Open();
        RecordMany(ledger, "ahead", 100);
        _time.Step(-TenYears);
        for (var hour = 0; hour < 6; hour++)
        {
            _time.Advance(TimeSpan.FromHours(1));
            RecordMany(ledger, $"right {hour}", 30);
        }

        Assert.False(IsKnown(ledger, "ahead 0"));
        Assert.InRange(ledger.KeyUsage.Count, 60, 100 + (6 * 30));
        Assert.DoesNotContain(JournalFormat.SegmentName(1), _disk.List());
        Assert.Equal(100 + (6 * 30), ledger.Routes.Find(FlightRoute.Parse("AR1"))!.Total);
    }

    [Fact]
    public void A_start_under_the_right_clock_removes_the_segments_of_a_wrong_one()
    {
        _time.Step(TenYears);
        using (var ledger = Open())
        {
            RecordMany(ledger, "ahead", 100);
        }

        _time.Step(-TenYears);
        using (var ledger = Open())
        {
            RecordMany(ledger, "right", 10);
            _time.Advance(Window + TimeSpan.FromMinutes(1));
            RecordMany(ledger, "later", 100);
        }

        Assert.DoesNotContain(JournalFormat.SegmentName(1), _disk.List());
    }

    [Fact]
    public void A_quiet_ledger_forgets_a_key_as_one_that_was_started_anew_does()
    {
        using var ledger = Open();
        Record(ledger, "quiet");
        _time.Advance(TimeSpan.FromDays(400));

        Assert.Empty(KeysOf(ledger));
        Assert.False(IsKnown(ledger, "quiet"));
        Assert.Equal(2, Record(ledger, "quiet").Total);
        Assert.Equal("quiet", Assert.Single(KeysOf(ledger)).Key.ToString());
        using var again = Open();
        Assert.Equal("quiet", Assert.Single(KeysOf(again)).Key.ToString());
    }

    [Fact]
    public void A_step_of_more_than_five_minutes_is_told_once()
    {
        var clock = new LedgerClock(_time);
        _time.Step(TimeSpan.FromMinutes(5));
        Assert.False(clock.TryTakeStep(out _));
        _time.Step(TimeSpan.FromMinutes(1));
        Assert.True(clock.TryTakeStep(out var step));
        Assert.Equal(TimeSpan.FromMinutes(6), step);
        _time.Advance(TimeSpan.FromDays(1));
        Assert.False(clock.TryTakeStep(out _));
        _time.Step(TimeSpan.FromHours(-1));
        Assert.True(clock.TryTakeStep(out step));
        Assert.Equal(TimeSpan.FromHours(-1), step);
    }

    private JournaledLedger Open() => JournaledLedger.Open(_disk, _time, Options);

    private JournaledLedger Reopen(JournaledLedger ledger)
    {
        ledger.Dispose();
        return Open();
    }

    private static RecordOutcome Record(JournaledLedger ledger, string key)
    {
        var outcomes = new RecordOutcome[1];
        ledger.Commit([TestLedger.Transaction("AR1", key)], outcomes);
        return outcomes[0];
    }

    private static void RecordMany(JournaledLedger ledger, string name, int transactions)
    {
        for (var number = 0; number < transactions; number++)
        {
            Record(ledger, $"{name} {number}");
            TestLedger.BuildDueSnapshot(ledger);
        }
    }

    private static bool IsKnown(JournaledLedger ledger, string key) => KeysOf(ledger).Any(entry => entry.Key.ToString() == key);

    private static List<KeyEntry> KeysOf(JournaledLedger ledger)
    {
        var reading = ledger.BeginReading();
        var keys = new List<KeyEntry>();
        while (reading.NextKeys() is { } some)
        {
            keys.AddRange(some.OfType<KeyEntry>());
        }

        return keys;
    }
}
