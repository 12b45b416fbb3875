using System.Net.Sockets;
using System.Security.Authentication;
using Airside.Core;
using Npgsql;

namespace Airside.Stores.Postgres;

/// <summary>Classifies failures of PostgreSQL.</summary>
internal static class PostgresFaults
{
    /// <summary>Error code of Airside's own function: an import is under way.</summary>
    public const string ImportInProgress = "AS001";

    /// <summary>The constraint that limits a route's total.</summary>
    private const string TotalMax = "route_total_max";

    /// <summary>Error code of Airside's own function: the day of the batch is not current yet.</summary>
    public const string DayNotCurrent = "AS002";

    /// <summary>Error code of Airside's own function: other processes have taken the places for new routes that it saw.</summary>
    public const string PlacesTaken = "AS003";

    /// <summary>Error code of a migration: the database holds names that must be converted.</summary>
    public const string EarlierNames = "AS004";

    /// <summary>Error codes of a session that the server ended because its client paused or its transaction took too long.</summary>
    private const string IdleInTransaction = "25P03";

    private const string TransactionTimeout = "25P04";

    /// <summary>
    /// Returns whether one transaction causes the failure, for as long as it is part of the batch: a key that the database cannot store, or
    /// a total above its limit.
    /// </summary>
    public static bool IsOfTransaction(PostgresException exception) =>
        exception.SqlState.StartsWith("22", StringComparison.Ordinal) || exception.ConstraintName == TotalMax;

    /// <summary>Returns whether a retry may succeed, on another connection or after other processes have finished.</summary>
    public static bool MayPass(Exception exception, TimeSpan timeLeft) => exception switch
    {
        // No backend may keep waiting for a caller that has gone.
        PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable } => timeLeft.TotalMilliseconds > Limits.PostgresLockTimeoutMs,
        { InnerException: AuthenticationException } => false, // A retry gets the same certificate.
        PostgresException
        {
            SqlState: PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected
                or PostgresErrorCodes.QueryCanceled or IdleInTransaction or TransactionTimeout
                or PostgresErrorCodes.CheckViolation // The partition of the day is new, and not every backend knows it yet.
                or DayNotCurrent // Midnight passed after the day was changed.
                or PlacesTaken, // The next attempt sees that no place is left, and says so.
        } => true,
        _ => IsLost(exception),
    };

    /// <summary>
    /// Returns whether the connection or the server was lost: another connection may work. The operation may have been committed or not.
    /// </summary>
    public static bool IsLost(Exception exception) => exception switch
    {
        PostgresException { SqlState: var state } =>
            state.StartsWith("08", StringComparison.Ordinal) // Connection exceptions.
            || state.StartsWith("28", StringComparison.Ordinal) // The password may just have been rotated.
            || state.StartsWith("53", StringComparison.Ordinal) // Out of memory, disk or connections.
            || state.StartsWith("57P", StringComparison.Ordinal) // Shut down or starting up.
            || state == PostgresErrorCodes.ReadOnlySqlTransaction,
        NpgsqlException or TimeoutException or SocketException or IOException or OperationCanceledException => true,
        _ => false,
    };

    /// <summary>Converts a failure to the exception for callers of a store.</summary>
    public static StoreUnavailableException Unavailable(string server, TimeSpan timeout, Exception exception) => new(
        exception switch
        {
            PostgresException { SqlState: ImportInProgress } =>
                "An import into this store is under way; transactions are recorded again once it is finished (Airside.Service import).",
            PostgresException postgres => $"PostgreSQL at {server} returned an error: {postgres.MessageText} ({postgres.SqlState}).",
            OperationCanceledException or TimeoutException =>
                $"PostgreSQL at {server} did not respond in time: Airside:Postgres:TimeoutMs is {timeout.TotalMilliseconds}; for an entire "
                + $"catalog, {nameof(Limits.CatalogTimeoutMs)} is {Limits.CatalogTimeoutMs}; for all routes together, "
                + $"{nameof(Limits.RankingReadMsMax)} is {Limits.RankingReadMsMax}.",
            { InnerException: AuthenticationException refusal } =>
                $"The certificate of PostgreSQL at {server} is refused: it must be issued for this host (sslmode=verify-full) by an "
                + "authority that the system trusts or Root Certificate in ConnectionStrings:Airside names (verify-full, verify-ca). "
                + refusal.Message,
            _ => $"PostgreSQL at {server} is unreachable: {(exception.InnerException ?? exception).Message}",
        },
        exception);
}
