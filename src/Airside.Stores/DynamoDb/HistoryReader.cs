using Airside.Core;
using Airside.Core.Transactions;
using Airside.Stores.Shared;

namespace Airside.Stores.DynamoDb;

/// <summary>
/// Reads the days and hours of a route together. Queries may see a part of a transaction that turns hours into a day, so the version of the
/// route's history is read before and after them, in a way that waits for such transactions: if it is the same, there was none.
/// </summary>
internal sealed class HistoryReader(DynamoDbTable table, RouteReader reader, TimeProvider timeProvider)
{
    // Sorts after every day and hour, and before the version.
    private const string Above = ":";

    /// <summary>Returns the days of a route between two moments: those that replaced hours, and the sums of the hours.</summary>
    public async Task<IReadOnlyList<HistoryPoint>> DaysAsync(
        FlightRoute route, int shards, HistoryRange range, CancellationToken cancellationToken)
    {
        var (days, hours) = await ReadAsync(
            route,
            shards,
            (TableLayout.DaySort(range.First), TableLayout.DaySort(range.End.AddTicks(-1))),
            (TableLayout.HourSort(range.First), TableLayout.HourSort(range.End.AddTicks(-1))),
            table.RequestBudget,
            cancellationToken);
        foreach (var (hour, transactions) in hours)
        {
            var day = HistoryRange.Floor(hour, HistoryBucket.Day);
            days[day] = days.GetValueOrDefault(day) + transactions;
        }

        return [.. days.Select(day => new HistoryPoint(day.Key, day.Value))];
    }

    /// <summary>Returns all days and all hours of a route, oldest first.</summary>
    public Task<(SortedDictionary<DateTimeOffset, long> Days, SortedDictionary<DateTimeOffset, long> Hours)> AllAsync(
        FlightRoute route, int shards, CancellationToken cancellationToken) =>
        ReadAsync(route, shards, (TableLayout.First, Above), (TableLayout.First, Above), table.BackgroundBudget, cancellationToken);

    private async Task<(SortedDictionary<DateTimeOffset, long> Days, SortedDictionary<DateTimeOffset, long> Hours)> ReadAsync(
        FlightRoute route,
        int shards,
        (string First, string Last) days,
        (string First, string Last) hours,
        Func<RetryBudget> budget,
        CancellationToken cancellationToken)
    {
        var whole = budget();
        var version = await VersionAsync(route, budget(), cancellationToken);
        while (true)
        {
            await LetSpreadAsync(version, cancellationToken);
            var foundHours = await reader.HoursAsync(route, shards, hours.First, hours.Last, budget, cancellationToken);
            var foundDays = new SortedDictionary<DateTimeOffset, long>();
            await foreach (var item in table.QueryAsync(
                TableLayout.DayPartition(route), days.First, days.Last, budget, pageSize: null, cancellationToken))
            {
                foundDays[TableLayout.DayOf(item[TableLayout.SortKey].S)] = TableLayout.NumberOf(item, TableLayout.Transactions);
            }

            var next = await VersionAsync(route, budget(), cancellationToken);
            if (next == version)
            {
                return (foundDays, foundHours);
            }

            if (whole.IsOver)
            {
                throw table.Faults.Unavailable(DynamoDbFault.Conflict, new TimeoutException($"Hours of {route} are becoming days."), whole);
            }

            version = next;
        }
    }

    /// <summary>Waits until a transaction that has just been committed is visible in all its items: it becomes so one by one.</summary>
    private async Task LetSpreadAsync(HistoryVersion version, CancellationToken cancellationToken)
    {
        var sinceMs = timeProvider.GetUtcNow().ToUnixTimeMilliseconds() - version.ChangedAtMs;
        if (Math.Abs(sinceMs) < Limits.DynamoDbCommitSpreadMs)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(Limits.DynamoDbCommitSpreadMs), timeProvider, cancellationToken);
        }
    }

    /// <summary>
    /// Returns how many transactions have turned hours of a route into days. Unlike a query, it waits for the one in progress.
    /// </summary>
    private async Task<HistoryVersion> VersionAsync(FlightRoute route, RetryBudget budget, CancellationToken cancellationToken) =>
        await table.GetTogetherAsync([TableLayout.HistoryVersionItem(route)], budget, cancellationToken) is [{ Count: > 0 } item]
            ? new HistoryVersion(TableLayout.NumberOf(item, TableLayout.Version), TableLayout.NumberOf(item, TableLayout.ChangedAt))
            : default;

    /// <summary>How often hours of a route became days, and when last, in Unix milliseconds.</summary>
    private readonly record struct HistoryVersion(long Number, long ChangedAtMs);
}
