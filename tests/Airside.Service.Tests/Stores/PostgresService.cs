using Airside.Core;
using Airside.Service.Tests.Fixtures;
using Airside.Stores.Postgres;
using Microsoft.Extensions.Logging.Abstractions;

namespace Airside.Service.Tests.Stores;

/// <summary>The service as a process, with its store in PostgreSQL.</summary>
internal static class PostgresService
{
    /// <summary>The timeout unless a test sets another: correctness must not depend on how busy the machine is.</summary>
    public static readonly string Patient = $"--Airside:Postgres:TimeoutMs={Limits.PostgresTimeoutMsMax}";

    /// <summary>The timeout unless an operator sets another.</summary>
    public static readonly string AsDelivered = $"--Airside:Postgres:TimeoutMs={Limits.StoreTimeoutMs}";

    /// <summary>Prepares a database for this version.</summary>
    public static async Task MigrateAsync(string connectionString)
    {
        var settings = new PostgresSettings(connectionString, null, null, null, null, PasswordFile: null, ConnectionsMax: 4);
        await using var store = new PostgresStore(settings, TimeSpan.FromHours(48), NullLogger.Instance);
        await store.MigrateAsync(CancellationToken.None);
    }

    /// <summary>Starts a replica and waits until it listens.</summary>
    public static Task<ServiceProcess> StartAsync(string connectionString, params string[] arguments) =>
        ServiceProcess.StartAsync(Path.GetTempPath(), [.. Arguments(connectionString), .. arguments]);

    /// <summary>Runs a replica that cannot start.</summary>
    public static Task<(int ExitCode, string Text)> RunToEndAsync(string connectionString) =>
        ServiceProcess.RunToEndAsync([.. Arguments(connectionString), "--urls=http://127.0.0.1:0"]);

    private static string[] Arguments(string connectionString) =>
        ["--Airside:Store=postgres", $"--ConnectionStrings:Airside={connectionString}", Patient];
}
