using System.Collections.Concurrent;
using Airside.Service.Tests.Fixtures;
using Npgsql;

namespace Airside.Service.Tests.Stores;

/// <summary>The database password changes under a running service.</summary>
[Trait("Category", "Tool")]
[Trait("Category", "Slow")]
[Collection(Alone.Name)]
public sealed class PasswordRotationTests(ITestOutputHelper output)
{
    private const int Clients = 8;

    /// <summary>The delay between changing the file and the role.</summary>
    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(200);

    private int _written;
    private int _read;

    [Fact]
    public Task No_request_fails_while_the_password_is_rotated_and_all_connections_are_made_anew() => AssertNoneFailsAsync(
        "anew",
        async (database, role, file) =>
        {
            for (var rotation = 1; rotation <= 6; rotation++)
            {
                await RotateAsync(database, role, file, $"password {rotation}", isFileFirst: rotation % 2 == 0);
                await Task.Delay(500);
            }
        });

    [Fact]
    public Task No_request_fails_while_the_file_is_late_and_connections_last() => AssertNoneFailsAsync(
        "late",
        async (database, role, file) =>
        {
            await PostgresFixture.ExecuteAsync(database, $"ALTER ROLE {role} PASSWORD 'password 1'");
            await Task.Delay(4_000);
            await ReplaceAsync(file, "password 1");
            await EndConnectionsAsync(database, role);
            await Task.Delay(500);
        });

    private async Task AssertNoneFailsAsync(string name, Func<string, string, string, Task> rotate)
    {
        var role = $"rotating_{name}";
        var database = await PostgresFixture.NewDatabaseAsync();
        await PostgresFixture.Cluster.AllowAsync($"host all {role} 127.0.0.1/32 scram-sha-256");
        await PostgresFixture.ExecuteAsync(database, $"CREATE ROLE {role} LOGIN PASSWORD 'password 0'");
        await PostgresFixture.ExecuteAsync(
            database, $"ALTER DATABASE {new NpgsqlConnectionStringBuilder(database).Database} OWNER TO {role}");
        var way = new NpgsqlConnectionStringBuilder(database) { Username = role }.ConnectionString;
        await PostgresService.MigrateAsync(way + ";Password=password 0");

        using var directory = new TemporaryDirectory();
        var file = directory.File("password");
        await ReplaceAsync(file, "password 0");
        await using var service = await PostgresService.StartAsync(way, $"--Airside:Postgres:PasswordFile={file}");
        using var stopping = new CancellationTokenSource();
        var failures = new ConcurrentBag<string>();
        var writers = Enumerable.Range(0, Clients).Select(client => WriteAsync(service.Client, client, failures, stopping.Token)).ToArray();
        var readers = Enumerable.Range(0, Clients).Select(_ => ReadAsync(service.Client, failures, stopping.Token)).ToArray();
        await Task.Delay(1_000);
        await rotate(database, role, file);
        await Waiting.UntilAsync(() => Volatile.Read(ref _written) > 100 && Volatile.Read(ref _read) > 100, "a load");
        await stopping.CancelAsync();
        var recorded = (await Task.WhenAll(writers)).Sum();
        var read = (await Task.WhenAll(readers)).Sum();
        output.WriteLine($"{recorded} recorded, {read} read, {failures.Count} failed");
        Assert.Empty(failures);
        Assert.Equal(recorded, await service.Client.TotalAsync("PW1"));

        // The first password no longer works.
        await Assert.ThrowsAsync<PostgresException>(() => PostgresFixture.ExecuteAsync(way + ";Password=password 0", "SELECT"));
    }

    /// <summary>Changes role and file a moment apart, and forces new connections before, between and after.</summary>
    private static async Task RotateAsync(string database, string role, string file, string password, bool isFileFirst)
    {
        Func<Task>[] steps =
        [
            () => PostgresFixture.ExecuteAsync(database, $"ALTER ROLE {role} PASSWORD '{password}'"),
            () => ReplaceAsync(file, password),
        ];
        foreach (var step in isFileFirst ? steps.Reverse() : steps)
        {
            await EndConnectionsAsync(database, role);
            await step();
            await EndConnectionsAsync(database, role);
            await Task.Delay(Gap);
        }
    }

    private static async Task ReplaceAsync(string file, string password)
    {
        await File.WriteAllTextAsync(file + ".new", password + "\n");
        File.Move(file + ".new", file, overwrite: true);
    }

    private static Task EndConnectionsAsync(string database, string role) => PostgresFixture.ExecuteAsync(
        database, $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{role}'");

    private async Task<int> WriteAsync(
        HttpClient client, int number, ConcurrentBag<string> failures, CancellationToken stopping)
    {
        var count = 0;
        for (; !stopping.IsCancellationRequested; count++)
        {
            using var response = await client.RecordAsync("PW1", $"{number}/{count}");
            await KeepAsync(response, failures);
            Interlocked.Increment(ref _written);
        }

        return count;
    }

    private async Task<int> ReadAsync(HttpClient client, ConcurrentBag<string> failures, CancellationToken stopping)
    {
        var count = 0;
        for (; !stopping.IsCancellationRequested; count++)
        {
            using var response = await client.GetAsync("/api/v1/routes/PW1/transactions", CancellationToken.None);
            await KeepAsync(response, failures);
            Interlocked.Increment(ref _read);
            await Task.Delay(5, CancellationToken.None);
        }

        return count;
    }

    private static async Task KeepAsync(HttpResponseMessage response, ConcurrentBag<string> failures)
    {
        if (!response.IsSuccessStatusCode)
        {
            failures.Add($"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        }
    }
}
