using System.Diagnostics;
using System.Text;

namespace Airside.Platform.Tests.Monitoring;

/// <summary>A program that runs in the background until the test ends.</summary>
internal sealed class BackgroundProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _said = new();

    public BackgroundProcess(string program, params string[] arguments)
    {
        _process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments)
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Waits until an address responds with success.</summary>
    public async Task UntilResponseAsync(HttpClient client, string address)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                using var response = await client.GetAsync(address);
                if (response.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // It is not up yet.
            }

            if (_process.HasExited || Stopwatch.GetElapsedTime(started) > Waiting.TimeMax)
            {
                Assert.Fail($"{address} did not answer. {Said()}");
            }

            await Task.Delay(100);
        }
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

    private void Keep(string? line)
    {
        lock (_said)
        {
            _said.Append(line).Append('\n');
        }
    }

    private string Said()
    {
        lock (_said)
        {
            return _said.ToString();
        }
    }
}
