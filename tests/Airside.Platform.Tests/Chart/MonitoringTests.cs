using System.Text.Json;
using System.Text.RegularExpressions;

namespace Airside.Platform.Tests.Chart;

/// <summary>Alerts, dashboards and analyses ask Prometheus for what the service tells.</summary>
[Trait("Category", "Tool")]
public sealed class MonitoringTests
{
    /// <summary>The instruments of <c>/metrics</c> that the chart asks for; MetricsTests of the service reads them there.</summary>
    private static readonly string[] Metrics =
    [
        "airside_commit_queue_length", "airside_transactions_total", "http_server_request_duration_seconds_bucket",
        "http_server_request_duration_seconds_count",
    ];

    private static readonly Regex MetricName =
        new(@"(?<name>(airside|http_server)_[a-z_]+)\{", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture);

    [Fact]
    public async Task Prometheus_takes_the_rules()
    {
        var promtool = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(directory => Path.Combine(directory, "promtool")).FirstOrDefault(File.Exists);
        if (promtool is null)
        {
            Assert.Skip("reason: promtool is not installed; on Debian: apt-get install prometheus");
        }

        var (exitCode, output, errors) = await Tool.RunAsync(promtool, ["check", "rules", .. Files("rules")]);
        Assert.True(exitCode == 0, output + errors);
    }

    [Fact]
    public async Task Every_metric_that_is_asked_for_is_one_of_the_service()
    {
        var rendered = new List<string> { await RenderAsync("rollout-keda"), await RenderAsync("everything") };
        var asked = rendered.Concat(Files("dashboards").Select(File.ReadAllText))
            .SelectMany(text => MetricName.Matches(text).Select(match => match.Groups["name"].Value)).Distinct(StringComparer.Ordinal);
        Assert.Equal(Metrics, asked.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_files_of_the_chart_arrive_in_the_cluster_as_they_are()
    {
        var release = Release.Parse(await RenderAsync("everything"));
        var dashboards = release.Of("ConfigMap").SelectMany(map => map.Map("data")).ToDictionary(StringComparer.Ordinal);
        Assert.Equal(Files("dashboards").Select(Path.GetFileName), dashboards.Keys.Order(StringComparer.Ordinal));
        Assert.All(Files("dashboards"), path => Assert.Equal(
            JsonSerializer.Serialize(JsonDocument.Parse(File.ReadAllText(path))),
            JsonSerializer.Serialize(JsonDocument.Parse(dashboards[Path.GetFileName(path)]))));

        var alerts = release.Of("PrometheusRule").SelectMany(rule => rule.Items("spec/groups")).SelectMany(group => group.Items("rules"))
            .Select(alert => alert.Text("annotations/description") ?? "no description").ToArray();
        Assert.NotEmpty(alerts);
        Assert.All(alerts, description => Assert.Contains(description, Files("rules").Select(File.ReadAllText).Aggregate(string.Concat)));
    }

    private static Task<string> RenderAsync(string set) => Helm.RenderAsync(ValueSet.Named(set), ValueSet.NewestVersion);

    private static string[] Files(string folder) =>
        [.. Directory.EnumerateFiles(Repository.PathOf($"{Helm.ChartFolder}/{folder}")).Order(StringComparer.Ordinal)];
}
