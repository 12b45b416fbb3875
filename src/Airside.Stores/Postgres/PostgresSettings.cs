using Airside.Core;

namespace Airside.Stores.Postgres;

/// <summary>Where PostgreSQL is and how to connect. Individual values take precedence over the connection string.</summary>
/// <param name="ConnectionString">In Npgsql's format, or null.</param>
/// <param name="Host">Host, with <c>:port</c> if it is not 5432, or null.</param>
/// <param name="Database">Database, or null.</param>
/// <param name="User">User, or null.</param>
/// <param name="Password">Password, or null.</param>
/// <param name="PasswordFile">File with the password, read again for each new connection, or null.</param>
/// <param name="ConnectionsMax">Maximum connections of this process.</param>
/// <param name="TimeoutMs">How long a request waits, including retries, in milliseconds.</param>
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
    /// <summary>How long a request waits, including retries.</summary>
    internal TimeSpan Timeout => TimeSpan.FromMilliseconds(TimeoutMs);
}
