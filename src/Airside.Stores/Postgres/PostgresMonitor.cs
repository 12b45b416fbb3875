using Airside.Core;
using Airside.Stores.Shared;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Airside.Stores.Postgres;

/// <summary>
/// Monitors PostgreSQL over a connection separate from requests: whether the server is reachable and whether there is a new catalog. It
/// also maintains the key partitions.
/// </summary>
internal sealed class PostgresMonitor(
    PostgresServer server, KeyPartitions keyPartitions, StoreClock clock, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(Limits.StoreMonitorMs);

    /// <summary>Pause before the next attempt while requests still wait for the server.</summary>
    private static readonly TimeSpan ShortPause = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Pause between maintenance runs. Batches start a new day when they need it; maintenance only creates partitions ahead and drops old
    /// ones, so it may be rare.
    /// </summary>
    private static readonly TimeSpan MaintenancePause = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _stopping = new();
    private readonly BackgroundWork _maintenance = new("key partition maintenance", TimeProvider.System, logger);
    private readonly ChangeSignal<CatalogStamp> _stamp = new(CatalogStamp.From(null));
    private Task _loop = Task.CompletedTask;
    private long _routes = -1;

    /// <summary>Number of routes when the server was last heard, or null before.</summary>
    public long? Routes => Volatile.Read(ref _routes) is >= 0 and var routes ? routes : null;

    public void Start() => _loop = Task.Run(RunAsync);

    /// <summary>Waits until a catalog with another stamp is saved.</summary>
    public Task WaitForOtherAsync(CatalogStamp known, CancellationToken cancellationToken) =>
        _stamp.NextAsync(stamp => stamp.Version is not null && stamp != known, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        // An exception from Npgsql here only means that its connection was already broken.
        await _stopping.CancelAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _loop;
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await MonitorAsync();
            }
            catch (Exception exception)
            {
                // One broken connection is not an outage; requests wait for the next one.
                server.ReportMissing(exception, server.RequestTime);
            }

            await Task.Delay(server.Outage is null ? ShortPause : Pause, _stopping.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Monitors the server over one connection until it fails.</summary>
    private async Task MonitorAsync()
    {
        // A connection that hangs is abandoned, because closing it may hang too.
        var connection = await WithinAsync(token => server.ConnectAsync(token).AsTask());
        try
        {
            await WithinAsync(token => connection.ScalarAsync($"LISTEN {PostgresAirlineStore.Channel}", token));
            var maintainedAt = 0L;
            while (true)
            {
                _stamp.Set(await WithinAsync(token => StampAsync(connection, token)));
                server.ReportHeard(await WithinAsync(
                    async token => await connection.ScalarAsync(ServerSettings.Unusable, token) as string));
                if (maintainedAt == 0 || TimeProvider.System.GetElapsedTime(maintainedAt) > MaintenancePause)
                {
                    maintainedAt = TimeProvider.System.GetTimestamp();
                    _ = MaintainAsync();
                }

                // Returns immediately when a catalog is announced; a lost announcement costs one pause.
                await connection.WaitAsync(Pause, _stopping.Token);
            }
        }
        finally
        {
            _ = connection.DisposeAsync().AsTask();
        }
    }

    /// <summary>Maintains the key partitions on a separate connection, because it waits briefly for readers.</summary>
    private async Task MaintainAsync()
    {
        try
        {
            await Deadline.WithinAsync(
                async token =>
                {
                    await using var connection = await server.ConnectAsync(token);
                    return await keyPartitions.MaintainAsync(connection, token);
                },
                MaintenancePause,
                _stopping.Token);
            _maintenance.Succeeded();
        }
        catch (Exception exception) when (!_stopping.IsCancellationRequested)
        {
            // Nothing depends on it now: a missing partition is created when needed, an old one is dropped next time.
            _maintenance.Failed(exception);
        }
        catch (Exception) when (_stopping.IsCancellationRequested)
        {
            // Another process, or this one after a restart, continues.
        }
    }

    private Task<T> WithinAsync<T>(Func<CancellationToken, Task<T>> operation) =>
        Deadline.WithinAsync(operation, server.RequestTime, _stopping.Token);

    private async Task<CatalogStamp> StampAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT c.version, c.source, c.loaded_at, pg_is_in_recovery(), airside.clock(), (SELECT routes FROM airside.route_count)
            FROM airside.ledger_state LEFT JOIN airside.airline_catalog c ON true
            """,
            connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken) || reader.GetBoolean(3))
        {
            throw new NpgsqlException("the server is a standby, which cannot record");
        }

        clock.Take(reader.GetFieldValue<DateTimeOffset>(4));
        Volatile.Write(ref _routes, reader.GetInt64(5));
        return reader.IsDBNull(0)
            ? CatalogStamp.From(null)
            : new CatalogStamp(reader.GetString(0), reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2));
    }
}
