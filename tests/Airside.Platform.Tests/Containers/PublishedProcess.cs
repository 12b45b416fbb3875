using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Airside.Platform.Tests.Containers;

/// <summary>An image's service as a process on this machine.</summary>
internal sealed class PublishedProcess : IAsyncDisposable
{
    private const int Terminate = 15;
    private readonly Process _process;

    /// <param name="folder">The folder of the service.</param>
    /// <param name="settings">Its settings, as environment variables.</param>
    /// <param name="arguments">Its arguments.</param>
    public PublishedProcess(string folder, IReadOnlyDictionary<string, string> settings, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(folder, "Airside.Service"), arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            WorkingDirectory = folder,
        };
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
    }

    /// <summary>Waits until the process ends and returns its exit code.</summary>
    public async Task<int> ExitCodeAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Waiting.TimeMax);
        return _process.ExitCode;
    }

    /// <summary>Asks the process to end and returns its exit code.</summary>
    public Task<int> StopAsync()
    {
        Assert.Equal(0, Signal(_process.Id, Terminate));
        return ExitCodeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Signal(int process, int signal);
}
