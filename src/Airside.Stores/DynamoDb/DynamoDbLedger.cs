using Airside.Core;
using Airside.Core.Transactions;
using Airside.Stores.Shared;

namespace Airside.Stores.DynamoDb;

/// <summary>The ledger in the DynamoDB table.</summary>
/// <remarks>
/// The routes of a batch are recorded concurrently, each in its own transactions, because a DynamoDB transaction holds at most 100 items.
/// It is still one commit: it returns when all are durable, and if it fails, nothing is acknowledged; the keys make a retry safe.
/// </remarks>
internal sealed class DynamoDbLedger(
    DynamoDbTable table,
    DynamoDbMonitor monitor,
    RouteReader reader,
    RememberedRoutes remembered,
    HoursKept hoursKept,
    TimeSpan keyWindow,
    BackgroundRanking ranking,
    TimeProvider timeProvider,
    int routesMax) : ITransactionLedger
{
    private readonly HistoryReader _history = new(table, reader, timeProvider);
    private readonly AllHours _allHours = new(table, reader);
    private readonly DynamoDbRollUp _rollUp = new(table, monitor, reader, hoursKept, timeProvider);
    private readonly RouteRecorder _recorder = new(table, monitor, remembered, timeProvider);
    private readonly RoutePlaces _places = new(table, monitor, remembered, routesMax);

    public TimeSpan KeyWindow => keyWindow;

    public string? WriteFault => monitor.WriteFault;

    public async ValueTask RecordAsync(
        ReadOnlyMemory<Transaction> batch, Memory<RecordOutcome> outcomes, CancellationToken cancellationToken)
    {
        Transaction.EnsureBatch(batch.Length, nameof(batch));

        cancellationToken.ThrowIfCancellationRequested();
        var distinct = DistinctBatch.From(batch.Span);
        var recording = new BatchRecording(distinct, timeProvider.GetUtcNow(), keyWindow);
        var routes = recording.ByRoute();
        var reservation = await _places.ReserveAsync(recording, routes);
        if (reservation.Refused.Count > 0)
        {
            throw RouteLimit.Exceeded(routesMax, distinct.PositionsOf(reservation.Refused, batch.Span));
        }

        try
        {
            await Parallel.ForEachAsync(
                routes,
                new ParallelOptions { MaxDegreeOfParallelism = ConcurrencyOf(batch.Length, routes.Count) },
                (route, stop) => _recorder.RecordAsync(route.Key, route, recording, stop));
        }
        finally
        {
            await _places.ReleaseAsync(reservation, recording);
        }

        distinct.Spread(recording.Outcomes, outcomes.Span);
    }

    public async ValueTask<long> TotalAsync(FlightRoute route, CancellationToken cancellationToken) =>
        (await reader.RouteAsync(route, cancellationToken)).Total;

    public async ValueTask<RouteSummary?> RouteAsync(FlightRoute route, CancellationToken cancellationToken) =>
        (await reader.RouteAsync(route, cancellationToken)).Summary(route);

    public async ValueTask<IReadOnlyList<RouteSummary>> TopAsync(int limit, CancellationToken cancellationToken) =>
        (await RoutesAsync(new RouteQuery(null, RouteSort.Total, limit), cancellationToken)).Routes;

    public async ValueTask<RouteList> RoutesAsync(RouteQuery query, CancellationToken cancellationToken)
    {
        if (query is { Designator: null, Sort: RouteSort.Total })
        {
            return await ranking.PageAsync(query.After, query.Limit, cancellationToken);
        }

        var asOf = timeProvider.GetUtcNow();
        if (query.Sort == RouteSort.Route)
        {
            var first = await reader.FirstAsync(query.Designator, query.After?.Route, query.Limit, cancellationToken);
            return new RouteList(await reader.SummariesAsync(first, cancellationToken), asOf);
        }

        var all = await reader.RoutesAsync(query.Designator, firstOfPartition: null, cancellationToken);
        return new RouteList(query.Page(await reader.SummariesAsync(all, cancellationToken)), asOf);
    }

    public async ValueTask<IReadOnlyList<HistoryPoint>> HistoryAsync(
        FlightRoute route, DateTimeOffset from, DateTimeOffset to, HistoryBucket bucket, CancellationToken cancellationToken)
    {
        var range = HistoryRange.Around(from, to, bucket);
        if (range.First == range.End)
        {
            return [];
        }

        var state = await reader.RouteAsync(route, cancellationToken);
        if (bucket == HistoryBucket.Day)
        {
            return await _history.DaysAsync(route, state.Shards.Count, range, cancellationToken);
        }

        var hours = await reader.HoursAsync(
            route,
            state.Shards.Count,
            TableLayout.HourSort(range.First),
            TableLayout.HourSort(range.End.AddTicks(-1)),
            table.RequestBudget,
            cancellationToken);
        return [.. hours.Select(hour => new HistoryPoint(hour.Key, hour.Value))];
    }

    public ValueTask<DateTimeOffset> HoursSinceAsync(CancellationToken cancellationToken) => new(hoursKept.SinceAsync(cancellationToken));

    public Task RollUpAsync(DateTimeOffset before, CancellationToken cancellationToken) => _rollUp.RunAsync(before, cancellationToken);

    public ValueTask<LedgerOverview> OverviewAsync(int limit, DateTimeOffset activeSince, CancellationToken cancellationToken) =>
        ranking.OverviewAsync(limit, activeSince, DynamoDbStore.RefreshAfter, cancellationToken);

    public ValueTask<LedgerHours> HoursOfAllAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) =>
        new(_allHours.ReadAsync(HistoryRange.Around(from, to, HistoryBucket.Hour), cancellationToken));

    /// <summary>Returns how many routes are recorded concurrently: fewer if their transactions are large.</summary>
    private static int ConcurrencyOf(int transactions, int routes)
    {
        var items = Math.Min((transactions / Math.Max(routes, 1)) + 2, Limits.DynamoDbTransactionItemsMax);
        return Math.Min(Limits.DynamoDbItemsMax / items, Limits.DynamoDbTransactionsMax);
    }
}
