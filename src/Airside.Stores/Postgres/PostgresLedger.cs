using Airside.Core;
using Airside.Core.Transactions;
using Airside.Stores.Shared;
using Npgsql;

namespace Airside.Stores.Postgres;

/// <summary>The ledger in PostgreSQL: recording a batch is one function call, so one round trip and one commit.</summary>
internal sealed class PostgresLedger(
    PostgresServer server,
    KeyPartitions keyPartitions,
    TimeSpan keyWindow,
    BackgroundRanking ranking,
    TimeProvider timeProvider,
    int routesMax)
    : ITransactionLedger
{
    /// <summary>Airline designator of a route: two characters if the rest is a number, otherwise three.</summary>
    private const string DesignatorOfRoute =
        "left(route, CASE WHEN substr(route, 3) ~ '^[0-9]{1,4}[A-Z]?$' THEN 2 ELSE 3 END)";

    private const string Summaries = "SELECT route, total, first_at, last_at FROM airside.route";
    private const string HoursOfRoute =
        "SELECT hour, transactions FROM airside.route_hour WHERE route = $1 AND hour >= $2 AND hour < $3 ORDER BY 1";

    private const string DaysOfRoute =
        """
        SELECT start, sum(transactions)::bigint
        FROM (
            SELECT date_trunc('day', hour, 'UTC') AS start, transactions FROM airside.route_hour
            WHERE route = $1 AND hour >= $2 AND hour < $3
            UNION ALL
            SELECT day, transactions FROM airside.route_day WHERE route = $1 AND day >= $2 AND day < $3
        ) counts
        GROUP BY 1 ORDER BY 1
        """;

    private readonly PostgresRollUp _rollUp = new(server);

    public TimeSpan KeyWindow => keyWindow;

    public string? WriteFault => server.Outage ?? server.WriteFault;

    public async ValueTask RecordAsync(
        ReadOnlyMemory<Transaction> batch, Memory<RecordOutcome> outcomes, CancellationToken cancellationToken)
    {
        Transaction.EnsureBatch(batch.Length, nameof(batch));

        if (batch.IsEmpty)
        {
            return;
        }

        var distinct = DistinctBatch.From(batch.Span);
        object[] arguments =
        [
            Array.ConvertAll(distinct.Keys, key => key.ToString()),
            Array.ConvertAll(distinct.Routes, route => route.ToString()),
            keyWindow,
            (long)routesMax,
        ];
        var (recorded, refused) = await server.RunAsync(
            (connection, token) => RecordAsync(connection, distinct, arguments, token), cancellationToken);
        if (refused.Count > 0)
        {
            throw RouteLimit.Exceeded(routesMax, distinct.PositionsOf(refused, batch.Span));
        }

        distinct.Spread(recorded, outcomes.Span);
    }

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

    public async ValueTask<RouteSummary?> RouteAsync(FlightRoute route, CancellationToken cancellationToken)
    {
        var found = await SummariesAsync($"{Summaries} WHERE route = $1", [route.ToString()], cancellationToken);
        return found.Count == 0 ? null : found[0];
    }

    public async ValueTask<IReadOnlyList<RouteSummary>> TopAsync(int limit, CancellationToken cancellationToken) =>
        (await RoutesAsync(new RouteQuery(null, RouteSort.Total, limit), cancellationToken)).Routes;

    public async ValueTask<RouteList> RoutesAsync(RouteQuery query, CancellationToken cancellationToken)
    {
        if (query is { Designator: null, Sort: RouteSort.Total })
        {
            return await ranking.PageAsync(query.After, query.Limit, cancellationToken);
        }

        var asOf = timeProvider.GetUtcNow();
        var (sql, values) = PageSql(query);
        return new RouteList(await SummariesAsync(sql, values, cancellationToken), asOf);
    }

    /// <summary>
    /// Returns the statement of a page. Its bounds are values, so that the server reads only their range of the index whatever plan it has
    /// prepared.
    /// </summary>
    internal static (string Sql, object[] Values) PageSql(RouteQuery query)
    {
        // The names of AR lie between AR0 and AR9999Z, and ':' follows '9'; among them may be some of AR1.
        var (airline, after) = (query.Designator, query.After?.Route.ToString());
        var first = airline is null ? "" : $"{airline}0";
        var isOfAirline = airline is null ? "" : $"AND route < $2 AND {DesignatorOfRoute} = $3";
        object[] values = [first, $"{airline}:", airline ?? "", query.Limit, after ?? "", query.After?.Total ?? 0L];
        if (query.Sort == RouteSort.Route)
        {
            var goesOn = after is not null && string.CompareOrdinal(after, first) >= 0;
            values[0] = goesOn ? after! : first;
            return ($"{Summaries} WHERE route {(goesOn ? ">" : ">=")} $1 {isOfAirline} ORDER BY route LIMIT $4", values);
        }

        var isAfter = after is null ? "" : "AND (total < $6 OR (total = $6 AND route > $5))";
        return ($"{Summaries} WHERE route >= $1 {isOfAirline} {isAfter} ORDER BY total DESC, route LIMIT $4", values);
    }

    public async ValueTask<IReadOnlyList<HistoryPoint>> HistoryAsync(
        FlightRoute route, DateTimeOffset from, DateTimeOffset to, HistoryBucket bucket, CancellationToken cancellationToken)
    {
        var range = HistoryRange.Around(from, to, bucket);
        return await server.RunAsync(
            (connection, token) => PointsAsync(
                connection.Command(
                    bucket == HistoryBucket.Hour ? HoursOfRoute : DaysOfRoute,
                    [route.ToString(), range.First.UtcDateTime, range.End.UtcDateTime]),
                token),
            cancellationToken);
    }

    public ValueTask<DateTimeOffset> HoursSinceAsync(CancellationToken cancellationToken) => new(_rollUp.SinceAsync(cancellationToken));

    public Task RollUpAsync(DateTimeOffset before, CancellationToken cancellationToken) => _rollUp.RunAsync(before, cancellationToken);

    public ValueTask<LedgerOverview> OverviewAsync(int limit, DateTimeOffset activeSince, CancellationToken cancellationToken) =>
        ranking.OverviewAsync(limit, activeSince, PostgresStore.RefreshAfter, cancellationToken);

    public async ValueTask<LedgerHours> HoursOfAllAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var range = HistoryRange.Around(from, to, HistoryBucket.Hour);
        var points = await server.RunAsync(
            (connection, token) => PointsAsync(
                new NpgsqlCommand(
                    // Route by route, because the only index of the hours starts with the route.
                    """
                    SELECT '-infinity'::timestamptz, coalesce(sum(total), 0)::bigint FROM airside.route
                    UNION ALL
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
            TimeSpan.FromMilliseconds(Limits.RankingReadMsMax),
            cancellationToken);
        return new LedgerHours([.. points.Skip(1)], points[0].Transactions);
    }

    private async Task<(RecordOutcome[] Recorded, HashSet<int> Refused)> RecordAsync(
        NpgsqlConnection connection, DistinctBatch batch, object[] arguments, CancellationToken cancellationToken)
    {
        try
        {
            return await CallAsync(connection, batch, arguments, cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresFaults.DayNotCurrent)
        {
            await keyPartitions.ChangeAsync(connection, cancellationToken);
            return await CallAsync(connection, batch, arguments, cancellationToken);
        }
        catch (PostgresException exception) when (PostgresFaults.IsOfTransaction(exception))
        {
            throw new TransactionRefusedException(
                $"PostgreSQL at {server.Name} refuses the transaction: {exception.MessageText} ({exception.SqlState}).", exception);
        }
    }

    /// <summary>Returns the outcome of each distinct key, or the positions of those whose routes have no room.</summary>
    private static async Task<(RecordOutcome[] Recorded, HashSet<int> Refused)> CallAsync(
        NpgsqlConnection connection, DistinctBatch batch, object[] arguments, CancellationToken cancellationToken)
    {
        await using var command = connection.Command("SELECT * FROM airside.record_batch_4($1, $2, $3, $4)", arguments);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var outcomes = new RecordOutcome[batch.Keys.Length];
        var refused = new HashSet<int>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var position = (int)reader.GetInt64(0) - 1;
            if (reader.IsDBNull(1))
            {
                refused.Add(position);
                continue;
            }

            outcomes[position] = reader.GetBoolean(1)
                ? new RecordOutcome(IsReplay: true, FlightRoute.FromStored(reader.GetString(2)), reader.GetInt64(3))
                : new RecordOutcome(IsReplay: false, batch.Routes[position], reader.GetInt64(3));
        }

        return (outcomes, refused);
    }

    private async Task<IReadOnlyList<RouteSummary>> SummariesAsync(string sql, object[] values, CancellationToken cancellationToken) =>
        await server.RunAsync<IReadOnlyList<RouteSummary>>(
            async (connection, token) =>
            {
                await using var command = connection.Command(sql, values);
                await using var reader = await command.ExecuteReaderAsync(token);
                var routes = new List<RouteSummary>();
                while (await reader.ReadAsync(token))
                {
                    routes.Add(new RouteSummary(
                        FlightRoute.FromStored(reader.GetString(0)),
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
