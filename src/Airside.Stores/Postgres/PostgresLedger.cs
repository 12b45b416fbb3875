using Airside.Core;
using Airside.Core.Transactions;
using Npgsql;

namespace Airside.Stores.Postgres;

/// <summary>The ledger in PostgreSQL: a batch is one call of one function, so one round trip and one commit.</summary>
internal sealed class PostgresLedger(PostgresServer server, KeyDays keyDays, TimeSpan keyWindow) : ITransactionLedger
{
    /// <summary>Airline designator of a route: two characters where the rest is a number, otherwise three.</summary>
    private const string DesignatorOfRoute =
        "left(route, CASE WHEN substr(route, 3) ~ '^[0-9]{1,4}[A-Z]?$' THEN 2 ELSE 3 END)";

    /// <inheritdoc/>
    public TimeSpan KeyWindow => keyWindow;

    /// <inheritdoc/>
    public string? WriteFault => server.Outage ?? server.WriteFault;

    /// <inheritdoc/>
    public async ValueTask RecordAsync(
        ReadOnlyMemory<Transaction> batch, Memory<RecordOutcome> outcomes, CancellationToken cancellationToken)
    {
        Transaction.DemandBatch(batch.Length, nameof(batch));

        if (batch.IsEmpty)
        {
            return;
        }

        var distinct = DistinctBatch.Of(batch.Span);
        var recorded = await server.RunAsync(
            (connection, token) => RecordAsync(connection, distinct, token), cancellationToken);
        distinct.Spread(batch.Span, recorded, outcomes.Span);
    }

    /// <inheritdoc/>
    public ValueTask<long> TotalAsync(FlightRoute route, CancellationToken cancellationToken) => new(server.RunAsync(
        async (connection, token) =>
        {
            await using var command = new NpgsqlCommand("SELECT total FROM airside.route WHERE route = $1", connection)
            {
                Parameters = { new() { Value = route.ToString() } },
            };
            return await command.ExecuteScalarAsync(token) is long total ? total : 0;
        },
        cancellationToken));

