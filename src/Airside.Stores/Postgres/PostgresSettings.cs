using Airside.Core;

namespace Airside.Stores.Postgres;

/// <summary>Where PostgreSQL is and how it is reached. The single values go before those of the connection string.</summary>
/// <param name="ConnectionString">In Npgsql's form, or null.</param>
/// <param name="Host">Host, with <c>:port</c> where it is not 5432, or null.</param>
/// <param name="Database">Database, or null.</param>
/// <param name="User">User, or null.</param>
/// <param name="Password">Password, or null.</param>
/// <param name="PasswordFile">File that holds the password and is read again for each new connection, or null.</param>
/// <param name="ConnectionsMax">Most connections of this process.</param>
/// <param name="TimeoutMs">How long a request waits, with all tries, in milliseconds.</param>
public sealed record PostgresSettings(
    string? ConnectionString,
    string? Host,
    string? Database,
    string? User,
    string? Password,
    string? PasswordFile,
    int ConnectionsMax,
    int TimeoutMs = Limits.StoreTimeoutMs)
{
    /// <summary>How long a request waits, with all tries.</summary>
    internal TimeSpan Timeout => TimeSpan.FromMilliseconds(TimeoutMs);
}
