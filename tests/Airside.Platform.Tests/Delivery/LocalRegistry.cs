using System.ComponentModel;
using System.Diagnostics;

namespace Airside.Platform.Tests.Delivery;

/// <summary>A real image registry on loopback: Debian's docker-registry.</summary>
internal sealed class LocalRegistry : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("airside-registry-");
    private readonly Process _process;

    private LocalRegistry()
    {
        var settings = Path.Combine(_folder.FullName, "registry.yaml");
        File.WriteAllText(
            settings,
            $"version: 0.1\nlog: {{ level: error }}\nstorage: {{ filesystem: {{ rootdirectory: {_folder.FullName} }} }}\n"
                + $"http: {{ addr: {Host} }}\n");
        try
        {
            _process = Process.Start(new ProcessStartInfo("docker-registry", ["serve", settings])
            {
                UseShellExecute = false,
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            })!;
        }
        catch (Win32Exception)
        {
            _folder.Delete(recursive: true);
            Assert.Skip("reason: docker-registry is not installed; ./test does it");
            throw;
        }

        _process.ErrorDataReceived += (_, _) => { };
        _process.OutputDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
    }

    /// <summary>Host and port.</summary>
    public string Host { get; } = $"127.0.0.1:{Ports.Free()}";

    /// <summary>Starts it and waits until it responds.</summary>
    public static async Task<LocalRegistry> StartAsync()
    {
        var registry = new LocalRegistry();
        using var client = new HttpClient();
        using var deadline = new CancellationTokenSource(Waiting.TimeMax);
        while (true)
        {
            try
            {
                using var answer = await client.GetAsync($"http://{registry.Host}/v2/", deadline.Token);
                answer.EnsureSuccessStatusCode();
                return registry;
            }
            catch (HttpRequestException) when (!registry._process.HasExited)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), deadline.Token);
            }
        }
    }

    /// <summary>Returns the manifest of a name and a tag or digest, with its digest.</summary>
    public async Task<(string Digest, string Manifest)> ManifestAsync(string name, string reference)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{Host}/v2/{name}/manifests/{reference}");
        request.Headers.Accept.ParseAdd("application/vnd.oci.image.manifest.v1+json");
        request.Headers.Accept.ParseAdd("application/vnd.oci.image.index.v1+json");
        using var answer = await client.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return (answer.Headers.GetValues("Docker-Content-Digest").Single(), await answer.Content.ReadAsStringAsync());
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }
}
