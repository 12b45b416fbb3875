using Airside.Archives;
using Airside.Core.Transactions;

namespace Airside.Tests.Archives;

/// <summary>Totals recomputed from hours and keys.</summary>
public sealed class ReconciliationTests
{
    private static readonly FlightRoute Route = FlightRoute.Parse("AR1");
    private static readonly DateTimeOffset Hour = SampleLedger.Noon;

    private static readonly ArchiveEntry[] Sound =
    [
        new RouteEntry(new RouteSummary(Route, 4, Hour.AddMinutes(1), Hour.AddHours(1).AddMinutes(2))),
        new HourEntry(Route, Hour, 3),
        new HourEntry(Route, Hour.AddHours(1), 1),
        Key("a", 1, Hour.AddMinutes(1)),
        Key("b", 2, Hour.AddMinutes(2)),
        Key("c", 3, Hour.AddMinutes(3)),
        Key("d", 4, Hour.AddHours(1).AddMinutes(2)),
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_ledger_whose_sums_are_right_has_no_difference(int seed)
    {
        Assert.Empty(await CheckAsync(SampleLedger.Entries(new Random(seed), 1000), TimeSpan.FromHours(48)));
        Assert.Empty(await CheckAsync(SampleLedger.Entries(new Random(seed), 1000), TimeSpan.FromHours(48), entriesMax: 10));
        Assert.Empty(await CheckAsync(Sound, TimeSpan.FromHours(48)));
        Assert.Empty(await CheckAsync([], TimeSpan.FromHours(48)));
    }

    [Fact]
    public async Task Keys_that_have_left_the_window_are_not_missed() =>
        Assert.Empty(await CheckAsync(Without("a", "b"), TimeSpan.FromHours(23)));

    [Fact]
    public async Task Keys_from_before_the_oldest_one_are_not_missed_though_the_window_was_made_longer() =>
        Assert.Empty(await CheckAsync(Without("a", "b"), TimeSpan.FromHours(48)));

    [Fact]
    public async Task Two_keys_of_one_total_are_no_difference() =>
        Assert.Empty(await CheckAsync([.. Without("d"), Key("d", 1, Hour.AddHours(1).AddMinutes(2))], TimeSpan.FromHours(48)));

    [Fact]
    public async Task A_total_that_is_not_the_sum_of_its_hours_is_found()
    {
        ArchiveEntry[] entries = [.. Sound, new HourEntry(Route, Hour.AddHours(-1), 1)];
        Assert.Equal("AR1: total, by the sum of its days and hours: expected 5, found 4", await OneAsync(entries, "total,"));
        Assert.Equal("AR1: total, by the sum of its days and hours: expected 4, found 0", await OneAsync(Sound[1..], "total,"));
    }

    [Theory]
    [InlineData(-30, -2, "")]
    [InlineData(-31, -2, "first transaction")]
    [InlineData(-29, -2, "first transaction")]
    [InlineData(-30, -1, "last transaction")]
    [InlineData(-30, -3, "last transaction")]
    public async Task Days_add_to_the_total_and_tell_the_first_and_last_time(int firstDay, int lastDay, string difference)
    {
        var day = Hour.AddHours(-12);
        ArchiveEntry[] entries =
        [
            new HourEntry(Route, day.AddDays(-2).AddHours(3), 1), // It came late.
            new DayEntry(Route, day.AddDays(-2), 4),
            new DayEntry(Route, day.AddDays(-30), 4),
            new RouteEntry(new RouteSummary(Route, 9, day.AddDays(firstDay).AddHours(5), day.AddDays(lastDay).AddHours(7))),
        ];

        var found = await CheckAsync(entries, TimeSpan.FromHours(48));
        Assert.Equal(difference, string.Join(' ', found.Select(one => one.What.Split(',')[0])));
        Assert.Equal(
            "AR1: total, by the sum of its days and hours: expected 5, found 9", await OneAsync([.. entries[..2], entries[3]], "total,"));
    }

    [Fact]
    public async Task An_hour_with_a_transaction_whose_key_is_missing_is_found() =>
        Assert.Equal(
            "AR1: transactions of the hour 2026-03-14T13:00:00.000Z, by its keys: expected 0, found 1",
            await OneAsync(Without("d"), "hour 2026-03-14T13"));

    [Fact]
    public async Task A_key_that_no_hour_counts_is_found()
    {
        ArchiveEntry[] entries = [.. Sound, Key("e", 4, Hour.AddHours(1))];
        Assert.Equal("AR1: keys in the window: expected at most 4, found 5", await OneAsync(entries, "keys in the window"));
        Assert.Equal(
            "AR1: transactions of the hour 2026-03-14T13:00:00.000Z, by its keys: expected 2, found 1", await OneAsync(entries, "hour"));
    }

    [Fact]
    public async Task More_keys_than_transactions_in_the_hour_in_which_the_window_begins_are_found() =>
        Assert.Equal(
            "AR1: transactions of the hour 2026-03-14T12:00:00.000Z, by its keys: expected at least 4, found 3",
            await OneAsync([.. Sound, Key("e", 4, Hour.AddMinutes(2))], "hour"));

    [Fact]
    public async Task A_key_whose_total_is_beyond_that_of_its_route_is_found() =>
        Assert.Equal(
            "AR1: total returned for the key 'd': expected at most 4, found 5",
            await OneAsync([.. Without("d"), Key("d", 5, Hour.AddHours(1).AddMinutes(2))], "returned"));

    [Fact]
    public async Task First_and_last_times_that_are_not_those_of_the_hours_and_keys_are_found()
    {
        ArchiveEntry[] entries = [new RouteEntry(new RouteSummary(Route, 4, Hour.AddHours(-1), Hour.AddMinutes(50))), .. Sound[1..]];
        Assert.Contains("expected 2026-03-14T12:00:00.000Z, found 2026-03-14T11:00:00.000Z", await OneAsync(entries, "first transaction,"));
        Assert.Contains("expected 2026-03-14T13:00:00.000Z, found 2026-03-14T12:50:00.000Z", await OneAsync(entries, "last transaction,"));
        Assert.Contains("found 2026-03-14T13:02:00.000Z", await OneAsync(entries, "time of the key 'd'"));
    }

    private static ArchiveEntry[] Without(params string[] keys) =>
        [.. Sound.Where(entry => entry is not KeyEntry key || !keys.Contains(key.Key.ToString()))];

    private static KeyEntry Key(string key, long total, DateTimeOffset at) => new(TransactionKey.Parse(key), Route, total, at);

    private static async Task<string> OneAsync(ArchiveEntry[] entries, string what) =>
        Assert.Single(await CheckAsync(entries, TimeSpan.FromHours(48)), difference => difference.What.Contains(what)).ToString();

    private static async Task<List<LedgerDifference>> CheckAsync(
        IEnumerable<ArchiveEntry> entries, TimeSpan window, int entriesMax = 1000)
    {
        var differences = new List<LedgerDifference>();
        await foreach (var difference in Reconciliation.CheckAsync(
            entries.ToAsyncEnumerable(),
            window,
            new FakeTimeProvider(Hour.AddDays(1)),
            new SortSpace(Path.GetTempPath(), entriesMax),
            progress: null,
            CancellationToken.None))
        {
            differences.Add(difference);
        }

        return differences;
    }
}
