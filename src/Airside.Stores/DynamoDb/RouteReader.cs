using System.Collections.Concurrent;
using Airside.Core.Transactions;

namespace Airside.Stores.DynamoDb;

/// <summary>Reads routes, lists of routes and their hours.</summary>
internal sealed class RouteReader(DynamoDbTable table)
{
    // Below and above everything that a name can hold.
    private const string Below = " ";
    private const string Above = "~";

    public Task<RouteState> RouteAsync(FlightRoute route, CancellationToken cancellationToken) =>
        table.RouteAsync(route, table.RequestPatience(), cancellationToken);

    /// <summary>Reads the routes of a designator, or all, from all partitions at once, in no order.</summary>
    /// <param name="designator">Only the routes of this designator, or null for all.</param>
    /// <param name="after">Only the routes whose name comes after this one, or null for all.</param>
    /// <param name="firstOfPartition">Most routes to give of each partition, the first by name; null for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyCollection<(FlightRoute Route, RouteState State)>> RoutesAsync(
        string? designator, FlightRoute? after, int? firstOfPartition, CancellationToken cancellationToken)
    {
        var routes = new ConcurrentBag<(FlightRoute, RouteState)>();
        var from = after is null ? designator ?? Below : after + Below;
        await Parallel.ForEachAsync(
            Enumerable.Range(0, TableLayout.RoutePartitions),
            new ParallelOptions { MaxDegreeOfParallelism = TableLayout.RoutePartitions, CancellationToken = cancellationToken },
            async (partition, token) =>
            {
                var items = table.QueryAsync(
                    TableLayout.RoutePartition(partition), from, designator + Above, table.RequestPatience, firstOfPartition, token);
                var left = firstOfPartition ?? int.MaxValue;
                await foreach (var item in items)
                {
                    // AR begins the names of ARG as well.
                    var route = TableLayout.RouteOf(item);
                    if (designator is null || route.Designator == designator)
                    {
                        routes.Add((route, RouteState.From(item)));
                        if (--left == 0)
                        {
                            return;
                        }
                    }
                }
            });
        return routes;
    }

    /// <summary>Reads the further shards of those routes that have some, and gives the routes with their totals.</summary>
    public async Task<IReadOnlyList<RouteSummary>> SummariesAsync(
        IEnumerable<(FlightRoute Route, RouteState State)> routes, CancellationToken cancellationToken)
    {
        var summaries = new List<RouteSummary>();
        foreach (var (route, state) in routes)
        {
            var whole = await table.CompleteAsync(route, state, table.RequestPatience(), cancellationToken);
            summaries.Add(whole.Summary(route)!);
        }

        return summaries;
    }

    /// <summary>Reads the transactions of each hour from the first to the last, both included, oldest first.</summary>
    public async Task<SortedDictionary<DateTimeOffset, long>> HoursAsync(
        FlightRoute route, int shards, string first, string last, Func<Patience> patience, CancellationToken cancellationToken)
    {
        var hours = new SortedDictionary<DateTimeOffset, long>();
        for (var shard = 0; shard < shards; shard++)
        {
            var items = table.QueryAsync(
                TableLayout.HourPartition(route, shard), first, last, patience, pageSize: null, cancellationToken);
            await foreach (var item in items)
            {
                var hour = TableLayout.HourOf(item);
                hours[hour] = hours.GetValueOrDefault(hour) + TableLayout.NumberOf(item, TableLayout.Transactions);
            }
        }

        return hours;
    }

    /// <summary>Reads all hours of a route.</summary>
    public Task<SortedDictionary<DateTimeOffset, long>> AllHoursAsync(
        FlightRoute route, int shards, CancellationToken cancellationToken) =>
        HoursAsync(route, shards, Below, Above, table.WorkPatience, cancellationToken);

    /// <summary>Whether the ledger has counted nothing.</summary>
    public async Task<bool> IsEmptyAsync(CancellationToken cancellationToken) =>
        (await RoutesAsync(designator: null, after: null, firstOfPartition: 1, cancellationToken)).Count == 0;
}
