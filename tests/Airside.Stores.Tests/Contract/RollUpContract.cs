using Airside.Core.Transactions;

namespace Airside.Stores.Tests.Contract;

/// <summary>Old hours become days: totals and days stay, whatever happens meanwhile.</summary>
/// <param name="makeStore">Creates an empty store.</param>
public abstract class RollUpContract(Func<ITestStore> makeStore) : StoreContract(makeStore())
{
    private const int Days = 12;
    private static readonly DateTimeOffset First = TestTime.Start;
    private static readonly DateTimeOffset Before = First.AddDays(Days - 5);
    private static readonly string[] Routes = ["AR1133", "KLM42X", "LH400"];
    private readonly SortedDictionary<(string Route, DateTimeOffset Hour), long> _hours = [];
    private int _keys;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        foreach (var hour in Enumerable.Range(0, Days * 24).Where(hour => hour % 5 == 0))
        {
            await RecordAsync(First.AddHours(hour), Routes[hour % Routes.Length]);
        }
    }

    [Fact]
    public async Task Days_and_totals_stay_and_old_hours_are_gone()
    {
        await Ledger.RollUpAsync(Before, CancellationToken.None);
        await AssertHistoryAsync(Before);

        await OtherLedger.RollUpAsync(Before, CancellationToken.None);
        await Ledger.RollUpAsync(Before, CancellationToken.None);
        await AssertHistoryAsync(Before);

        await Store.OpenAsync();
        await AssertDaysAsync();
        await AssertHoursAreKnownAsync();
    }

    [Fact]
    public async Task Since_when_there_are_hours_outlives_a_restart_and_a_longer_time_to_keep_them()
    {
        Assert.InRange(await SinceAsync(), DateTimeOffset.MinValue, First);
        await Ledger.RollUpAsync(Before, CancellationToken.None);
        Assert.Equal(Before, await SinceAsync());

        await Store.OpenAsync();
        await OtherLedger.RollUpAsync(First.AddDays(2), CancellationToken.None);
        await AssertHoursAreKnownAsync();
        await RecordAsync(Time.GetUtcNow().AddHours(1), "AR1133");
        await AssertHoursAreKnownAsync();
    }

    [Fact]
    public async Task Every_day_its_hours_become_days()
    {
        for (var day = First.AddDays(1); day <= Before; day = day.AddDays(1))
        {
            await Ledger.RollUpAsync(day, CancellationToken.None);
            await AssertHistoryAsync(day);
        }
    }

    [Fact]
    public async Task An_hour_that_comes_late_counts_too_and_joins_its_day()
    {
        await Ledger.RollUpAsync(Before, CancellationToken.None);
        await RecordAsync(First.AddHours(5), "AR1133");
        await RecordAsync(First.AddHours(6), "AR1133");
        await RecordAsync(First.AddDays(-3), "ZZ9");
        await AssertDaysAsync();

        await Ledger.RollUpAsync(Before.AddDays(1), CancellationToken.None);
        Time.AdjustTime(First.AddDays(Days));
        await AssertHistoryAsync(Before.AddDays(1));
    }

    [Fact]
    public async Task Nothing_is_recorded_so_nothing_becomes_a_day()
    {
        await Ledger.RollUpAsync(First.AddDays(-1), CancellationToken.None);
        await AssertHistoryAsync(First.AddDays(-1));
    }

    [Fact]
    public async Task Readers_and_recorders_beside_it_see_each_transaction_once()
    {
        Time.AdjustTime(First.AddDays(Days));
        using var done = new CancellationTokenSource();
        var expected = ExpectedDays("AR1133");
        var reads = 0;
        var reading = Task.Run(async () =>
        {
            // The recorder adds to the last day only.
            while (!done.IsCancellationRequested)
            {
                Assert.Equal(expected, (await DaysAsync("AR1133")).Where(day => day.Start < First.AddDays(Days)));
                Interlocked.Increment(ref reads);
            }
        });
        var recording = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                await RecordAsync(First.AddDays(Days), "AR1133");
            }
        });
        for (var day = First.AddDays(1); day <= Before; day = day.AddDays(1))
        {
            var readsBefore = Volatile.Read(ref reads);
            await Task.WhenAll(Ledger.RollUpAsync(day, CancellationToken.None), OtherLedger.RollUpAsync(day, CancellationToken.None));
            while (Volatile.Read(ref reads) == readsBefore && !reading.IsCompleted)
            {
                await Task.Delay(1);
            }
        }

        await done.CancelAsync();
        await Task.WhenAll(reading, recording);
        await AssertHistoryAsync(Before);
    }

    [Fact]
    public async Task Whatever_interrupts_it_the_next_one_continues()
    {
        for (var tries = 0; tries < 8; tries++)
        {
            using var interruption = new CancellationTokenSource(TimeSpan.FromMilliseconds(tries * tries));
            try
            {
                await Store.Ledgers[tries % Store.Ledgers.Count].RollUpAsync(Before, interruption.Token);
            }
            catch (Exception exception) when (exception is OperationCanceledException or Core.StoreUnavailableException)
            {
                // The process was ended, as far as the store knows.
            }

            await AssertDaysAsync();
            await AssertHoursAreKnownAsync();
        }

        // A lease of the interrupted one may last.
        Time.AdjustTime(First.AddDays(Days).AddHours(1));
        await Ledger.RollUpAsync(Before, CancellationToken.None);
        await AssertHistoryAsync(Before);
    }

    [Fact]
    public async Task Days_move_to_another_store_and_agree_with_totals_and_keys()
    {
        await Ledger.RollUpAsync(Before, CancellationToken.None);
        Assert.Empty(await Archived.ReconcileAsync(Store.Replicas[0], Time));
        var archive = await Archived.ExportAsync(Store.Replicas[0]);
        await using var target = makeStore();
        await target.OpenAsync();
        target.Time.AdjustTime(Time.GetUtcNow());
        var outcome = await Archived.ImportAsync(target.Replicas[0], archive);

        Assert.Equal(ExpectedDays().Count(day => day.Start < Before), outcome.Archive.Counts.Days);
        Assert.Equal(archive, await Archived.ExportAsync(target.Replicas[^1]));
        Assert.Equal(Before, await target.Ledgers[^1].HoursSinceAsync(CancellationToken.None));
        await target.OpenAsync();
        Assert.Equal(archive, await Archived.ExportAsync(target.Replicas[0]));
        Assert.Equal(Before, await target.Ledgers[0].HoursSinceAsync(CancellationToken.None));
        await target.Ledgers[0].RollUpAsync(Before.AddDays(1), CancellationToken.None);
        Assert.Empty(await Archived.ReconcileAsync(target.Replicas[0], Time));
    }

    private static bool IsOf(string route, (string Route, DateTimeOffset Hour) hour) => hour.Route == route;

    private async Task RecordAsync(DateTimeOffset at, string route)
    {
        Time.AdjustTime(at);
        await RecordAsync(Ledger, route, $"key {_keys++}");
        var hour = HistoryRange.Floor(at, HistoryBucket.Hour);
        _hours[(route, hour)] = _hours.GetValueOrDefault((route, hour)) + 1;
    }

    private IEnumerable<HistoryPoint> ExpectedDays() => _hours.Keys.Select(key => key.Route).Distinct().SelectMany(ExpectedDays);

    private List<HistoryPoint> ExpectedDays(string route) =>
    [
        .. _hours.Where(hour => IsOf(route, hour.Key)).GroupBy(hour => HistoryRange.Floor(hour.Key.Hour, HistoryBucket.Day))
            .Select(day => new HistoryPoint(day.Key, day.Sum(hour => hour.Value))),
    ];

    private async Task<IReadOnlyList<HistoryPoint>> DaysAsync(string route) => await OtherLedger.HistoryAsync(
        Route(route), First.AddDays(-10), First.AddDays(Days + 10), HistoryBucket.Day, CancellationToken.None);

    private async Task<IReadOnlyList<HistoryPoint>> HoursAsync(string route) => await OtherLedger.HistoryAsync(
        Route(route), First.AddDays(-10), First.AddDays(Days + 10), HistoryBucket.Hour, CancellationToken.None);

    private async Task<DateTimeOffset> SinceAsync() => await OtherLedger.HoursSinceAsync(CancellationToken.None);

    /// <summary>Checks that no hour is missing from the moment on of which the store says so.</summary>
    private async Task AssertHoursAreKnownAsync()
    {
        foreach (var route in _hours.Keys.Select(key => key.Route).Distinct())
        {
            var found = (await HoursAsync(route)).Select(hour => hour.Start).ToHashSet();
            var since = await SinceAsync();
            var missing = _hours.Keys.Where(key => key.Route == route && key.Hour >= since && !found.Contains(key.Hour));
            Assert.Empty(missing);
        }
    }

    private async Task AssertDaysAsync()
    {
        foreach (var route in _hours.Keys.Select(key => key.Route).Distinct())
        {
            Assert.Equal(ExpectedDays(route), await DaysAsync(route));
            Assert.Equal(_hours.Where(hour => IsOf(route, hour.Key)).Sum(hour => hour.Value), await TotalAsync(OtherLedger, route));
        }
    }

    /// <summary>Checks the days, and that exactly the hours from a moment on are left.</summary>
    private async Task AssertHistoryAsync(DateTimeOffset before)
    {
        await AssertDaysAsync();
        foreach (var route in _hours.Keys.Select(key => key.Route).Distinct())
        {
            var hours = _hours.Where(hour => IsOf(route, hour.Key) && hour.Key.Hour >= before);
            Assert.Equal(hours.Select(hour => new HistoryPoint(hour.Key.Hour, hour.Value)), await HoursAsync(route));
        }

        Assert.InRange(await SinceAsync(), before > First ? before : DateTimeOffset.MinValue, before > First ? before : First);
    }
}
