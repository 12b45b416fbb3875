using System.Data;
using System.Diagnostics;
using Airside.Core;
using Airside.Core.Transactions;
using Airside.Stores.Shared;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Airside.Stores.Postgres;

/// <summary>
/// The PostgreSQL server behind the store. Gives each operation a connection and a deadline, and retries it where that can help.
/// While the server is known to be unreachable, operations fail immediately.
/// </summary>
internal sealed partial class PostgresServer(NpgsqlDataSource source, ILogger logger, TimeSpan deadline) : IAsyncDisposable
{
    /// <summary>
    /// How long the monitor must have heard nothing from the server before a failed operation reports an outage: a single slow operation
    /// must not stop all others.
    /// </summary>
    private readonly TimeSpan _silence = deadline - TimeSpan.FromMilliseconds(Limits.StoreMonitorMs);

    private readonly OutageMonitor _contact = new(
        cause => LogUnreachable(logger, cause), () => LogReachable(logger, PostgresConnections.NameOf(source)));
    private volatile string? _writeFault;
    private long _heardAt;

    /// <summary>How long an operation may take, including retries, unless it is known to need longer.</summary>
    public TimeSpan RequestTime => deadline;

    /// <summary>Host, port and database.</summary>
    public string Name { get; } = PostgresConnections.NameOf(source);

    /// <summary>Why the server currently cannot be used, or null.</summary>
    public string? Outage => _contact.Outage;

    /// <summary>Why the server can currently be read but not written, or null.</summary>
    public string? WriteFault => _writeFault;

    /// <summary>
    /// Runs an operation and retries it until the deadline, as long as it fails for a reason that may pass. The operation must be safe to
    /// repeat, because a connection can be lost after its commit.
    /// </summary>
    public Task<T> RunAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> operation, CancellationToken cancellationToken) =>
        RunAsync(operation, deadline, cancellationToken);

    /// <inheritdoc cref="RunAsync{T}(Func{NpgsqlConnection, CancellationToken, Task{T}}, CancellationToken)"/>
    /// <exception cref="StoreUnavailableException">The operation did not succeed.</exception>
    public async Task<T> RunAsync<T>(
        Func<NpgsqlConnection, CancellationToken, Task<T>> operation, TimeSpan time, CancellationToken cancellationToken)
    {
        var contact = _contact.Current;
        if (contact.Outage is { } outage)
        {
            throw new StoreUnavailableException(outage);
        }

        var timeMs = (int)time.TotalMilliseconds;
        var budget = new RetryBudget(TimeProvider.System, "Airside:Postgres:TimeoutMs", timeMs, timeMs);
        Exception? cause = null;
        while (true)
        {
            try
            {
                return await Deadline.WithinAsync(
                    token => OnceAsync(operation, token), budget.AttemptTime, cancellationToken, contact.Lost);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested && exception is not TransactionRefusedException)
            {
                // A timeout says less than the failure before it.
                cause = exception is TimeoutException && cause is not null ? cause : exception;
                if (budget.IsOver || contact.Outage is not null || !PostgresFaults.MayPass(exception, budget.Rest))
                {
                    ReportMissing(cause, _silence);
                    throw contact.Outage is { } lost
                        ? new StoreUnavailableException(lost, cause)
                        : exception as StoreUnavailableException ?? PostgresFaults.Unavailable(Name, deadline, cause);
                }
            }

            await budget.BackOffAsync(cancellationToken);
        }
    }

    /// <summary>
    /// Runs an operation once, without a deadline: one outside a request, such as a migration or reading the entire ledger.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The operation did not succeed.</exception>
    public Task<T> RunLongAsync<T>(
        Func<NpgsqlConnection, CancellationToken, Task<T>> operation, CancellationToken cancellationToken) => NameFaultsAsync(
            async () =>
            {
                await using var connection = await ConnectForLongAsync(cancellationToken);
                return await operation(connection, cancellationToken);
            });

    /// <summary>Opens a connection for work outside a request. PostgreSQL may be starting, so this waits as long as a start does.</summary>
    /// <exception cref="StoreUnavailableException">No connection could be opened in time.</exception>
    public Task<NpgsqlConnection> ConnectForLongAsync(CancellationToken cancellationToken) => NameFaultsAsync(
        async () =>
        {
            var budget = new RetryBudget(
                TimeProvider.System, nameof(Limits.StoreOpenTimeoutMs), Limits.StoreOpenTimeoutMs, Limits.StoreOpenTimeoutMs);
            while (true)
            {
                try
                {
                    return await source.OpenConnectionAsync(cancellationToken);
                }
                catch (Exception exception) when (!budget.IsOver && PostgresFaults.MayPass(exception, budget.Rest)
                    && !cancellationToken.IsCancellationRequested)
                {
                    await budget.BackOffAsync(cancellationToken);
                }
            }
        });

    /// <summary>Opens a connection for the monitor, which also runs during an outage.</summary>
    public ValueTask<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken) => source.OpenConnectionAsync(cancellationToken);

    /// <summary>Reports that the server responded to the monitor.</summary>
    /// <param name="unusableSetting">A setting that prevents recording, or null.</param>
    public void ReportHeard(string? unusableSetting)
    {
        _writeFault = unusableSetting is null ? null : ServerSettings.Refusal(Name, unusableSetting);
        Volatile.Write(ref _heardAt, Stopwatch.GetTimestamp());
        _contact.Restore();
    }

    /// <summary>
    /// Reports a failure. It counts as an outage if the monitor has heard nothing from the server for <paramref name="silence"/>.
    /// </summary>
    public void ReportMissing(Exception fault, TimeSpan silence)
    {
        if (PostgresFaults.IsLost(fault) && Stopwatch.GetElapsedTime(Volatile.Read(ref _heardAt)) >= silence)
        {
            _contact.Lose(PostgresFaults.Unavailable(Name, deadline, fault).Message);

            // The next server to respond may be another one, such as the standby that took over.
            source.Clear();
        }
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();

    /// <summary>Runs work on the server and converts its failures to <see cref="StoreUnavailableException"/>.</summary>
    private async Task<T> NameFaultsAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException or IOException)
        {
            throw PostgresFaults.Unavailable(Name, deadline, exception);
        }
    }

    private async Task<T> OnceAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> operation, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        try
        {
            return await operation(connection, cancellationToken);
        }
        catch (Exception) when (connection.State != ConnectionState.Open && !cancellationToken.IsCancellationRequested)
        {
            // What broke this connection has probably broken the idle ones, too. A connection that could not be opened says nothing about
            // them: during a password rotation, they may be the only ones that work.
            source.Clear();
            throw;
        }
    }

    [LoggerMessage(EventIds.PostgresUnreachable, LogLevel.Error, "Requests that need the store get 503: {Cause}")]
    private static partial void LogUnreachable(ILogger logger, string cause);

    [LoggerMessage(EventIds.PostgresReachable, LogLevel.Information, "PostgreSQL at {Server} is reachable again.")]
    private static partial void LogReachable(ILogger logger, string server);
}
