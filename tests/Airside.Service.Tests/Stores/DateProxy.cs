using System.Diagnostics;
using System.Net.Sockets;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Stores;

/// <summary>HAProxy in front of DynamoDB that changes the dates of responses.</summary>
internal sealed class DateProxy(int server) : IAsyncDisposable
{
    private const string Program = "/usr/sbin/haproxy";
    private readonly TemporaryDirectory _directory = new();
    private Process? _process;

    public int Port { get; } = Ports.Free();

    /// <summary>Starts a proxy in place of the last one.</summary>
    /// <param name="aheadSeconds">How far its dates are ahead.</param>
    public async Task StartAsync(int aheadSeconds)
    {
        if (!File.Exists(Program))
        {
            Assert.Skip("reason: HAProxy is not installed; ./test does it");
        }

        await StopAsync();
        var file = _directory.File("haproxy.cfg");
        await File.WriteAllTextAsync(
            file,
            $"""
             defaults
               mode http
               timeout connect 2s
               timeout client 30s
               timeout server 30s
             listen dynamodb
               bind 127.0.0.1:{Port}
               http-response set-header Date %[date({aheadSeconds}),http_date]
               server dynamodb 127.0.0.1:{server}

             """);
        _process = Process.Start(new ProcessStartInfo(Program, ["-db", "-f", file]) { UseShellExecute = false })!;
        await Waiting.UntilAsync(ListensAsync, "HAProxy to listen");
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _directory.Dispose();
    }

    private async Task StopAsync()
    {
        if (_process is not null)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
            _process = null;
        }
    }

    private async Task<bool> ListensAsync()
    {
        Assert.False(_process!.HasExited, "HAProxy has ended.");
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync("127.0.0.1", Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
