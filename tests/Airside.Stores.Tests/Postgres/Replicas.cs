using Airside.Core;
using Airside.Stores.Postgres;
using Microsoft.Extensions.Logging.Abstractions;

namespace Airside.Stores.Tests.Postgres;

/// <summary>Stores of several processes on one database, each with its own connections.</summary>
internal sealed class Replicas : IAsyncDisposable
{
    public static readonly TimeSpan KeyWindow = TimeSpan.FromHours(48);
    private readonly List<PostgresStore> _stores = [];

    private Replicas()
    {
    }

    public IReadOnlyList<PostgresStore> Stores => _stores;

    public PostgresStore this[int number] => _stores[number];

    /// <summary>Prepares a database and opens a store per connection string.</summary>
    /// <param name="database">The database, reached directly.</param>
    /// <param name="ways">The connection string of each replica.</param>
    public static async Task<Replicas> OpenAsync(string database, params string[] ways)
    {
        await using (var store = Create(database))
        {
            await store.MigrateAsync(CancellationToken.None);
        }

        var replicas = new Replicas();
        foreach (var way in ways)
        {
            var store = Create(way);
            replicas._stores.Add(store);
            await store.OpenAsync(CancellationToken.None);
        }

        return replicas;
    }

    public static PostgresSettings Settings(string connectionString, string? passwordFile = null) =>
        new(connectionString, Host: null, Database: null, User: null, Password: null, passwordFile, ConnectionsMax: 10);

    /// <summary>
    /// Creates a store that waits longer for the server than the service does, so a busy machine does not fail tests. Tests of the
    /// deadline, and those whose clients retry, use the service's timeout.
    /// </summary>
    public static PostgresStore CreateWithLongTimeout(
        string connectionString,
        IReadOnlyList<Migration>? migrations = null,
        int timeoutMs = Limits.PostgresTimeoutMsMax,
        int routesMax = Limits.RoutesMax) =>
        new(
            Settings(connectionString) with { TimeoutMs = timeoutMs },
            KeyWindow,
            NullLogger.Instance,
            migrations ?? Migration.All,
            routesMax: routesMax);

    /// <summary>Creates a store without opening it.</summary>
    public static PostgresStore Create(string connectionString) =>
        new(Settings(connectionString), KeyWindow, NullLogger.Instance);

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _stores)
        {
            await store.DisposeAsync();
        }
    }
}
