using Airside.Core;
using Airside.Core.Transactions;
using Airside.Stores.Shared;
using Npgsql;

namespace Airside.Stores.Postgres;

/// <summary>
/// Reads the routes for their ranking: the first time all of them, then those that have changed. No index helps with that, because it would
/// hold a column that every transaction changes; the server scans the table and sends only the changes.
/// </summary>
/// <remarks>
/// A change is found by its time, which is that of the database. A change that this misses, because the clock was set back or a commit took
/// long, makes the sum of the totals differ; then all routes are read again. They are also read again when the server was restarted or
/// another one took over, which may have lost some transactions and recorded as many others since.
/// </remarks>
internal sealed class PostgresRanking(PostgresServer server)
{
    /// <summary>
    /// One statement, so one moment of the database. The first row says when and on which server, the second has the sums, the others are
    /// the routes that changed.
    /// </summary>
    private const string Sql =
        """
        SELECT NULL::text, 0::bigint, 0::bigint, airside.clock(), pg_postmaster_start_time()
        UNION ALL
        SELECT NULL, coalesce(sum(total), 0)::bigint, count(*), NULL, NULL FROM airside.route
        UNION ALL
        SELECT route, total, NULL, first_at, last_at FROM airside.route WHERE last_at >= $1
        """;

    private static readonly TimeSpan ReadTime = TimeSpan.FromMilliseconds(Limits.RankingReadMsMax);
    private static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(Limits.PostgresRankingMarginMs);
    private static readonly DateTime Always = DateTime.SpecifyKind(DateTime.MinValue, DateTimeKind.Utc);

    private Reading? _last;

    /// <summary>Brings the routes up to date, or reads all of them. Not called concurrently.</summary>
    /// <param name="routes">The routes as they were returned the last time, or null.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <exception cref="StoreUnavailableException">They cannot be read, or do not fit into memory.</exception>
    public async Task<StoredRoutes> RefreshAsync(StoredRoutes? routes, CancellationToken cancellationToken)
    {
        if (routes is not null && _last is { } last)
        {
            var changed = await ReadAsync(last.At - Margin, cancellationToken);
            if (changed.ServerStart == last.ServerStart)
            {
                routes.Apply(changed.Routes);
                if (routes.Count == changed.Count && routes.Transactions == changed.Transactions)
                {
                    _last = changed with { Routes = [] };
                    return routes;
                }
            }
        }

        var all = await ReadAsync(Always, cancellationToken);
        _last = all with { Routes = [] };
        return StoredRoutes.From(all.Routes);
    }

    private Task<Reading> ReadAsync(DateTime since, CancellationToken cancellationToken) => server.RunAsync(
        (connection, token) => ReadAsync(connection, since, token), ReadTime, cancellationToken);

    private static async Task<Reading> ReadAsync(NpgsqlConnection connection, DateTime since, CancellationToken cancellationToken)
    {
        await using var command = connection.Command(Sql, [since]);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var (at, serverStart) = (reader.GetDateTime(3), reader.GetDateTime(4));
        await reader.ReadAsync(cancellationToken);
        var (transactions, count) = (reader.GetInt64(1), (int)reader.GetInt64(2));
        StoredRoutes.EnsureFit(count);
        var routes = new List<StoredRoute>();
        while (await reader.ReadAsync(cancellationToken))
        {
            routes.Add(new StoredRoute(
                FlightRoute.FromStored(reader.GetString(0)), reader.GetInt64(1), Milliseconds(reader, 3), Milliseconds(reader, 4)));
        }

        return new Reading(at, serverStart, count, transactions, routes);
    }

    private static long Milliseconds(NpgsqlDataReader reader, int column) =>
        new DateTimeOffset(reader.GetDateTime(column)).ToUnixTimeMilliseconds();

    /// <summary>What one statement read.</summary>
    /// <param name="At">The time of the database.</param>
    /// <param name="ServerStart">When the server was started.</param>
    /// <param name="Count">Number of all routes.</param>
    /// <param name="Transactions">Sum of all totals.</param>
    /// <param name="Routes">The routes that were asked for.</param>
    private sealed record Reading(
        DateTime At, DateTime ServerStart, int Count, long Transactions, IReadOnlyCollection<StoredRoute> Routes);
}
