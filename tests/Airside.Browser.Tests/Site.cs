using System.Globalization;
using Airside.Service.Tests.Fixtures;

namespace Airside.Browser.Tests;

/// <summary>A running service with its own data, for the tests of one class.</summary>
public class Site : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private ServiceProcess? _service;

    /// <summary>The file that is the service's configured source.</summary>
    public string SourcePath => _directory.File("source.dat");

    public Uri Address => _service!.Address;

    public HttpClient Client => _service!.Client;

    /// <summary>Settings as on the command line.</summary>
    protected virtual string[] Settings => [$"--Airside:Airlines:Source={SourcePath}"];

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(SourcePath, AirlineFiles.Small);
        await PrepareAsync(_directory.File("data"));
        _service = await ServiceProcess.StartAsync(
            _directory.File("data"), [.. Settings, "--Airside:DrainSeconds=0"]);
    }

    public async ValueTask DisposeAsync()
    {
        if (_service is not null)
        {
            await _service.DisposeAsync();
        }

        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Prepares the data before the service starts.</summary>
    protected virtual Task PrepareAsync(string dataDirectory) => Task.CompletedTask;

    /// <summary>Records some transactions for each of several known routes.</summary>
    public async Task FillAsync()
    {
        var counts = new (string Route, int Count)[]
        {
            ("LH400", 184), ("BA117", 152), ("AF6", 131), ("EK201", 118), ("DL1", 97), ("QF1", 88), ("SQ321", 71), ("KL641", 54),
            ("LH401", 49), ("JL5", 37), ("AR1133", 21), ("UA934", 12), ("ZZ9", 4),
        };
        var items = counts.SelectMany(route => Enumerable.Range(0, route.Count).Select(i =>
            $$"""{"route":"{{route.Route}}","key":"{{route.Route}}-{{i.ToString(CultureInfo.InvariantCulture)}}"}"""));
        using var response = await Client.PostAsync("/api/v1/transactions", "application/x-ndjson", string.Join('\n', items));
        await response.JsonAsync(System.Net.HttpStatusCode.OK);
    }
}

/// <summary>A service with a month of transactions.</summary>
public sealed class OldSite : Site
{
    protected override string[] Settings => [];

    protected override Task PrepareAsync(string dataDirectory) => PastDays.RecordAsync(dataDirectory);
}

/// <summary>A service that requires a key for reading.</summary>
public sealed class LockedSite : Site
{
    private readonly List<string> _entries = [];
    private string _keysFile = "";

    /// <summary>A key that reads and records.</summary>
    public string PeopleKey { get; private set; } = "";

    /// <summary>A key that only records.</summary>
    public string WriterKey { get; private set; } = "";

    /// <summary>A well-formed key that was never registered.</summary>
    public string UnknownKey { get; private set; } = "";

    protected override string[] Settings => ["--Airside:Security:PublicRead=false", $"--Airside:Security:KeysFile={_keysFile}"];

    protected override async Task PrepareAsync(string dataDirectory)
    {
        PeopleKey = await CreateAsync("people", "read,transactions:write");
        WriterKey = await CreateAsync("writer", "transactions:write");
        UnknownKey = await CreateAsync("unknown", "read");
        _entries.RemoveAt(2);
        _keysFile = $"{dataDirectory}-keys.json";
        await File.WriteAllTextAsync(_keysFile, $"[{string.Join(',', _entries)}]");
    }

    private async Task<string> CreateAsync(string name, string scopes)
    {
        var (exitCode, output, errors) = await ServiceProcess.RunCommandAsync("keys", "create", "--name", name, "--scopes", scopes);
        Assert.True(exitCode == 0, errors);
        var lines = output.Split('\n');
        _entries.Add(lines[1]);
        return lines[0];
    }
}
