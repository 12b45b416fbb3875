using Airside.Core;
using Npgsql;

namespace Airside.Stores.Postgres;

/// <summary>
/// Settings of a server, database or user under which the ledger cannot keep its guarantees. They can change while the service runs.
/// </summary>
internal static class ServerSettings
{
    /// <summary>
    /// Returns the first unusable setting as <c>name = value</c>, or null. SQL_ASCII stores bytes unchanged, and they are UTF-8.
    /// </summary>
    public const string Unusable =
        """
        SELECT name || ' = ' || setting FROM pg_settings
        WHERE name = 'fsync' AND setting = 'off'
            OR name = 'default_transaction_isolation' AND setting <> 'read committed'
            OR name = 'default_transaction_read_only' AND setting = 'on'
            OR name = 'server_encoding' AND setting NOT IN ('UTF8', 'SQL_ASCII')
        UNION ALL
        SELECT replace(entry, '=', ' = ')
        FROM pg_db_role_setting settings CROSS JOIN unnest(settings.setconfig) entry
        WHERE settings.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
            AND settings.setrole IN (0, (SELECT oid FROM pg_roles WHERE rolname = current_user))
            AND entry ~* '^default_transaction_read_only=(on|true|yes|1)$'
        LIMIT 1
        """;

    private const string AsynchronousCommit = "SELECT current_setting('synchronous_commit') = 'off'";

    /// <summary>Returns why a setting cannot be used.</summary>
    public static string Refusal(string server, string setting) =>
        $"PostgreSQL at {server} has {setting}: transactions could be lost, counted twice or not recorded at all. Airside needs "
        + "the encoding UTF8 or SQL_ASCII, fsync and synchronous_commit on, default_transaction_isolation read committed and "
        + "default_transaction_read_only off, for the server, the database and the user.";

    /// <summary>Ensures that the ledger can work with the settings.</summary>
    public static async Task EnsureAsync(NpgsqlConnection connection, string server, CancellationToken cancellationToken)
    {
        if (await connection.ScalarAsync(Unusable, cancellationToken) is string setting)
        {
            throw new StoreUnavailableException(Refusal(server, setting));
        }

        if (await connection.ScalarAsync(AsynchronousCommit, cancellationToken) is true)
        {
            throw new StoreUnavailableException(Refusal(server, "synchronous_commit = off"));
        }
    }

    /// <summary>
    /// Ensures that connections go to the server itself, or to a pooler that gives each one its own session. A pooler that shares sessions
    /// between transactions would mix up the statements prepared in them.
    /// </summary>
    public static async Task EnsureSessionsAsync(
        NpgsqlConnection connection, Func<ValueTask<NpgsqlConnection>> connect, string server, CancellationToken cancellationToken)
    {
        // A pooler reports another process than the server's.
        if (await ProcessOfAsync(connection, cancellationToken) == connection.ProcessID)
        {
            return;
        }

        const int Looks = 5;
        await using var other = await connect();
        for (var look = 0; look < Looks; look++)
        {
            if (await ProcessOfAsync(connection, cancellationToken) == await ProcessOfAsync(other, cancellationToken))
            {
                throw new StoreUnavailableException(
                    $"PostgreSQL at {server} is behind a pooler that shares a session between connections, such as PgBouncer with "
                    + "pool_mode transaction; Airside needs its own sessions. Set pool_mode to session for this database, or connect to "
                    + "the server directly (MAX_CONNECTIONS limits its connections).");
            }
        }
    }

    private static async Task<int> ProcessOfAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        (int)(await connection.ScalarAsync("SELECT pg_backend_pid()", cancellationToken))!;
}
