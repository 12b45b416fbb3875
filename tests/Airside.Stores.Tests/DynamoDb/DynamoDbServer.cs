using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Airside.Stores.Tests.DynamoDb;
using Airside.Testing;

[assembly: AssemblyFixture(typeof(SharedDynamoDb))]

namespace Airside.Stores.Tests.DynamoDb;

/// <summary>A server process of the tests' own, which ends with them.</summary>
internal sealed class DynamoDbServer : IAsyncDisposable
{
    private static readonly string Executable =
        Repository.PathOf("artifacts/tools/dynoxide/node_modules/@dynoxide/linux-x64/dynoxide");

    private readonly string? _file;
    private Process? _process;

    /// <param name="file">File that the server keeps its data in, or null for its memory.</param>
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

    /// <summary>Ends the process at once, as a loss of its machine does.</summary>
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

/// <summary>The server that all tests share, each with a table of its own: started with the first that needs it.</summary>
public sealed class SharedDynamoDb : IAsyncDisposable
{
    public const string EndpointVariable = "AIRSIDE_DYNAMODB_ENDPOINT";
    public const string Lacks =
        $"reason: the DynamoDB server dynoxide is not installed; ./test installs it, or {EndpointVariable} names another";

    private readonly SemaphoreSlim _starting = new(1);
    private DynamoDbServer? _server;

    /// <summary>Where the server is; skips the test when there is none.</summary>
    public async Task<string> EndpointAsync()
    {
        if (Environment.GetEnvironmentVariable(EndpointVariable) is { Length: > 0 } endpoint)
        {
            return endpoint;
        }

        if (!DynamoDbServer.IsInstalled)
        {
            Assert.Skip(Lacks);
        }

        await _starting.WaitAsync();
        try
        {
            if (_server is null)
            {
                var server = new DynamoDbServer();
                await server.StartAsync();
                _server = server;
            }

            return _server.Endpoint;
        }
        finally
        {
            _starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _starting.Dispose();
    }
}
