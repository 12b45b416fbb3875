using System.Collections.Concurrent;
using Airside.Core;
using Airside.Core.Transactions;

namespace Airside.Stores.DynamoDb;

/// <summary>
/// Reads the hours of all routes together with their totals. The total of a shard and its last hour are read as of one moment, so that what
/// is recorded meanwhile is in both or in neither.
/// </summary>
internal sealed class AllHours(DynamoDbTable table, RouteReader reader)
{
    /// <summary>Returns the hours of a range, the last of which may still go on.</summary>
    public async Task<LedgerHours> ReadAsync(HistoryRange range, CancellationToken cancellationToken)
    {
        var hours = new ConcurrentDictionary<DateTimeOffset, long>();
        var transactions = 0L;
        await Parallel.ForEachAsync(
            await reader.RoutesAsync(designator: null, firstOfPartition: null, cancellationToken),
            new ParallelOptions { MaxDegreeOfParallelism = Limits.DynamoDbTransactionsMax, CancellationToken = cancellationToken },
            async (found, token) =>
            {
                var state = await table.CompleteAsync(found.Route, found.State, table.RequestBudget(), token);
                var (points, total) = await OfRouteAsync(found.Route, state, range, token);
                Interlocked.Add(ref transactions, total);
                foreach (var point in points)
                {
                    hours.AddOrUpdate(point.Start, point.Transactions, (_, sum) => sum + point.Transactions);
                }
            });
        return new LedgerHours(
            [.. hours.Select(hour => new HistoryPoint(hour.Key, hour.Value)).OrderBy(point => point.Start)], transactions);
    }

    private async Task<(List<HistoryPoint> Points, long Total)> OfRouteAsync(
        FlightRoute route, RouteState state, HistoryRange range, CancellationToken cancellationToken)
    {
        var points = new List<HistoryPoint>();
        if (range.First == range.End || !IsSince(state.Shards, range.First))
        {
            return (points, state.Total);
        }

        var last = range.End.AddHours(-1);
        var closed = await reader.HoursAsync(
            route,
            state.Shards.Count,
            TableLayout.HourSort(range.First),
            TableLayout.HourSort(last.AddTicks(-1)),
            table.RequestBudget,
            cancellationToken);
        points.AddRange(closed.Select(hour => new HistoryPoint(hour.Key, hour.Value)));
        var total = 0L;
        foreach (var (shard, counted) in state.Shards.Index())
        {
            if (!IsSince([counted], last))
            {
                total += counted?.Total ?? 0;
                continue;
            }

            var together = await table.GetTogetherAsync(
                [TableLayout.ShardItem(route, shard), TableLayout.HourItem(route, shard, last)], table.RequestBudget(), cancellationToken);
            total += RouteShard.From(together[0]).Total;
            if (together[1].Count > 0)
            {
                points.Add(new HistoryPoint(last, TableLayout.NumberOf(together[1], TableLayout.Transactions)));
            }
        }

        return (points, total);
    }

    private static bool IsSince(IEnumerable<RouteShard?> shards, DateTimeOffset moment) =>
        shards.Any(shard => shard?.LastAtMs >= moment.ToUnixTimeMilliseconds());
}
