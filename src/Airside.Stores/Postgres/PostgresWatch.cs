using Airside.Core;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Airside.Stores.Postgres;

/// <summary>
/// Keeps one connection beside the requests: finds out whether the server is there, hears of new catalogs, and looks after the days of the
/// keys.
/// </summary>
internal sealed class PostgresWatch(PostgresServer server, KeyDays keyDays, StoreClock clock, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(Limits.StoreWatchMs);

    /// <summary>Before the next try while requests still wait for the server.</summary>
    private static readonly TimeSpan ShortPause = TimeSpan.FromMilliseconds(20);

    /// <summary>Days change by themselves when a batch needs it; this only works ahead and cleans up, so it may be seldom.</summary>
    private static readonly TimeSpan MaintenancePause = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _stopping = new();
    private readonly BackgroundWork _maintenance = new("keeping of the days of keys", TimeProvider.System, logger);
    private readonly Task _never = new TaskCompletionSource().Task;
    private readonly Lock _lock = new();
    private CatalogStamp _stamp = CatalogStamp.Of(null);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _loop = Task.CompletedTask;

    /// <summary>Starts to watch.</summary>
    public void Start() => _loop = Task.Run(RunAsync);

    /// <summary>Waits until another catalog than the one with this stamp is saved.</summary>
    public async Task WaitForOtherAsync(CatalogStamp known, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_stamp.Version is not null && _stamp != known)
                {
                    return;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // What Npgsql throws here says only that its connection was broken already.
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
                await WatchAsync();
            }
            catch (Exception exception)
            {
                // One connection that breaks is no outage; requests wait until another one is there.
                server.ReportMissing(exception, server.Deadline);
            }

            await Task.Delay(server.Outage is null ? ShortPause : Pause, _stopping.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Watches over one connection until it fails.</summary>
    private async Task WatchAsync()
    {
        // A connection that hangs is left behind, because closing it may hang too.
        var connection = await WithinAsync(token => server.ConnectAsync(token).AsTask());
        try
        {
            await WithinAsync(token => connection.ScalarAsync($"LISTEN {PostgresAirlineStore.Channel}", token));
            var maintainedAt = 0L;
            while (true)
            {
                Take(await WithinAsync(token => StampAsync(connection, token)));
                server.ReportHeard(await WithinAsync(
                    async token => await connection.ScalarAsync(ServerSettings.Unusable, token) as string));
                if (maintainedAt == 0 || TimeProvider.System.GetElapsedTime(maintainedAt) > MaintenancePause)
                {
                    maintainedAt = TimeProvider.System.GetTimestamp();
                    _ = MaintainAsync();
                }

                // Returns at once when a catalog is announced; a lost announcement costs one pause.
                await connection.WaitAsync(Pause, _stopping.Token);
            }
        }
        finally
        {
            _ = connection.DisposeAsync().AsTask();
        }
    }

    /// <summary>On a connection of its own, because it waits a little for readers.</summary>
    private async Task MaintainAsync()
    {
        try
        {
            await PostgresServer.WithinAsync(
                async token =>
                {
                    await using var connection = await server.ConnectAsync(token);
                    return await keyDays.MaintainAsync(connection, token);
                },
                MaintenancePause,
                _never,
                _stopping.Token);
            _maintenance.Succeeded();
        }
        catch (Exception exception) when (!_stopping.IsCancellationRequested)
        {
            // Nothing depends on it now: a day that is missing is made when it is needed, an old one is dropped next time.
            _maintenance.Failed(exception);
        }
        catch (Exception) when (_stopping.IsCancellationRequested)
        {
            // Another process, or this one after its restart, goes on.
        }
    }

    private void Take(CatalogStamp stamp)
    {
        lock (_lock)
        {
            if (stamp != _stamp)
            {
                _stamp = stamp;
                _changed.SetResult();
                _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    private Task<T> WithinAsync<T>(Func<CancellationToken, Task<T>> operation) =>
        PostgresServer.WithinAsync(operation, server.Deadline, _never, _stopping.Token);

    private async Task<CatalogStamp> StampAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT c.version, c.source, c.loaded_at, pg_is_in_recovery(), airside.clock()
            FROM airside.ledger_state LEFT JOIN airside.airline_catalog c ON true
            """,
            connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken) || reader.GetBoolean(3))
        {
            throw new NpgsqlException("the server is a standby, which cannot record");
        }

        clock.Take(reader.GetFieldValue<DateTimeOffset>(4));
        return reader.IsDBNull(0)
            ? CatalogStamp.Of(null)
            : new CatalogStamp(reader.GetString(0), reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2));
    }
}
