using System.Diagnostics;
using Airside.Platform.Tests.Chart;

namespace Airside.Platform.Tests.Monitoring;

/// <summary>
/// A real Prometheus scrapes the service under load. Soon every query of every panel and rule has data or is known to have none, and no
/// alert is pending or firing.
/// </summary>
[Trait("Category", "Tool")]
[Trait("Category", "Slow")]
public sealed class PrometheusTests
{
    private static readonly TimeSpan LoadMax = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);

    private static readonly Manifest Known =
        MonitoringFiles.DocumentOf(Repository.PathOf("tests/Airside.Platform.Tests/Monitoring/expected-empty.yaml"));

    private static readonly (string Place, string Query)[] Queries =
    [
        .. MonitoringFiles.Panels,
        .. MonitoringFiles.Rules.Where(rule => rule.Has("record")).SelectMany(rule =>
            new[] { (rule.Text("record")!, rule.Text("record")!), (rule.Text("record")!, rule.Text("expr")!) }),
    ];

    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    [Fact]
    public async Task Every_query_has_data_under_load()
    {
        Tool.OnPath("prometheus", "prometheus");
        await using var services = await WatchedServices.StartAsync();
        await using var prometheus = new PrometheusServer(services.Targets);
        await prometheus.UntilReadyAsync();
        using var over = new CancellationTokenSource();
        var use = services.UseAsync(over.Token);
        IReadOnlyList<string> faults;
        var started = Stopwatch.GetTimestamp();
        do
        {
            await Task.WhenAny(use, Task.Delay(Look));
            faults = await FaultsAsync(prometheus);
        }
        while (faults.Count > 0 && !use.IsCompleted && Stopwatch.GetElapsedTime(started) < LoadMax);

        await over.CancelAsync();
        await use;
        Assert.Empty(faults);
    }

    /// <summary>Returns what lacks data, and what is wrong with rules.</summary>
    private async Task<IReadOnlyList<string>> FaultsAsync(PrometheusServer prometheus)
    {
        _used.Clear();
        var faults = new List<string>();
        foreach (var (place, query) in Queries)
        {
            var values = await prometheus.QueryAsync(query.Replace("$namespace", "airside", StringComparison.Ordinal));
            if (values.Length == 0 && !IsKnown("queries", query.Contains)
                && !MonitoringFiles.MetricsIn(query).Any(metric => IsKnown("metrics", metric.StartsWith)))
            {
                faults.Add($"{place} has no data: {query}");
            }
        }

        // A quiet alert has no data, so its metrics are checked one by one.
        var metrics = await prometheus.MetricsAsync();
        foreach (var (place, query) in Queries.Concat(MonitoringFiles.Alerts.Select(alert => (alert.Text("alert")!, alert.Text("expr")!))))
        {
            faults.AddRange(MonitoringFiles.MetricsIn(query)
                .Where(metric => !metrics.Contains(metric) && !IsKnown("metrics", metric.StartsWith))
                .Select(metric => $"{place} asks for {metric}, which nobody tells"));
        }

        var rules = await prometheus.RulesAsync();
        faults.AddRange(rules.Where(rule => rule.Fault.Length > 0).Select(rule => $"{rule.Name}: {rule.Fault}"));
        faults.AddRange(rules.Where(rule => rule.State is "firing" or "pending").Select(rule => $"{rule.Name} is {rule.State}"));
        if (rules.Count != MonitoringFiles.Rules.Count)
        {
            faults.Add($"{rules.Count} rules of {MonitoringFiles.Rules.Count} are evaluated");
        }

        if (await prometheus.ExemplarsAsync("http_server_request_duration_seconds_bucket") == 0)
        {
            faults.Add("no exemplar was taken");
        }

        faults.AddRange(Known.Keys("metrics").Concat(Known.Keys("queries")).Except(_used, StringComparer.Ordinal)
            .Select(known => $"{known} is expected to be empty and is not"));
        return faults;
    }

    private bool IsKnown(string part, Func<string, bool> matches)
    {
        var known = Known.Keys(part).FirstOrDefault(matches);
        if (known is null)
        {
            return false;
        }

        _used.Add(known);
        return true;
    }
}
