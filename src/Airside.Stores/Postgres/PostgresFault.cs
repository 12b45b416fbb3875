using System.Net.Sockets;
using System.Security.Authentication;
using Airside.Core;
using Npgsql;

namespace Airside.Stores.Postgres;

/// <summary>What a failure of PostgreSQL means.</summary>
internal static class PostgresFault
{
    /// <summary>Raised by Airside's own function: an import is under way.</summary>
    public const string ImportUnderWay = "AS001";

    /// <summary>The constraint that bounds the total of a route.</summary>
    private const string TotalMax = "route_total_max";

    /// <summary>Raised by Airside's own function: the day of the batch is not current yet.</summary>
    public const string DayNotCurrent = "AS002";

    /// <summary>
    /// Whether the failure lies in a transaction itself, so that it lasts for as long as that is part of the batch: a key that the database
    /// cannot hold, a total past its bound.
    /// </summary>
    public static bool IsOfTransaction(PostgresException exception) =>
        exception.SqlState.StartsWith("22", StringComparison.Ordinal) || exception.ConstraintName == TotalMax;

    /// <summary>Whether the same again may do, on another connection or when other processes have finished.</summary>
    /// <param name="exception">The failure.</param>
    /// <param name="timeLeft">How long there is to try again.</param>
    public static bool MayPass(Exception exception, TimeSpan timeLeft) => exception switch
    {
        // No backend may wait on for a caller who has gone.
        PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable } => timeLeft.TotalMilliseconds > Limits.PostgresLockTimeoutMs,
        { InnerException: AuthenticationException } => false, // The certificate stays what it is.
        PostgresException
        {
            SqlState: PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected
                or PostgresErrorCodes.QueryCanceled
                or PostgresErrorCodes.CheckViolation // The partition of the day was made a moment ago; not every backend knows of it yet.
                or DayNotCurrent, // Midnight has passed since the day was changed.
        } => true,
        _ => IsLost(exception),
    };

    /// <summary>
    /// Whether the server, or the way to it, was lost: another connection may do. What was under way may have been committed or not.
    /// </summary>
    public static bool IsLost(Exception exception) => exception switch
    {
        PostgresException { SqlState: var state } =>
            state.StartsWith("08", StringComparison.Ordinal) // Connection exceptions.
            || state.StartsWith("28", StringComparison.Ordinal) // The password may just have been rotated.
            || state.StartsWith("53", StringComparison.Ordinal) // No memory, disk or connection left.
            || state.StartsWith("57P", StringComparison.Ordinal) // Shut down, or starting up.
            || state == PostgresErrorCodes.ReadOnlySqlTransaction,
        NpgsqlException or TimeoutException or SocketException or IOException or OperationCanceledException => true,
        _ => false,
    };

    /// <summary>The failure as callers of a store know it.</summary>
    public static StoreUnavailableException Unavailable(string server, TimeSpan timeout, Exception exception) => new(
        exception switch
        {
            PostgresException { SqlState: ImportUnderWay } =>
                "An import into this store is under way; transactions are recorded again when it has ended (Airside.Service import).",
            PostgresException postgres => $"PostgreSQL at {server} refuses: {postgres.MessageText} ({postgres.SqlState}).",
            OperationCanceledException or TimeoutException =>
                $"PostgreSQL at {server} did not answer in time: Airside:Postgres:TimeoutMs is {timeout.TotalMilliseconds}, and for a "
                + $"whole catalog {nameof(Limits.CatalogTimeoutMs)} is {Limits.CatalogTimeoutMs}.",
            { InnerException: AuthenticationException refusal } =>
                $"The certificate of PostgreSQL at {server} is refused: it must be issued for this host (sslmode=verify-full), by an "
                + "authority that the system trusts or that Root Certificate names in ConnectionStrings:Airside (verify-full, verify-ca). "
                + refusal.Message,
            _ => $"PostgreSQL at {server} cannot be reached: {(exception.InnerException ?? exception).Message}",
        },
        exception);
}
