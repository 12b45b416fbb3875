using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Airside.Service.Tests.Fixtures;

/// <summary>
/// The service inside the test process: the real server on a free loopback port, over real sockets. If
/// <see cref="ServiceProcess.Published"/> names a service, that one runs instead, as a separate process.
/// </summary>
public sealed class RunningService : IAsyncLifetime
{
    private readonly string[] _settings;
    private readonly bool _ownsDirectory;
    private WebApplication? _application;
    private ServiceProcess? _process;

    /// <summary>Creates a service with default settings that the tests of a class share.</summary>
    public RunningService()
        : this(Directory.CreateTempSubdirectory("airside-").FullName, ownsDirectory: true, [])
    {
    }

    private RunningService(string dataDirectory, bool ownsDirectory, string[] settings)
    {
        DataDirectory = dataDirectory;
        _ownsDirectory = ownsDirectory;
        _settings = settings;
    }

    public string DataDirectory { get; }

    public HttpClient Client { get; private set; } = new();

    public Uri Address => Client.BaseAddress!;

    /// <summary>Starts a service for one test.</summary>
    /// <param name="settings">Settings as on the command line.</param>
    public static Task<RunningService> StartAsync(params string[] settings) =>
        StartAsync(new RunningService(Directory.CreateTempSubdirectory("airside-").FullName, ownsDirectory: true, settings));

    /// <summary>Starts a service on a directory that the test owns.</summary>
    public static Task<RunningService> StartOverAsync(string dataDirectory, params string[] settings) =>
        StartAsync(new RunningService(dataDirectory, ownsDirectory: false, settings));

    public async ValueTask InitializeAsync()
    {
        if (ServiceProcess.Published.Length > 0)
        {
            Assert.SkipWhen(_settings.Any(IsLogLevel), "reason: the address of another process is read from its log");

            // In the test process, a service stops without a drain, whatever its setting.
            _process = await ServiceProcess.StartAsync(DataDirectory, [.. _settings, "--Airside:DrainSeconds=0"]);
            Client = Http.ClientOf(_process.Address);
            return;
        }

        _application = Program.Build(
            ["--urls=http://127.0.0.1:0", $"--Airside:DataDirectory={DataDirectory}", "--LOG_LEVEL=None", .. _settings]);
        await _application.OpenStoreAsync();
        await _application.StartAsync();
        Client = Http.ClientOf(new Uri(_application.Urls.Single()));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_application is not null)
        {
            await _application.StopAsync();
            await _application.DisposeAsync();
        }

        if (_process is not null)
        {
            _process.Signal(ServiceProcess.Terminate);
            await _process.ExitCodeAsync();
            await _process.DisposeAsync();
        }

        if (_ownsDirectory)
        {
            Directory.Delete(DataDirectory, recursive: true);
        }
    }

    internal T Get<T>()
        where T : notnull
    {
        Assert.SkipWhen(_process is not null, "reason: the test looks into the service, which is another process");
        return _application!.Services.GetRequiredService<T>();
    }

    private static bool IsLogLevel(string setting) => setting.StartsWith("--LOG_LEVEL", StringComparison.Ordinal);

    private static async Task<RunningService> StartAsync(RunningService service)
    {
        await service.InitializeAsync();
        return service;
    }
}
