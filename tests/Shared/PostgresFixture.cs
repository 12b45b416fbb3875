using Npgsql;

[assembly: AssemblyFixture(typeof(Airside.Testing.PostgresFixture))]

namespace Airside.Testing;

/// <summary>One server for all tests that do not stop it, started when a test first requests a database.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private static readonly SemaphoreSlim Starting = new(1);
    private static PostgresCluster? _cluster;
    private static int _databases;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }

    /// <summary>The shared server, for tests whose effects on it no other test notices.</summary>
    public static PostgresCluster Cluster => _cluster ?? throw new InvalidOperationException("No database was asked for yet.");

    /// <summary>Starts a server for a test that stops it. Skips the test if PostgreSQL is missing.</summary>
    public static Task<PostgresCluster> NewClusterAsync()
    {
        SkipWithoutPostgres();
        return PostgresCluster.StartNewAsync();
    }

    /// <summary>Creates an empty database. Skips the test if PostgreSQL is missing.</summary>
    /// <returns>Its connection string.</returns>
    public static async Task<string> NewDatabaseAsync()
    {
        SkipWithoutPostgres();
        await Starting.WaitAsync();
        try
        {
            _cluster ??= await PostgresCluster.StartNewAsync();
        }
        finally
        {
            Starting.Release();
        }

        var name = $"test_{Interlocked.Increment(ref _databases)}";
        await ExecuteAsync(_cluster.ConnectionString("postgres"), $"CREATE DATABASE {name}");
        return _cluster.ConnectionString(name);
    }

    /// <summary>Returns the connection string for the same database through a proxy.</summary>
    public static string Through(FaultProxy proxy, string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Port = proxy.Port }.ConnectionString;

    public static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connectionString + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public static async Task<T> ScalarAsync<T>(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connectionString + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    private static void SkipWithoutPostgres() =>
        Assert.SkipUnless(PostgresCluster.Missing is null, $"reason: {PostgresCluster.Missing}");
}
