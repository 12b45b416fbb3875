using System.Text.Json;
using Airside.Platform.Tests.Monitoring;

namespace Airside.Platform.Tests.Chart;

/// <summary>Alerts, dashboards and analyses reach the cluster and query metrics that the service exports.</summary>
[Trait("Category", "Tool")]
public sealed class MonitoringTests
{
    private static readonly string[] OfTheCluster = ["kube_", "kubelet_", "container_", "airside:"];

    [Fact]
    public async Task Every_metric_that_is_asked_for_is_on_the_page_of_metrics()
    {
        var page = await File.ReadAllTextAsync(Repository.PathOf("docs/operate/metrics.md"));
        var analyses = new List<string>();
        foreach (var set in new[] { "rollout-keda", "everything" })
        {
            var release = Release.Parse(await RenderAsync(set));
            analyses.AddRange(release.OfKind("AnalysisTemplate").SelectMany(one => one.Items("spec/metrics"))
                .Select(metric => metric.Text("provider/prometheus/query")!));
            analyses.AddRange(release.OfKind("ScaledObject").SelectMany(one => one.Items("spec/triggers"))
                .Select(trigger => trigger.Text("metadata/query")).OfType<string>());
        }

        var asked = analyses.Concat(MonitoringFiles.Panels.Select(panel => panel.Query))
            .Concat(MonitoringFiles.Rules.Select(rule => rule.Text("expr")!))
            .SelectMany(query => MonitoringFiles.MetricsIn(query.Replace("{{args.canary-hash}}", "", StringComparison.Ordinal)))
            .Where(name => !OfTheCluster.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
            .Select(BaseOf).Distinct(StringComparer.Ordinal).ToArray();

        Assert.True(analyses.Count > 2, "No analysis and no trigger was found.");
        Assert.True(asked.Length > 30, "Queries were overlooked.");
        Assert.All(asked, name => Assert.Contains($"`{name}`", page, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_files_of_the_chart_arrive_in_the_cluster_as_they_are()
    {
        var release = Release.Parse(await RenderAsync("everything"));
        var dashboards = release.OfKind("ConfigMap").SelectMany(map => map.Map("data")).ToDictionary(StringComparer.Ordinal);
        Assert.Equal(MonitoringFiles.DashboardFiles.Select(Path.GetFileName), dashboards.Keys.Order(StringComparer.Ordinal));
        Assert.All(MonitoringFiles.DashboardFiles, path => Assert.Equal(
            JsonSerializer.Serialize(JsonDocument.Parse(File.ReadAllText(path))),
            JsonSerializer.Serialize(JsonDocument.Parse(dashboards[Path.GetFileName(path)]))));

        var groups = release.OfKind("PrometheusRule").SelectMany(rule => rule.Items("spec/groups"));
        var rules = groups.SelectMany(group => group.Items("rules"));
        Assert.Equal(
            MonitoringFiles.Rules.Select(rule => (rule.Text("alert"), rule.Text("expr"), rule.Text("for"))),
            rules.Select(rule => (rule.Text("alert"), rule.Text("expr"), rule.Text("for"))));
    }

    [Fact]
    public async Task Links_of_alerts_are_whole_addresses_where_the_values_say_where_they_lead()
    {
        var release = Release.Parse(await Helm.RenderAsync(
            "--set", "monitoring.prometheusRule.enabled=true", "--set", "monitoring.serviceMonitor.enabled=true",
            "--set", "monitoring.prometheusRule.runbooksUrl=https://git.example/airside/blob/main/",
            "--set", "monitoring.prometheusRule.grafanaUrl=https://grafana.example"));
        var alert = release.OfKind("PrometheusRule").SelectMany(rule => rule.Items("spec/groups")).SelectMany(group => group.Items("rules"))
            .First(rule => rule.Text("alert") == "AirsideStoreAway");

        Assert.Equal(
            "https://git.example/airside/blob/main/docs/operate/runbooks/AirsideStoreAway.md", alert.Text("annotations/runbook_url"));
        Assert.Equal("https://grafana.example/d/airside-ledger", alert.Text("annotations/dashboard"));
    }

    [Fact]
    public void What_is_asked_for_under_deploy_monitoring_is_the_chart_s_own()
    {
        foreach (var folder in new[] { "rules", "dashboards" })
        {
            var link = new DirectoryInfo(Repository.PathOf($"deploy/monitoring/{folder}"));
            Assert.Equal(
                Path.GetFullPath(Repository.PathOf($"{Helm.ChartFolder}/{folder}")),
                link.ResolveLinkTarget(returnFinalTarget: true)?.FullName);
        }
    }

    private static Task<string> RenderAsync(string set) => Helm.RenderAsync(ValueSet.Named(set), ValueSet.NewestVersion);

    /// <summary>The page lists histograms without suffix.</summary>
    private static string BaseOf(string name)
    {
        foreach (var part in new[] { "_bucket", "_sum", "_count" })
        {
            if (name.EndsWith(part, StringComparison.Ordinal) && !name.EndsWith("connection_count", StringComparison.Ordinal))
            {
                return name[..^part.Length];
            }
        }

        return name;
    }
}
