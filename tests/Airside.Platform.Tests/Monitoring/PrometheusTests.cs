using Airside.Platform.Tests.Chart;

namespace Airside.Platform.Tests.Monitoring;

/// <summary>
/// A real Prometheus reads the running service under load for a minute; then every query of every panel and rule has data, or is known
/// to have none.
/// </summary>
[Trait("Category", "Tool")]
[Trait("Category", "Slow")]
public sealed class PrometheusTests
{
    private static readonly TimeSpan Load = TimeSpan.FromSeconds(60);

    private static readonly Manifest Known =
        MonitoringFiles.DocumentOf(Repository.PathOf("tests/Airside.Platform.Tests/Monitoring/expected-empty.yaml"));

    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    [Fact]
    public async Task Every_query_has_data_after_a_minute_of_load()
    {
        Tool.OnPath("prometheus", "prometheus");
        await using var services = await WatchedServices.StartAsync();
        await using var prometheus = new PrometheusServer(services.Targets);
        await prometheus.UntilReadyAsync();
        await services.UseAsync(Load);

        var faults = new List<string>();
        var metrics = await prometheus.MetricsAsync();
        var queries = MonitoringFiles.Panels.Concat(MonitoringFiles.Rules.Where(rule => rule.Has("record")).SelectMany(rule =>
            new[] { (rule.Text("record")!, rule.Text("record")!), (rule.Text("record")!, rule.Text("expr")!) })).ToArray();
        foreach (var (place, query) in queries)
        {
            var values = await prometheus.QueryAsync(query.Replace("$namespace", "airside", StringComparison.Ordinal));
            if (values.Length == 0 && !IsKnown("queries", query.Contains)
                && !MonitoringFiles.MetricsIn(query).Any(metric => IsKnown("metrics", metric.StartsWith)))
            {
                faults.Add($"{place} has no data: {query}");
            }
        }

        // An alert that is quiet has no data, so that its metrics are looked for one by one.
        foreach (var (place, query) in queries.Concat(MonitoringFiles.Alerts.Select(alert => (alert.Text("alert")!, alert.Text("expr")!))))
        {
            faults.AddRange(MonitoringFiles.MetricsIn(query)
                .Where(metric => !metrics.Contains(metric) && !IsKnown("metrics", metric.StartsWith))
                .Select(metric => $"{place} asks for {metric}, which nobody tells"));
        }

        var rules = await prometheus.RulesAsync();
        faults.AddRange(rules.Where(rule => rule.Fault.Length > 0).Select(rule => $"{rule.Name}: {rule.Fault}"));
        faults.AddRange(rules.Where(rule => rule.State == "firing").Select(rule => $"{rule.Name} fires"));
        Assert.Empty(faults);
        Assert.Equal(MonitoringFiles.Rules.Count, rules.Count);
        Assert.True(await prometheus.ExemplarsAsync("http_server_request_duration_seconds_bucket") > 0, "No exemplar was taken.");
        Assert.Equal(
            Known.Keys("metrics").Concat(Known.Keys("queries")).Order(StringComparer.Ordinal), _used.Order(StringComparer.Ordinal));
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
