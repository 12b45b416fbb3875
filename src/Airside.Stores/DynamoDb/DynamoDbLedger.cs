using System.Collections.Concurrent;
using Airside.Core;
using Airside.Core.Transactions;

namespace Airside.Stores.DynamoDb;

/// <summary>The ledger in the table.</summary>
/// <remarks>
/// The routes of a batch are recorded beside each other, each in transactions of its own, because a transaction of DynamoDB holds 100
/// items. That is one commit all the same: it returns when all are durable, and when it fails nothing is acknowledged; the keys make a
/// repeat harmless.
/// </remarks>
internal sealed class DynamoDbLedger(
    DynamoDbTable table, StoreWatch watch, RouteReader reader, TimeSpan keyWindow, TimeProvider timeProvider) : ITransactionLedger
{
    private readonly RouteRecorder _recorder = new(table, watch, timeProvider);

    /// <inheritdoc/>
    public TimeSpan KeyWindow => keyWindow;

    /// <inheritdoc/>
    public string? WriteFault => watch.WriteFault;

    /// <inheritdoc/>
    public async ValueTask RecordAsync(
        ReadOnlyMemory<Transaction> batch, Memory<RecordOutcome> outcomes, CancellationToken cancellationToken)
    {
        Transaction.DemandBatch(batch.Length, nameof(batch));

        cancellationToken.ThrowIfCancellationRequested();
        var recording = new Recording(batch, outcomes, timeProvider.GetUtcNow(), keyWindow);
        var routes = recording.ByRoute();
        await Parallel.ForEachAsync(
            routes,
            new ParallelOptions { MaxDegreeOfParallelism = ConcurrencyOf(batch.Length, routes.Count) },
            (route, stop) => _recorder.RecordAsync(route.Key, route.Value, recording, stop));
        recording.SettleRepeats();
    }

    /// <inheritdoc/>
    public async ValueTask<long> TotalAsync(FlightRoute route, CancellationToken cancellationToken) =>
        (await reader.RouteAsync(route, cancellationToken)).Total;

    /// <inheritdoc/>
    public async ValueTask<RouteSummary?> RouteAsync(FlightRoute route, CancellationToken cancellationToken) =>
        (await reader.RouteAsync(route, cancellationToken)).Summary(route);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<RouteSummary>> TopAsync(int limit, CancellationToken cancellationToken) =>
        RoutesAsync(new RouteQuery(null, RouteSort.Total, limit), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<RouteSummary>> RoutesAsync(RouteQuery query, CancellationToken cancellationToken)
    {
        if (query.Sort == RouteSort.Route)
        {
            var first = await reader.RoutesAsync(query.Designator, query.After?.Route, query.Limit, cancellationToken);
            return await reader.SummariesAsync(first.OrderBy(route => route.Route).Take(query.Limit), cancellationToken);
        }

        var all = await reader.RoutesAsync(query.Designator, after: null, firstOfPartition: null, cancellationToken);
        return query.Page(await reader.SummariesAsync(all, cancellationToken));
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<HistoryPoint>> HistoryAsync(
        FlightRoute route, DateTimeOffset from, DateTimeOffset to, HistoryBucket bucket, CancellationToken cancellationToken)
    {
        var range = HistoryRange.Around(from, to, bucket);
        if (range.First == range.End)
        {
            return [];
        }

        var state = await reader.RouteAsync(route, cancellationToken);
        var hours = await reader.HoursAsync(
            route,
            state.Shards.Count,
            TableLayout.HourSort(range.First),
            TableLayout.HourSort(range.End.AddTicks(-1)),
            table.RequestPatience,
            cancellationToken);
        var points = hours
            .GroupBy(hour => HistoryRange.Floor(hour.Key, bucket))
            .Select(group => new HistoryPoint(group.Key, group.Sum(hour => hour.Value)));
        return [.. points];
    }

    /// <inheritdoc/>
    public async ValueTask<LedgerOverview> OverviewAsync(int limit, DateTimeOffset activeSince, CancellationToken cancellationToken) =>
        LedgerOverview.Of(
            [.. await AllAsync(cancellationToken)],
            limit,
            activeSince,
            routes => TimeSpan.FromMilliseconds(Math.Max(
                Limits.DynamoDbOverviewMsMin, (long)routes * Limits.DynamoDbOverviewMsPerRoute)));

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<HistoryPoint>> HoursOfAllAsync(
        DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var range = HistoryRange.Around(from, to, HistoryBucket.Hour);
        if (range.First == range.End)
        {
            return [];
        }

        var hours = new ConcurrentDictionary<DateTimeOffset, long>();
        var changed = (await AllAsync(cancellationToken)).Where(route => route.LastAt >= range.First);
        await Parallel.ForEachAsync(
            changed,
            new ParallelOptions { MaxDegreeOfParallelism = Limits.DynamoDbTransactionsMax, CancellationToken = cancellationToken },
            async (route, token) =>
            {
                foreach (var point in await HistoryAsync(route.Route, range.First, range.End, HistoryBucket.Hour, token))
                {
                    hours.AddOrUpdate(point.Start, point.Transactions, (_, sum) => sum + point.Transactions);
                }
            });
        return [.. hours.Select(hour => new HistoryPoint(hour.Key, hour.Value)).OrderBy(point => point.Start)];
    }

    private async Task<IReadOnlyList<RouteSummary>> AllAsync(CancellationToken cancellationToken) => await reader.SummariesAsync(
        await reader.RoutesAsync(designator: null, after: null, firstOfPartition: null, cancellationToken), cancellationToken);

    /// <summary>How many routes are recorded beside each other: fewer when their transactions are large.</summary>
    private static int ConcurrencyOf(int transactions, int routes)
    {
        var items = Math.Min((transactions / Math.Max(routes, 1)) + 2, Limits.DynamoDbTransactionItemsMax);
        return Math.Min(Limits.DynamoDbItemsMax / items, Limits.DynamoDbTransactionsMax);
    }
}
