using System.Globalization;
using System.Text.Json;
using Airside.Platform.Tests.Chart;

namespace Airside.Platform.Tests.Monitoring;

/// <summary>A real Prometheus that scrapes services and evaluates the rules of the chart.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("airside-prometheus-");
    private readonly HttpClient _client;
    private readonly BackgroundProcess _process;

    /// <summary>Starts the server.</summary>
    /// <param name="targets">The services: scheme, host with port, and name of the Pod.</param>
    public PrometheusServer(params (string Scheme, string Address, string Pod)[] targets)
    {
        var program = Tool.OnPath("prometheus", "prometheus");
        var port = Ports.Free();
        _client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };

        // A ServiceMonitor adds the same labels.
        var jobs = targets.Select(target => $$"""
              - job_name: {{target.Pod}}
                scheme: {{target.Scheme}}
                tls_config: { insecure_skip_verify: true }
                static_configs:
                  - targets: ['{{target.Address}}']
                    labels: { namespace: airside, pod: {{target.Pod}}, service: airside, container: airside }

            """);
        var configuration = Path.Combine(_directory.FullName, "prometheus.yml");
        File.WriteAllText(configuration, $$"""
            global:
              scrape_interval: 2s
              evaluation_interval: 2s
            rule_files: [{{string.Join(", ", MonitoringFiles.RuleFiles)}}]
            scrape_configs:
            {{string.Concat(jobs)}}
            """);
        _process = new BackgroundProcess(
            program,
            $"--config.file={configuration}",
            $"--storage.tsdb.path={_directory.FullName}/data",
            $"--web.listen-address=127.0.0.1:{port}",
            "--enable-feature=exemplar-storage");
    }

    public Task UntilReadyAsync() => _process.UntilResponseAsync(_client, "/-/ready");

    /// <summary>Returns the current values of a query, without NaN.</summary>
    public async Task<double[]> QueryAsync(string query)
    {
        var data = await GetAsync($"/api/v1/query?query={Uri.EscapeDataString(query)}");
        return
        [
            .. data.GetProperty("result").EnumerateArray()
                .Select(one => one.GetProperty("value")[1].GetString()!)
                .Where(value => value != "NaN")
                .Select(value => double.Parse(value.Replace("Inf", "Infinity", StringComparison.Ordinal), CultureInfo.InvariantCulture)),
        ];
    }

    /// <summary>Returns all metric names.</summary>
    public async Task<HashSet<string>> MetricsAsync() => (await GetAsync("/api/v1/label/__name__/values"))
        .EnumerateArray().Select(name => name.GetString()!).ToHashSet(StringComparer.Ordinal);

    /// <summary>Counts the exemplars of a metric.</summary>
    public async Task<int> ExemplarsAsync(string metric)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var data = await GetAsync($"/api/v1/query_exemplars?query={metric}&start={now - 600}&end={now + 10}");
        return data.EnumerateArray().Sum(series => series.GetProperty("exemplars").GetArrayLength());
    }

    /// <summary>Returns the evaluated rules: name, state of an alert, and last error.</summary>
    public async Task<IReadOnlyList<(string Name, string State, string Fault)>> RulesAsync() =>
    [
        .. (await GetAsync("/api/v1/rules")).GetProperty("groups").EnumerateArray()
            .SelectMany(group => group.GetProperty("rules").EnumerateArray())
            .Select(rule => (
                rule.GetProperty("name").GetString()!,
                rule.TryGetProperty("state", out var state) ? state.GetString()! : "",
                rule.TryGetProperty("lastError", out var fault) ? fault.GetString()! : "")),
    ];

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _process.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    private async Task<JsonElement> GetAsync(string address)
    {
        using var response = await _client.GetAsync(address);
        var answer = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync());
        Assert.True(answer.GetProperty("status").GetString() == "success", $"{address}: {answer}");
        return answer.GetProperty("data");
    }
}