    /// <inheritdoc/>
    public async ValueTask<RouteSummary?> RouteAsync(FlightRoute route, CancellationToken cancellationToken)
    {
        var found = await SummariesAsync("WHERE route = $1", [route.ToString()], cancellationToken);
        return found.Count == 0 ? null : found[0];
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<RouteSummary>> TopAsync(int limit, CancellationToken cancellationToken) =>
        RoutesAsync(new RouteQuery(null, RouteSort.Total, limit), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<RouteSummary>> RoutesAsync(RouteQuery query, CancellationToken cancellationToken)
    {
        var after = query.After;
        var (isAfter, order) = query.Sort == RouteSort.Route
            ? ("route > $2", "route")
            : ("total < $3 OR (total = $3 AND route > $2)", "total DESC, route");
        var isOfAirline = query.Designator is null ? "true" : $"route LIKE $1 || '%' AND {DesignatorOfRoute} = $1";
        return await SummariesAsync(
            $"WHERE ({isOfAirline}) AND ({(after is null ? "true" : isAfter)}) ORDER BY {order} LIMIT $4",
            [query.Designator ?? "", after?.Route.ToString() ?? "", after?.Total ?? 0L, query.Limit],
            cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<HistoryPoint>> HistoryAsync(
        FlightRoute route, DateTimeOffset from, DateTimeOffset to, HistoryBucket bucket, CancellationToken cancellationToken)
    {
        var range = HistoryRange.Around(from, to, bucket);
        return await server.RunAsync(
            (connection, token) => PointsAsync(
                new NpgsqlCommand(
                    """
                    SELECT date_trunc($4, hour, 'UTC'), sum(transactions)::bigint FROM airside.route_hour
                    WHERE route = $1 AND hour >= $2 AND hour < $3
                    GROUP BY 1 ORDER BY 1
                    """,
                    connection)
                {
                    Parameters =
                    {
                        new() { Value = route.ToString() },
                        new() { Value = range.First.UtcDateTime },
                        new() { Value = range.End.UtcDateTime },
                        new() { Value = bucket == HistoryBucket.Hour ? "hour" : "day" },
                    },
                },
                token),
            cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<LedgerOverview> OverviewAsync(int limit, DateTimeOffset activeSince, CancellationToken cancellationToken) =>
        LedgerOverview.Of(
            await SummariesAsync("", [], cancellationToken),
            limit,
            activeSince,
            routes => TimeSpan.FromMilliseconds(Math.Max(
                Limits.PostgresOverviewMsMin, routes * Limits.PostgresOverviewMicrosecondsPerRoute / 1_000.0)));

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<HistoryPoint>> HoursOfAllAsync(
        DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var range = HistoryRange.Around(from, to, HistoryBucket.Hour);
        return await server.RunAsync(
            (connection, token) => PointsAsync(
                new NpgsqlCommand(
                    // Route by route, because the only index of the hours begins with the route.
                    """
                    SELECT h.hour, sum(h.transactions)::bigint
                    FROM airside.route r
                    CROSS JOIN LATERAL (
                        SELECT hour, transactions FROM airside.route_hour WHERE route = r.route AND hour >= $1 AND hour < $2
                    ) h
                    WHERE r.last_at >= $1
                    GROUP BY 1 ORDER BY 1
                    """,
                    connection)
                {
                    Parameters = { new() { Value = range.First.UtcDateTime }, new() { Value = range.End.UtcDateTime } },
                },
                token),
            cancellationToken);
    }

    private async Task<RecordOutcome[]> RecordAsync(NpgsqlConnection connection, DistinctBatch batch, CancellationToken cancellationToken)
    {
        try
        {
            return await CallAsync(connection, batch, cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresFault.DayNotCurrent)
        {
            await keyDays.ChangeAsync(connection, cancellationToken);
            return await CallAsync(connection, batch, cancellationToken);
        }
        catch (PostgresException exception) when (PostgresFault.IsOfTransaction(exception))
        {
            throw new TransactionRefusedException(
                $"PostgreSQL at {server.Name} does not take the transaction: {exception.MessageText} ({exception.SqlState}).", exception);
        }
    }

    private async Task<RecordOutcome[]> CallAsync(NpgsqlConnection connection, DistinctBatch batch, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT * FROM airside.record_batch_2($1, $2, $3)", connection)
        {
            Parameters = { new() { Value = batch.Keys }, new() { Value = batch.Routes }, new() { Value = keyWindow } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var outcomes = new RecordOutcome[batch.Keys.Length];
        while (await reader.ReadAsync(cancellationToken))
        {
            var position = (int)reader.GetInt64(0) - 1;
            outcomes[position] = reader.GetBoolean(1)
                ? new RecordOutcome(IsReplay: true, FlightRoute.Parse(reader.GetString(2)), reader.GetInt64(3))
                : new RecordOutcome(IsReplay: false, batch.RouteAt(position), reader.GetInt64(3));
        }

        return outcomes;
    }

    private async Task<IReadOnlyList<RouteSummary>> SummariesAsync(string where, object[] values, CancellationToken cancellationToken) =>
        await server.RunAsync<IReadOnlyList<RouteSummary>>(
            async (connection, token) =>
            {
                await using var command = new NpgsqlCommand(
                    $"SELECT route, total, first_at, last_at FROM airside.route {where}", connection);
                foreach (var value in values)
                {
                    command.Parameters.Add(new NpgsqlParameter { Value = value });
                }

                await using var reader = await command.ExecuteReaderAsync(token);
                var routes = new List<RouteSummary>();
                while (await reader.ReadAsync(token))
                {
                    routes.Add(new RouteSummary(
                        FlightRoute.Parse(reader.GetString(0)),
                        reader.GetInt64(1),
                        reader.GetFieldValue<DateTimeOffset>(2),
                        reader.GetFieldValue<DateTimeOffset>(3)));
                }

                return routes;
            },
            cancellationToken);

    private static async Task<IReadOnlyList<HistoryPoint>> PointsAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using (command)
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var points = new List<HistoryPoint>();
            while (await reader.ReadAsync(cancellationToken))
            {
                points.Add(new HistoryPoint(reader.GetFieldValue<DateTimeOffset>(0), reader.GetInt64(1)));
            }

            return points;
        }
    }
}
