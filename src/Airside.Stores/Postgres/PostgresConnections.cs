using System.Data.Common;
using Airside.Core;
using Npgsql;

namespace Airside.Stores.Postgres;

/// <summary>Combines the settings and creates the process's only connection pool.</summary>
internal static class PostgresConnections
{
    /// <summary>Name of the connections in <c>pg_stat_activity</c>, and of their pool in metrics.</summary>
    private const string ApplicationName = "airside";

    /// <summary>Creates the pool without connecting.</summary>
    /// <exception cref="StoreUnavailableException">The settings are incomplete or cannot be read.</exception>
    public static NpgsqlDataSource Open(PostgresSettings settings)
    {
        var builder = new NpgsqlDataSourceBuilder(Describe(settings).ConnectionString) { Name = ApplicationName };
        builder.ConfigureTracing(tracing => tracing
            .ConfigureCommandFilter(_ => Traces.Recorded is not null)
            .ConfigureBatchFilter(_ => Traces.Recorded is not null)
            .ConfigureCopyOperationFilter(_ => Traces.Recorded is not null)
            .ConfigureCommandSpanNameProvider(command => FirstWord(command.CommandText))
            .EnablePhysicalOpenTracing(false));
        if (settings.PasswordFile is { } file)
        {
            builder.UsePasswordProvider(
                _ => ReadPassword(File.ReadAllText(file)),
                async (_, cancellationToken) => ReadPassword(await File.ReadAllTextAsync(file, cancellationToken)));
        }

        return builder.Build();
    }

    /// <summary>Returns where and how to connect, including everything that Airside itself decides.</summary>
    /// <exception cref="StoreUnavailableException">The settings are incomplete or cannot be read.</exception>
    public static NpgsqlConnectionStringBuilder Describe(PostgresSettings settings)
    {
        var connection = Combine(settings);
        if (string.IsNullOrEmpty(connection.Host) || string.IsNullOrEmpty(connection.Database))
        {
            throw new StoreUnavailableException(
                $"PostgreSQL needs a host and a database: the host is '{connection.Host}', the database is '{connection.Database}'. "
                + "Set ConnectionStrings:Airside, or DB_HOST and DB_NAME.");
        }

        connection.ApplicationName ??= ApplicationName;

        // One connection monitors and one records; fewer cannot work.
        connection.MaxPoolSize = Math.Max(2, settings.ConnectionsMax);
        connection.MaxAutoPrepare = 32;
        connection.AutoPrepareMinUsages = 2;
        connection.Timeout = 1 + (settings.TimeoutMs / 1000);

        // Airside sets the deadline of each operation. A connection that does not respond in time is closed, not asked again.
        connection.CommandTimeout = 0;
        connection.CancellationTimeout = -1;

        // Sessions keep nothing that must be reset before their next use; a reset would cost the server time for each batch.
        connection.NoResetOnClose = true;
        connection.IncludeErrorDetail = false;
        return connection;
    }

    /// <summary>Returns the destination of the connections for display: host, port and database.</summary>
    public static string NameOf(NpgsqlDataSource source)
    {
        var connection = new NpgsqlConnectionStringBuilder(source.ConnectionString);
        return $"{connection.Host}:{connection.Port}/{connection.Database}";
    }

    private static NpgsqlConnectionStringBuilder Combine(PostgresSettings settings)
    {
        NpgsqlConnectionStringBuilder connection;
        try
        {
            connection = new NpgsqlConnectionStringBuilder(WithNpgsqlNames(settings.ConnectionString ?? ""));
        }
        catch (ArgumentException exception)
        {
            throw new StoreUnavailableException(
                $"ConnectionStrings:Airside cannot be read: {exception.Message} Its form is Host=…;Database=…;Username=…;Password=….",
                exception);
        }

        if (settings.Host is { } host)
        {
            var colon = host.LastIndexOf(':');
            var hasPort = colon > 0 && int.TryParse(host.AsSpan(colon + 1), out _) && host.IndexOf(':', StringComparison.Ordinal) == colon;
            connection.Host = hasPort ? host[..colon] : host;
            connection.Port = hasPort ? int.Parse(host.AsSpan(colon + 1)) : connection.Port;
        }

        connection.Database = settings.Database ?? connection.Database;
        connection.Username = settings.User ?? connection.Username;
        connection.Password = settings.Password ?? connection.Password;
        if (settings.PasswordFile is not null)
        {
            // Otherwise a password set here would take precedence over the file.
            connection.Password = null;
        }

        return connection;
    }

    /// <summary>Converts <c>sslmode=verify-full</c>, the spelling of PostgreSQL, to Npgsql's <c>VerifyFull</c>.</summary>
    private static string WithNpgsqlNames(string text)
    {
        var connection = new DbConnectionStringBuilder { ConnectionString = text };
        foreach (var name in new[] { "sslmode", "ssl mode" })
        {
            if (connection.TryGetValue(name, out var mode))
            {
                connection[name] = mode.ToString()!.Replace("-", "", StringComparison.Ordinal);
            }
        }

        return connection.ConnectionString;
    }

    private static string FirstWord(string sql) => sql.TrimStart().Split([' ', '\n'], 2)[0];

    private static string ReadPassword(string content) => content.TrimEnd('\r', '\n');
}
