using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Airside.Core;
using Airside.Core.Transactions;
using Airside.Stores.Shared;

namespace Airside.Stores.DynamoDb;

/// <summary>Reads routes, lists of routes and their hours.</summary>
internal sealed class RouteReader(DynamoDbTable table)
{
    // Sorts after everything that a name can contain.
    private const string Above = "~";

    public Task<RouteState> RouteAsync(FlightRoute route, CancellationToken cancellationToken) =>
        table.RouteAsync(route, table.RequestBudget(), cancellationToken);

    /// <summary>Reads the routes of a designator, or all, from all partitions concurrently, in no particular order.</summary>
    /// <param name="designator">Only the routes of this designator, or null for all.</param>
    /// <param name="firstOfPartition">Maximum routes per partition, the first by name; null for all.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    public async Task<IReadOnlyCollection<(FlightRoute Route, RouteState State)>> RoutesAsync(
        string? designator, int? firstOfPartition, CancellationToken cancellationToken)
    {
        var routes = new ConcurrentBag<(FlightRoute, RouteState)>();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, TableLayout.RoutePartitions),
            new ParallelOptions { MaxDegreeOfParallelism = TableLayout.RoutePartitions, CancellationToken = cancellationToken },
            async (partition, token) =>
            {
                var left = firstOfPartition ?? int.MaxValue;
                await foreach (var route in OfPartitionAsync(partition, designator, after: null, firstOfPartition, token))
                {
                    routes.Add(route);
                    if (--left == 0)
                    {
                        return;
                    }
                }
            });
        return routes;
    }

    /// <summary>
    /// Reads the first routes of a designator, or of all, by name. Each partition is read in small pages as far as the list reaches into
    /// it.
    /// </summary>
    /// <param name="designator">Only the routes of this designator, or null for all.</param>
    /// <param name="after">Only the routes whose name comes after this one, or null for all.</param>
    /// <param name="limit">Most routes to return.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    public async Task<IReadOnlyList<(FlightRoute Route, RouteState State)>> FirstAsync(
        string? designator, FlightRoute? after, int limit, CancellationToken cancellationToken)
    {
        // Names are spread evenly, so twice its share of the list is nearly always enough of a partition.
        var pageSize = 1 + (2 * limit / TableLayout.RoutePartitions);
        var partitions = Enumerable.Range(0, TableLayout.RoutePartitions)
            .Select(partition => OfPartitionAsync(partition, designator, after, pageSize, cancellationToken)
                .GetAsyncEnumerator(cancellationToken))
            .ToArray();
        try
        {
            var hasOne = await Task.WhenAll(partitions.Select(partition => partition.MoveNextAsync().AsTask()));
            var next = new PriorityQueue<IAsyncEnumerator<(FlightRoute Route, RouteState State)>, FlightRoute>(
                partitions.Where((_, index) => hasOne[index]).Select(partition => (partition, partition.Current.Route)));
            var first = new List<(FlightRoute Route, RouteState State)>(limit);
            while (first.Count < limit && next.TryDequeue(out var partition, out _))
            {
                first.Add(partition.Current);
                if (first.Count < limit && await partition.MoveNextAsync())
                {
                    next.Enqueue(partition, partition.Current.Route);
                }
            }

            return first;
        }
        finally
        {
            await Task.WhenAll(partitions.Select(partition => partition.DisposeAsync().AsTask()));
        }
    }

    /// <summary>Reads all routes with their totals.</summary>
    public async Task<IReadOnlyList<RouteSummary>> AllAsync(CancellationToken cancellationToken) => await SummariesAsync(
        await RoutesAsync(designator: null, firstOfPartition: null, cancellationToken), cancellationToken);

    /// <summary>Reads all routes for their ranking. The table has no way to tell which ones changed.</summary>
    /// <param name="previous">The routes of the previous time, or null.</param>
    /// <param name="expected">How many there are, as far as is known.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <exception cref="StoreUnavailableException">They cannot be read, or do not fit into memory.</exception>
    public async Task<StoredRoutes> RankAsync(StoredRoutes? previous, long expected, CancellationToken cancellationToken)
    {
        // Before they are read: afterwards they are in memory.
        StoredRoutes.EnsureFit((int)Math.Max(previous?.Count ?? 0, expected));
        var all = await AllAsync(cancellationToken);
        StoredRoutes.EnsureFit(all.Count);
        return StoredRoutes.From([.. all.Select(StoredRoute.From)]);
    }

    /// <summary>Reads the other shards of the routes that have some, and returns the routes with their totals.</summary>
    public async Task<IReadOnlyList<RouteSummary>> SummariesAsync(
        IEnumerable<(FlightRoute Route, RouteState State)> routes, CancellationToken cancellationToken)
    {
        var summaries = new List<RouteSummary>();
        foreach (var (route, state) in routes)
        {
            var whole = await table.CompleteAsync(route, state, table.RequestBudget(), cancellationToken);
            summaries.Add(whole.Summary(route)!);
        }

        return summaries;
    }

    /// <summary>Returns the transactions of each hour from the first to the last, both inclusive, oldest first.</summary>
    public async Task<SortedDictionary<DateTimeOffset, long>> HoursAsync(
        FlightRoute route, int shards, string first, string last, Func<RetryBudget> budget, CancellationToken cancellationToken)
    {
        var hours = new SortedDictionary<DateTimeOffset, long>();
        for (var shard = 0; shard < shards; shard++)
        {
            var items = table.QueryAsync(
                TableLayout.HourPartition(route, shard), first, last, budget, pageSize: null, cancellationToken);
            await foreach (var item in items)
            {
                var hour = TableLayout.HourOf(item);
                hours[hour] = hours.GetValueOrDefault(hour) + TableLayout.NumberOf(item, TableLayout.Transactions);
            }
        }

        return hours;
    }

    /// <summary>Returns whether the ledger has no transactions.</summary>
    public async Task<bool> IsEmptyAsync(CancellationToken cancellationToken) =>
        (await RoutesAsync(designator: null, firstOfPartition: 1, cancellationToken)).Count == 0;

    /// <summary>Reads the routes of a partition by name.</summary>
    private async IAsyncEnumerable<(FlightRoute Route, RouteState State)> OfPartitionAsync(
        int partition, string? designator, FlightRoute? after, int? pageSize, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // The names of AR lie between AR0 and AR9999Z, and ':' follows '9'; among them may be some of AR1.
        var (first, end) = designator is null ? (TableLayout.First, Above) : ($"{designator}0", $"{designator}:");
        var from = after is not null && string.CompareOrdinal(after + TableLayout.First, first) > 0 ? after + TableLayout.First : first;
        var items = table.QueryAsync(
            TableLayout.RoutePartition(partition), from, end, table.RequestBudget, pageSize, cancellationToken);
        await foreach (var item in items)
        {
            var route = TableLayout.RouteOf(item);
            if (designator is null || route.Designator == designator)
            {
                yield return (route, RouteState.From(item));
            }
        }
    }
}
