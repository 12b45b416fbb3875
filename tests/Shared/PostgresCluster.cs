using System.Diagnostics;

namespace Airside.Testing;

/// <summary>
/// A PostgreSQL server for tests: created with <c>initdb</c> in a temporary directory, on a free port, run by a non-root user.
/// </summary>
public sealed class PostgresCluster : IAsyncDisposable
{
    public const string User = "airside";
    private static readonly string? Binaries = FindBinaries();
    private readonly string _directory = Directory.CreateTempSubdirectory("airside-postgres-").FullName;
    private readonly string _options;

    private PostgresCluster()
    {
        Port = Ports.Free();
        _options = $"-p {Port} -k {_directory} -c listen_addresses=127.0.0.1 -c max_connections=200";
    }

    /// <summary>Why no server can start here, or null.</summary>
    public static string? Missing { get; } =
        Binaries is null ? "PostgreSQL's initdb is not installed (Debian and Ubuntu: apt-get install postgresql)" : null;

    public int Port { get; }

    public static async Task<PostgresCluster> StartNewAsync()
    {
        var cluster = new PostgresCluster();
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync("chown", "postgres", cluster._directory);
        }

        await AsOwnerAsync("initdb", "-D", cluster.Data, "-A", "trust", "-U", User, "--no-sync", "-E", "UTF8", "--locale=C");
        await cluster.StartAsync();
        return cluster;
    }

    public string ConnectionString(string database) => $"Host=127.0.0.1;Port={Port};Database={database};Username={User}";

    /// <summary>Starts the server and waits until it responds.</summary>
    public Task StartAsync() =>
        AsOwnerAsync("pg_ctl", "-D", Data, "-o", _options, "-l", Path.Combine(_directory, "log"), "-w", "-t", "60", "start");

    /// <summary>Stops the server as a crash would: without notifying its clients and without a checkpoint.</summary>
    public Task CrashAsync() => AsOwnerAsync("pg_ctl", "-D", Data, "-m", "immediate", "-w", "-t", "60", "stop");

    /// <summary>Prepends lines to <c>pg_hba.conf</c> and reloads the configuration.</summary>
    public async Task AllowAsync(params string[] lines)
    {
        var file = Path.Combine(Data, "pg_hba.conf");
        await File.WriteAllLinesAsync(file, [.. lines, .. await File.ReadAllLinesAsync(file)]);
        await AsOwnerAsync("pg_ctl", "-D", Data, "reload");
    }

    /// <summary>Enables TLS with a certificate and its key in PEM format.</summary>
    public async Task EncryptAsync(string certificate, string key)
    {
        await File.WriteAllTextAsync(Path.Combine(Data, "server.crt"), certificate);
        var keyFile = Path.Combine(Data, "server.key");
        await File.WriteAllTextAsync(keyFile, key);
        await RunAsync("chmod", "600", keyFile);
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync("chown", "postgres", keyFile);
        }

        await File.AppendAllTextAsync(Path.Combine(Data, "postgresql.conf"), "ssl = on\n");
        await AsOwnerAsync("pg_ctl", "-D", Data, "reload");
    }

    public async ValueTask DisposeAsync()
    {
        if (File.Exists(Path.Combine(Data, "postmaster.pid")))
        {
            await CrashAsync();
        }

        Directory.Delete(_directory, recursive: true);
    }

    private string Data => Path.Combine(_directory, "data");

    private static string? FindBinaries()
    {
        const string Debian = "/usr/lib/postgresql";
        var candidates = Directory.Exists(Debian)
            ? Directory.GetDirectories(Debian).OrderDescending(StringComparer.Ordinal).Select(version => Path.Combine(version, "bin"))
            : [];
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        return candidates.Concat(path).FirstOrDefault(directory => File.Exists(Path.Combine(directory, "initdb")));
    }

    /// <summary>PostgreSQL refuses to run as root.</summary>
    private static Task AsOwnerAsync(string program, params string[] arguments)
    {
        var command = Path.Combine(Binaries!, program);
        return Environment.IsPrivilegedProcess
            ? RunAsync("runuser", ["-u", "postgres", "--", command, .. arguments])
            : RunAsync(command, arguments);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        // The server writes its own log. A pipe would stay open as long as the server runs.
        var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = "/tmp" };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("exec \"$@\" >/dev/null 2>&1");
        start.ArgumentList.Add("sh");
        start.ArgumentList.Add(program);
        arguments.ToList().ForEach(start.ArgumentList.Add);
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with exit code {process.ExitCode}.");
        }
    }
}
