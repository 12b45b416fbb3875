using System.Data;
using System.Diagnostics;
using Airside.Core;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Airside.Stores.Postgres;

/// <summary>
/// The server as the store uses it: each operation gets a connection, a deadline, and another try where that can help.
/// While the server is known to be away, operations fail at once in place of each waiting for its own deadline.
/// </summary>
internal sealed partial class PostgresServer(NpgsqlDataSource source, ILogger logger, TimeSpan deadline) : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(100);
    /// <summary>
    /// How long the watch must not have heard from the server before an operation that failed tells that it is away: a single slow
    /// operation must not stop all others.
    /// </summary>
    private readonly TimeSpan _silence = deadline - TimeSpan.FromMilliseconds(Limits.StoreWatchMs);

    private volatile Contact _contact = new();
    private volatile string? _writeFault;
    private long _heardAt;

    /// <summary>How long an operation may take with all its tries, unless it is known to need longer.</summary>
    public TimeSpan Deadline => deadline;

    /// <summary>Host, port and database.</summary>
    public string Name { get; } = PostgresConnections.NameOf(source);

    /// <summary>Why the server cannot be used at present, or null.</summary>
    public string? Outage => _contact.Outage;

    /// <summary>Why the server can be read and not written at present, or null.</summary>
    public string? WriteFault => _writeFault;

    /// <summary>
    /// Runs an operation, again while it fails for a reason that may pass, until the deadline. An operation must be harmless when repeated,
    /// because a connection can be lost after its commit.
    /// </summary>
    public Task<T> RunAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> operation, CancellationToken cancellationToken) =>
        RunAsync(operation, deadline, cancellationToken);

    /// <inheritdoc cref="RunAsync{T}(Func{NpgsqlConnection, CancellationToken, Task{T}}, CancellationToken)"/>
    /// <exception cref="StoreUnavailableException">It did not succeed.</exception>
    public async Task<T> RunAsync<T>(
        Func<NpgsqlConnection, CancellationToken, Task<T>> operation, TimeSpan time, CancellationToken cancellationToken)
    {
        var contact = _contact;
        if (contact.Outage is { } outage)
        {
            throw new StoreUnavailableException(outage);
        }

        var started = Stopwatch.GetTimestamp();
        var pause = FirstPause;
        Exception? cause = null;
        while (true)
        {
            try
            {
                return await WithinAsync(token => OnceAsync(operation, token), TimeLeft(), contact.Lost, cancellationToken);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested && exception is not TransactionRefusedException)
            {
                // What the deadline cut off says less than what failed before it.
                cause = exception is TimeoutException && cause is not null ? cause : exception;
                if (TimeLeft() <= pause || contact.Outage is not null || !PostgresFault.MayPass(exception, TimeLeft()))
                {
                    ReportMissing(cause, _silence);
                    throw contact.Outage is { } lost
                        ? new StoreUnavailableException(lost, cause)
                        : exception as StoreUnavailableException ?? PostgresFault.Unavailable(Name, deadline, cause);
                }
            }

            await Task.Delay(pause, cancellationToken);
            pause = pause < LongestPause ? pause * 2 : LongestPause;
        }

        TimeSpan TimeLeft() => Stopwatch.GetElapsedTime(started) is var elapsed && elapsed < time ? time - elapsed : TimeSpan.Zero;
    }

    /// <summary>
    /// Runs an operation once, for as long as it takes: one that is not of a request, such as a migration or reading a whole ledger.
    /// </summary>
    /// <exception cref="StoreUnavailableException">It did not succeed.</exception>
    public Task<T> RunLongAsync<T>(
        Func<NpgsqlConnection, CancellationToken, Task<T>> operation, CancellationToken cancellationToken) => NameFaultsAsync(
            async () =>
            {
                await using var connection = await ConnectAsync(cancellationToken);
                return await operation(connection, cancellationToken);
            });

    /// <summary>Does something with the server itself, so that its failures are told as callers of a store know them.</summary>
    /// <exception cref="StoreUnavailableException">It did not succeed.</exception>
    public async Task<T> NameFaultsAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException or IOException)
        {
            throw PostgresFault.Unavailable(Name, deadline, exception);
        }
    }

    /// <summary>A connection for the watch, which runs while the server is away too, and for what is read row by row.</summary>
    public ValueTask<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken) => source.OpenConnectionAsync(cancellationToken);

    /// <summary>Tells that the server has answered the watch.</summary>
    /// <param name="unusableSetting">A setting under which nothing can be recorded, or null.</param>
    public void ReportHeard(string? unusableSetting)
    {
        _writeFault = unusableSetting is null ? null : ServerSettings.Refusal(Name, unusableSetting);
        Volatile.Write(ref _heardAt, Stopwatch.GetTimestamp());
        if (Outage is not null)
        {
            _contact = new Contact();
            LogBack(logger, Name);
        }
    }

    /// <summary>Tells of a failure that means an outage if the watch has not heard from the server for some time.</summary>
    public void ReportMissing(Exception fault, TimeSpan silence)
    {
        if (PostgresFault.IsLost(fault) && Stopwatch.GetElapsedTime(Volatile.Read(ref _heardAt)) >= silence)
        {
            var outage = PostgresFault.Unavailable(Name, deadline, fault).Message;
            if (_contact.TryLose(outage))
            {
                LogLost(logger, outage);
            }

            // What comes back may be another server, such as the standby that took over.
            source.Clear();
        }
    }

    /// <summary>
    /// Waits for an operation for a time, and then leaves it behind: closing a connection that hangs can itself take long.
    /// </summary>
    /// <param name="operation">The operation.</param>
    /// <param name="time">How long it is waited for.</param>
    /// <param name="lost">Ends the waiting when it completes.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="TimeoutException">The time was over, or the server was lost.</exception>
    public static async Task<T> WithinAsync<T>(
        Func<CancellationToken, Task<T>> operation, TimeSpan time, Task lost, CancellationToken cancellationToken)
    {
        var leaving = new CancellationTokenSource();
        var running = Task.Run(() => operation(leaving.Token), CancellationToken.None);
        try
        {
            await Task.WhenAny(running, lost).WaitAsync(time, cancellationToken);
            return running.IsCompleted ? await running : throw new TimeoutException();
        }
        finally
        {
            // Npgsql's part of a cancellation throws when the connection breaks at the same moment. On the thread of a timer, where the
            // deadline of a token runs, that would end the process; here nobody needs to hear of it.
            _ = running.IsCompleted ? Task.CompletedTask : leaving.CancelAsync();
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => source.DisposeAsync();

    private async Task<T> OnceAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> operation, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        try
        {
            return await operation(connection, cancellationToken);
        }
        catch (Exception) when (connection.State != ConnectionState.Open && !cancellationToken.IsCancellationRequested)
        {
            // What broke this connection has most likely broken the idle ones, too. One that could not be made says nothing of them:
            // while a password is rotated they may be all there is.
            source.Clear();
            throw;
        }
    }

    /// <summary>The time from when the server is heard of until it is lost.</summary>
    private sealed class Contact
    {
        private readonly TaskCompletionSource _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private string? _outage;

        /// <summary>Why the server was lost, or null.</summary>
        public string? Outage => Volatile.Read(ref _outage);

        /// <summary>Completes when the server is lost, so that nobody waits on for it.</summary>
        public Task Lost => _lost.Task;

        /// <summary>Ends this time, unless it has ended.</summary>
        public bool TryLose(string outage) =>
            Interlocked.CompareExchange(ref _outage, outage, null) is null && _lost.TrySetResult();
    }

    [LoggerMessage(EventIds.PostgresLost, LogLevel.Error, "Requests that need the store are answered 503: {Cause}")]
    private static partial void LogLost(ILogger logger, string cause);

    [LoggerMessage(EventIds.PostgresBack, LogLevel.Information, "PostgreSQL at {Server} is back.")]
    private static partial void LogBack(ILogger logger, string server);
}
