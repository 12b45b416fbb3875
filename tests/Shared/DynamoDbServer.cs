using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Airside.Testing;

/// <summary>A DynamoDB server process that the tests start and stop.</summary>
internal sealed class DynamoDbServer : IAsyncDisposable
{
    /// <summary>Reason for skipping a test that needs the server.</summary>
    public const string Lacks =
        "reason: the DynamoDB server dynoxide is not installed; ./test installs it, or AIRSIDE_DYNAMODB_ENDPOINT names another";

    private static readonly string Executable =
        Repository.PathOf("artifacts/tools/dynoxide/node_modules/@dynoxide/linux-x64/dynoxide");

    private readonly string? _file;
    private Process? _process;

    /// <summary>Creates a server without starting it.</summary>
    /// <param name="file">File for the server's data, or null to keep it in memory.</param>
    public DynamoDbServer(string? file = null)
    {
        _file = file;
        Port = Ports.Free();
    }

    public static bool IsInstalled => File.Exists(Executable);

    public int Port { get; }

    public string Endpoint => $"http://127.0.0.1:{Port}";

    public async Task StartAsync()
    {
        string[] arguments = ["serve", "--port", $"{Port}", .. _file is null ? Array.Empty<string>() : ["--db-path", _file]];
        _process = Process.Start(new ProcessStartInfo(Executable, arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        })!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        for (var attempt = 1; !await ListensAsync(); attempt++)
        {
            Assert.False(_process.HasExited, $"The server ended with code {(_process.HasExited ? _process.ExitCode : 0)}.");
            Assert.True(attempt < 600, "The server does not listen after 30 s.");
            await Task.Delay(50);
        }
    }

    /// <summary>Kills the process immediately, as the loss of its machine would.</summary>
    public async Task KillAsync()
    {
        if (_process is not null)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
            _process = null;
        }
    }

    public async ValueTask DisposeAsync() => await KillAsync();

    private async Task<bool> ListensAsync()
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
