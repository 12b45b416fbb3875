using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Airside.Service.Tests.Fixtures;

/// <summary>A real proxy in front of the service, with a configuration that listens on <see cref="ListenPort"/>.</summary>
internal sealed class ProxyProcess : IAsyncDisposable
{
    /// <summary>The port on which the configurations of the documentation listen.</summary>
    private const string ListenPort = "8080";

    private readonly TemporaryDirectory _directory;
    private readonly Process _process;

    private ProxyProcess(TemporaryDirectory directory, Process process, Uri address)
    {
        _directory = directory;
        _process = process;
        Client = Http.ClientOfProxy(address);
    }

    public HttpClient Client { get; }

    public Uri Address => Client.BaseAddress!;

    /// <summary>Starts Varnish with a VCL file.</summary>
    public static Task<ProxyProcess> VarnishAsync(string vcl) => StartAsync(
        "varnish",
        "/usr/sbin/varnishd",
        vcl,
        (folder, file, port) => ["-F", "-a", $"127.0.0.1:{port}", "-f", file, "-n", Path.Combine(folder, "run"), "-s", "malloc,64m"]);

    /// <summary>Starts nginx with a complete configuration. What it stores goes into a folder that it may write to.</summary>
    public static Task<ProxyProcess> NginxAsync(string configuration) => StartAsync(
        "nginx",
        "/usr/sbin/nginx",
        configuration.Replace(
            "http {",
            "http { access_log off; client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; "
            + "scgi_temp_path scgi;",
            StringComparison.Ordinal),
        (folder, file, _) => ["-c", file, "-p", folder, "-e", "stderr", "-g", "daemon off; pid nginx.pid;"]);

    /// <summary>Starts HAProxy with a complete configuration.</summary>
    public static Task<ProxyProcess> HaProxyAsync(string configuration) =>
        StartAsync("haproxy", "/usr/sbin/haproxy", configuration, (_, file, _) => ["-db", "-f", file]);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        _directory.Dispose();
    }

    private static async Task<ProxyProcess> StartAsync(
        string name, string program, string configuration, Func<string, string, int, string[]> arguments)
    {
        Assert.SkipUnless(File.Exists(program), $"reason: {name} is not installed; ./test installs it");
        var directory = new TemporaryDirectory();
        if (!OperatingSystem.IsWindows())
        {
            // Varnish reads it as a user of its own.
            File.SetUnixFileMode(directory.Path, File.GetUnixFileMode(directory.Path) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        }

        var port = Ports.Free();
        var file = directory.File("configuration");
        await File.WriteAllTextAsync(file, configuration.Replace(ListenPort, $"{port}", StringComparison.Ordinal) + "\n");
        var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments(directory.Path, file, port))
            {
                UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
            },
        };
        var output = new StringBuilder();
        process.OutputDataReceived += (_, line) => Keep(output, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(output, line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var proxy = new ProxyProcess(directory, process, new Uri($"http://127.0.0.1:{port}"));
        await Waiting.UntilAsync(
            () =>
            {
                lock (output)
                {
                    Assert.False(process.HasExited, $"{name} has ended:\n{output}");
                }

                return ListensAsync(port);
            },
            $"{name} to listen");
        return proxy;
    }

    private static void Keep(StringBuilder output, string? line)
    {
        lock (output)
        {
            output.AppendLine(line);
        }
    }

    private static async Task<bool> ListensAsync(int port)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
