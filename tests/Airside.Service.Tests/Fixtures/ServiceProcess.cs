using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Airside.Service.Tests.Fixtures;

/// <summary>The service as operators run it: a process with arguments, environment, signals, output and an exit code.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;

    /// <summary>
    /// A published service that the tests start instead of the one they were built with, so that they can run against the service
    /// of the container image; empty for none.
    /// </summary>
    public static readonly string Published = Environment.GetEnvironmentVariable("AIRSIDE_SERVICE") ?? "";

    private const string ListeningMark = "Now listening on: ";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();
    private readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServiceProcess(Process process) => _process = process;

    public HttpClient Client { get; private set; } = new();

    public Uri Address => Client.BaseAddress!;

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Everything written to standard output.</summary>
    public string Output => Read(_output);

    /// <summary>Everything written to standard error.</summary>
    public string Errors => Read(_errors);

    /// <summary>Starts a service on a free port and waits until it listens.</summary>
    public static Task<ServiceProcess> StartAsync(string dataDirectory, params string[] arguments) =>
        StartAsync([], dataDirectory, arguments);

    /// <inheritdoc cref="StartAsync(string, string[])"/>
    public static async Task<ServiceProcess> StartAsync(
        (string Name, string Value)[] environment, string dataDirectory, params string[] arguments)
    {
        var service = Begin(environment, [$"--Airside:DataDirectory={dataDirectory}", "--urls=http://127.0.0.1:0", .. arguments]);
        if (!await service.ListensAsync())
        {
            await service.DisposeAsync();
            Assert.Fail($"The service did not begin to listen.\n{service.Output}\n{service.Errors}");
        }

        return service;
    }

    /// <summary>Waits until the service listens. Returns false if it has ended or hangs.</summary>
    public async Task<bool> ListensAsync()
    {
        var ended = _process.WaitForExitAsync();
        if (await Task.WhenAny(_listening.Task, ended, Task.Delay(Deadline)) != _listening.Task)
        {
            return false;
        }

        Client = Http.ClientOf(await _listening.Task);
        return true;
    }

    /// <summary>Runs a service that is expected to exit by itself. Returns its exit code and all output.</summary>
    public static Task<(int ExitCode, string Text)> RunToEndAsync(params string[] arguments) => RunToEndAsync([], arguments);

    /// <inheritdoc cref="RunToEndAsync(string[])"/>
    public static async Task<(int ExitCode, string Text)> RunToEndAsync(
        (string Name, string Value)[] environment, params string[] arguments)
    {
        await using var service = Begin(environment, arguments);
        var exitCode = await service.ExitCodeAsync();
        return (exitCode, service.Output + service.Errors);
    }

    /// <summary>Runs a command. Returns its exit code and what it wrote to both streams.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunCommandAsync(params string[] arguments)
    {
        await using var command = Begin([], arguments);
        var exitCode = await command.ExitCodeAsync();
        return (exitCode, command.Output, command.Errors);
    }

    public void Signal(int signal) => Assert.Equal(0, SendSignal(_process.Id, signal));

    /// <summary>Waits for the process to exit.</summary>
    public async Task<int> ExitCodeAsync()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        await _process.WaitForExitAsync(deadline.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    /// <summary>Starts a service or a command without waiting for it.</summary>
    public static ServiceProcess Begin((string Name, string Value)[] environment, params string[] arguments)
    {
        var (program, own) = Program();
        return Begin(environment, program, own, arguments);
    }

    /// <summary>Starts a service with a file descriptor limit, without waiting for it.</summary>
    public static ServiceProcess BeginWithDescriptors(int descriptors, params string[] arguments)
    {
        var (program, own) = Program();
        return Begin([], "bash", ["-c", $"ulimit -n {descriptors} && exec \"$0\" \"$@\"", program, .. own], arguments);
    }

    private static ServiceProcess Begin(
        (string Name, string Value)[] environment, string program, string[] own, string[] arguments)
    {
        var start = new ProcessStartInfo(program, [.. own, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        string[] settings =
        [
            "ASPNETCORE_", "AIRSIDE_", "DOTNET_ENVIRONMENT", "URLS", "DB_", "LOG_LEVEL", "MAX_CONNECTIONS", "SECRET_KEY", "OTEL_",
        ];
        foreach (var name in start.Environment.Keys.Where(
            name => settings.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))).ToArray())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = new Process { StartInfo = start };
        var service = new ServiceProcess(process);
        process.OutputDataReceived += (_, line) => service.Keep(service._output, line.Data);
        process.ErrorDataReceived += (_, line) => service.Keep(service._errors, line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return service;
    }

    private static (string Program, string[] Arguments) Program()
    {
        // The runtime that runs the tests also runs the service, wherever it is installed.
        var runtime = RuntimeEnvironment.GetRuntimeDirectory();
        var service = Path.Combine(AppContext.BaseDirectory, "Airside.Service.dll");
        return Published.Length > 0 ? (Published, []) : (Path.GetFullPath(Path.Combine(runtime, "..", "..", "..", "dotnet")), [service]);
    }

    private void Keep(StringBuilder text, string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (text)
        {
            text.Append(line).Append('\n');
        }

        var at = line.IndexOf(ListeningMark, StringComparison.Ordinal);
        if (at >= 0)
        {
            var address = line[(at + ListeningMark.Length)..].Split('"', ' ')[0];
            _listening.TrySetResult(new Uri(address.Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal)));
        }
    }

    private static string Read(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int SendSignal(int process, int signal);
}
