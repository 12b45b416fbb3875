using System.Diagnostics;

namespace Airside.Platform.Tests.Containers;

/// <summary>HAProxy in front of replicas on fixed local ports. It checks their <c>/readyz</c> before it sends them requests.</summary>
internal sealed class HaProxy : IAsyncDisposable
{
    private const string Program = "/usr/sbin/haproxy";
    private readonly string _file = Path.GetTempFileName();
    private readonly Process _process;

    public HaProxy(params int[] ports)
    {
        if (!File.Exists(Program))
        {
            Assert.Skip("reason: HAProxy is not installed; ./test does it");
        }

        Address = new Uri($"http://127.0.0.1:{Ports.Free()}");
        var servers = string.Concat(ports.Select(port => $"  server on-{port} 127.0.0.1:{port} check inter 100ms fall 1 rise 1\n"));
        File.WriteAllText(
            _file,
            $"""
             defaults
               mode http
               timeout connect 2s
               timeout check 5s
               timeout client 30s
               timeout server 30s
             frontend clients
               bind {Address.Authority}
               monitor-uri /all-take-requests
               monitor fail if {"{"} nbsrv(replicas) lt {ports.Length} {"}"}
               default_backend replicas
             backend replicas
               balance roundrobin
               option httpchk GET /readyz
               http-check expect status 200
             {servers}
             """);
        _process = Process.Start(new ProcessStartInfo(Program, ["-db", "-f", _file]) { UseShellExecute = false })!;
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>Waits until every replica gets requests.</summary>
    public async Task UntilAllTakeRequestsAsync()
    {
        using var client = new HttpClient { BaseAddress = Address };
        await Waiting.UntilAsync(
            () =>
            {
                Assert.False(_process.HasExited, "HAProxy has ended.");
                return AllTakeRequestsAsync(client);
            },
            "every replica to get requests");
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        File.Delete(_file);
    }

    private static async Task<bool> AllTakeRequestsAsync(HttpClient client)
    {
        try
        {
            using var response = await client.GetAsync("/all-take-requests");
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
