using System.Net;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using Airside.Platform.Tests.Chart;

namespace Airside.Platform.Tests.Monitoring;

/// <summary>
/// Two services, and clients that exercise everything that has a metric. One service has the embedded store, TLS and API keys, the other
/// has PostgreSQL.
/// </summary>
internal sealed class WatchedServices : IAsyncDisposable
{
    private static readonly string Runtime =
        Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));

    private static readonly string Service = Repository.PathOf("src/Airside.Service/bin/Release/net10.0/Airside.Service.dll");

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("airside-watched-");
    private readonly List<BackgroundProcess> _processes = [];
    private readonly int _embeddedPort = Ports.Free();
    private readonly int _postgresPort = Ports.Free();
    private readonly HttpClient _embedded;
    private readonly HttpClient _postgres;
    private PostgresCluster? _database;

    private WatchedServices()
    {
        _embedded = Client($"https://127.0.0.1:{_embeddedPort}");
        _postgres = Client($"http://127.0.0.1:{_postgresPort}");
    }

    /// <summary>Where Prometheus scrapes them.</summary>
    public (string Scheme, string Address, string Pod)[] Targets =>
        [("https", $"127.0.0.1:{_embeddedPort}", "airside-embedded"), ("http", $"127.0.0.1:{_postgresPort}", "airside-postgres")];

    /// <summary>Starts both and waits until they are ready; skips the test without PostgreSQL.</summary>
    public static async Task<WatchedServices> StartAsync()
    {
        Assert.SkipUnless(PostgresCluster.Missing is null, $"reason: {PostgresCluster.Missing}");
        var services = new WatchedServices();
        await services.StartEmbeddedAsync();
        await services.StartPostgresAsync();
        return services;
    }

    /// <summary>Sends requests of every kind until cancelled.</summary>
    public async Task UseAsync(CancellationToken over)
    {
        using var stream = await _postgres.GetStreamAsync("/api/v1/stream", CancellationToken.None);
        await SendOnceAsync();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(number => UseAsync(number % 2 == 0 ? _embedded : _postgres, number, over)));
    }

    public async ValueTask DisposeAsync()
    {
        _embedded.Dispose();
        _postgres.Dispose();
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        if (_database is not null)
        {
            await _database.DisposeAsync();
        }

        _directory.Delete(recursive: true);
    }

    /// <summary>Sends what need not repeat: a load, a missing key, and more requests than one address may send.</summary>
    private async Task SendOnceAsync()
    {
        foreach (var client in new[] { _embedded, _postgres })
        {
            var airlines = new StringContent("1,\"A\",\\N,\"AA\",\"AAA\",\"A\",\"B\",\"Y\"\n", new MediaTypeHeaderValue("text/csv"));
            using var load = await SendAsync(client, HttpMethod.Post, "/api/v1/load/airlines", content: airlines);
            Assert.True(load.IsSuccessStatusCode, await load.Content.ReadAsStringAsync());
        }

        using var anonymous = Client($"https://127.0.0.1:{_embeddedPort}");
        using var refused = await anonymous.PostAsync("/api/v1/routes/AR1/transactions", null);
        for (var round = 1; !await IsLimitedAsync(anonymous); round++)
        {
            Assert.True(round < 100, "However much was asked for, nothing was refused.");
        }
    }

    /// <summary>Sends a hundred requests at once: in sequence, a slow machine might never reach the limit.</summary>
    private static async Task<bool> IsLimitedAsync(HttpClient client)
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => client.GetAsync("/api/v1/info")));
        var isLimited = answers.Any(answer => answer.StatusCode == HttpStatusCode.TooManyRequests);
        Array.ForEach(answers, answer => answer.Dispose());
        return isLimited;
    }

    private static async Task UseAsync(HttpClient client, int number, CancellationToken over)
    {
        for (var round = 0; !over.IsCancellationRequested; round++)
        {
            var key = $"{number}-{round}";
            foreach (var (route, repeat) in new[] { ("AR1", key), ("AR1", key), ("AR2", key), ("no-route", key), ("AR3", key + "-3") })
            {
                using var recorded = await SendAsync(client, HttpMethod.Post, $"/api/v1/routes/{route}/transactions", repeat);
            }

            foreach (var path in new[] { "/api/v1/airlines", "/api/v1/routes/AR1/transactions", "/api/v1/routes", "/readyz", "/save" })
            {
                using var read = await SendAsync(client, HttpMethod.Get, path);
            }

            await Task.Delay(100, CancellationToken.None);
        }
    }

    /// <summary>Sends each request in a sampled trace, so that there are exemplars.</summary>
    private static Task<HttpResponseMessage> SendAsync(
        HttpClient client, HttpMethod method, string path, string? key = null, HttpContent? content = null)
    {
        var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Add("traceparent", $"00-{Convert.ToHexStringLower(Guid.NewGuid().ToByteArray())}-b7ad6b7169203331-01");
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return client.SendAsync(request);
    }

    private async Task StartEmbeddedAsync()
    {
        var (certificate, privateKey) = TestCertificate.Write(_directory.FullName);
        var (exitCode, output, errors) = await Tool.RunAsync(
            Runtime,
            [
                Service, "keys", "create", "--name", "client", "--scopes", "transactions:write,airlines:load,read",
                "--expires", "2199-01-01",
            ]);
        Assert.True(exitCode == 0, errors);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var keys = Path.Combine(_directory.FullName, "keys.json");
        await File.WriteAllTextAsync(keys, $"[{lines[1]}]");
        _embedded.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", lines[0]);
        await StartAsync(
            _embedded,
            $"--urls=https://127.0.0.1:{_embeddedPort}",
            $"--Airside:DataDirectory={_directory.FullName}/data",
            $"--Airside:Tls:CertificateFile={certificate}",
            $"--Airside:Tls:KeyFile={privateKey}",
            $"--Airside:Security:KeysFile={keys}",
            "--Airside:Security:RequestsPerSecondPerAddress=50",
            "--Airside:LedgerCheckSeconds=10");
    }

    private async Task StartPostgresAsync()
    {
        _database = await PostgresCluster.StartNewAsync();
        string[] store = ["--Airside:Store=postgres", $"--ConnectionStrings:Airside={_database.ConnectionString("postgres")}"];
        var (exitCode, output, errors) = await Tool.RunAsync(Runtime, [Service, "migrate", .. store]);
        Assert.True(exitCode == 0, output + errors);
        await StartAsync(_postgres, [$"--urls=http://127.0.0.1:{_postgresPort}", "--Airside:Postgres:TimeoutMs=60000", .. store]);
    }

    private async Task StartAsync(HttpClient client, params string[] arguments)
    {
        var process = new BackgroundProcess(Runtime, [Service, "--LOG_LEVEL=Warning", .. arguments]);
        _processes.Add(process);
        await process.UntilResponseAsync(client, "/readyz");
    }

    private static HttpClient Client(string address) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
    })
    {
        BaseAddress = new Uri(address),
    };
}
