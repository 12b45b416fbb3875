using System.Diagnostics;
using System.Text.RegularExpressions;
using Airside.Service.Tests.Fixtures;
using Airside.Service.Tests.Transactions;

namespace Airside.Service.Tests.Telemetry;

/// <summary>The metrics of a real process, because metric listeners hear every service in a process.</summary>
public sealed partial class MetricsTests
{
    [Fact]
    [Trait("Category", "Smoke")]
    public async Task The_metrics_are_valid_Prometheus_text_and_count_what_was_done()
    {
        using var directory = new TemporaryDirectory();
        await using var service = await ServiceProcess.StartAsync(directory.Path);
        var key = Http.NewKey();
        for (var repeat = 0; repeat < 3; repeat++)
        {
            using var recorded = await service.Client.RecordAsync("MT1", key);
        }

        using var batch = await service.Client.PostAsync(
            "/api/v1/transactions", "application/json", BatchTests.Array(("m1", "MT1"), ("m2", "MT2"), ("m3", "MT2")));
        using var response = await service.Client.GetAsync("/metrics");
        var text = await response.Content.ReadAsStringAsync();

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        var metrics = PrometheusSamples.Parse(text);
        Assert.Equal(4, metrics["airside_transactions_total{airside_outcome=\"recorded\"}"]);
        Assert.Equal(2, metrics["airside_transactions_total{airside_outcome=\"replayed\"}"]);
        Assert.Equal(0, metrics["airside_commit_queue_length"]);
        Assert.Equal(4, metrics["airside_commit_batch_size_count"]);
        Assert.Equal(6, metrics["airside_commit_batch_size_sum"]);
        Assert.Equal(3, metrics["airside_commit_batch_size_bucket{le=\"1\"}"]);
        Assert.Equal(4, metrics["airside_commit_duration_seconds_count"]);
        Assert.True(metrics["airside_commit_duration_seconds_sum"] > 0);
        var requests = metrics.Where(sample =>
            sample.Key.StartsWith("http_server_request_duration_seconds_count{", StringComparison.Ordinal)
            && sample.Key.Contains("http_route=\"/api/v1/routes/{route}/transactions\"", StringComparison.Ordinal));
        Assert.Equal(3, requests.Sum(sample => sample.Value));
        await CheckWithPromtoolAsync(text);
    }

    [Theory]
    [InlineData("application/openmetrics-text", true)]
    [InlineData(
        "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5",
        true)]
    [InlineData("text/plain, application/openmetrics-text;q=0.5", false)]
    [InlineData("application/openmetrics-text;q=0, */*", false)]
    [InlineData("*/*", false)]
    [InlineData(";;", false)]
    public async Task OpenMetrics_is_sent_to_those_who_prefer_it(string accept, bool isOpenMetrics)
    {
        await using var service = await RunningService.StartAsync();
        using var response = await service.Client.SendAsync(HttpMethod.Get, "/metrics", ("Accept", accept));

        Assert.Equal(
            isOpenMetrics ? "application/openmetrics-text; version=1.0.0; charset=utf-8" : "text/plain; version=0.0.4; charset=utf-8",
            response.Content.Headers.ContentType?.ToString());
        Assert.Equal(["Accept"], response.Headers.Vary);
        Assert.Equal(isOpenMetrics, (await response.Content.ReadAsStringAsync()).EndsWith("# EOF\n", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Category", "Smoke")]
    public async Task An_exemplar_leads_from_a_duration_to_a_trace_that_somebody_keeps()
    {
        const string Kept = "0af7651916cd43dd8448eb211c80319c";
        const string Dropped = "4bf92f3577b34da6a3ce929d0e0e4736";
        using var directory = new TemporaryDirectory();
        await using var service = await ServiceProcess.StartAsync(directory.Path);
        foreach (var parent in new[] { $"00-{Kept}-b7ad6b7169203331-01", $"00-{Dropped}-b7ad6b7169203331-00" })
        {
            using var recorded = await service.Client.SendAsync(
                HttpMethod.Post, "/api/v1/routes/MT1/transactions", ("traceparent", parent));
        }

        using var response = await service.Client.SendAsync(HttpMethod.Get, "/metrics", ("Accept", "application/openmetrics-text"));
        var text = await response.Content.ReadAsStringAsync();
        var exemplars = text.Split('\n').Where(line => line.Contains(" # {", StringComparison.Ordinal)).ToArray();

        Assert.Contains(exemplars, line =>
            line.StartsWith("http_server_request_duration_seconds_bucket{", StringComparison.Ordinal)
            && line.Contains($" # {{trace_id=\"{Kept}\",span_id=\"", StringComparison.Ordinal));
        Assert.DoesNotContain(Dropped, text, StringComparison.Ordinal);
        Assert.Contains("# TYPE airside_transactions counter\n", text, StringComparison.Ordinal);
        Assert.Contains("# UNIT airside_commit_duration_seconds seconds\n", text, StringComparison.Ordinal);
        Assert.Contains("airside_commit_batch_size_bucket{le=\"1.0\"} ", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_label_holds_a_route_or_a_key_and_each_label_of_ours_has_few_values()
    {
        const string Route = "MT4711X";
        var key = $"planted-{Guid.NewGuid()}";
        using var directory = new TemporaryDirectory();
        await using var service = await ServiceProcess.StartAsync(directory.Path);
        foreach (var route in new[] { Route, Route, "MT1", "no-route" })
        {
            using var recorded = await service.Client.RecordAsync(route, key);
        }

        using var unknown = await service.Client.GetAsync($"/no/such/{Route}");
        using var history = await service.Client.GetAsync($"/api/v1/routes/{Route}/history");
        var text = await service.Client.GetStringAsync("/metrics");
        var metrics = PrometheusSamples.Parse(text);

        Assert.DoesNotContain(Route, text, StringComparison.Ordinal);
        Assert.DoesNotContain(key, text, StringComparison.Ordinal);
        Assert.DoesNotContain("no-route", text, StringComparison.Ordinal);
        foreach (var outcome in new[] { "recorded", "replayed", "key_reused", "invalid" })
        {
            Assert.Equal(1, metrics[$"airside_transactions_total{{airside_outcome=\"{outcome}\"}}"]);
        }

        // A new label must be added to the page, with its bound.
        var own = metrics.Keys.Where(sample => sample.StartsWith("airside_", StringComparison.Ordinal))
            .Select(sample => (
                Name: HistogramPart().Replace(sample.Split('{')[0], ""),
                Labels: LabelName().Matches(sample).Select(match => match.Groups["name"].Value)));
        Assert.All(own, sample => Assert.All(
            sample.Labels.Except(["le"], StringComparer.Ordinal),
            label => Assert.Contains(label, MetricNames.Own[sample.Name])));
    }

    [Theory]
    [InlineData("a_total 1\n")]
    [InlineData("# TYPE a counter\na one\n")]
    [InlineData("# TYPE a counter\na 1")]
    [InlineData("# TYPE a counter\na 1\na 2\n")]
    [InlineData("# TYPE a counter\na 1\n# TYPE b counter\nb 1\n# TYPE a counter\na{x=\"y\"} 1\n")]
    [InlineData("# TYPE a counter\na{x=y} 1\n")]
    [InlineData("# TYPE 1a counter\n1a 1\n")]
    [InlineData("# TYPE a histogram\na_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\n")]
    [InlineData("# TYPE a histogram\na_bucket{le=\"1\"} 1\na_sum 1\na_count 1\n")]
    [InlineData("# TYPE a histogram\na_bucket{le=\"1\"} 1\na_bucket{le=\"+Inf\"} 2\na_sum 1\na_count 3\n")]
    public void Text_that_is_not_in_the_format_is_noticed(string text) =>
        Assert.Throws<FormatException>(() => PrometheusSamples.Parse(text));

    /// <summary>If promtool is installed, it has the last word.</summary>
    private static async Task CheckWithPromtoolAsync(string text)
    {
        var found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(directory => Path.Combine(directory, "promtool")).FirstOrDefault(File.Exists);
        if (found is null)
        {
            return;
        }

        using var promtool = Process.Start(new ProcessStartInfo(found, "check metrics")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        await promtool.StandardInput.WriteAsync(text);
        promtool.StandardInput.Close();
        var said = await promtool.StandardOutput.ReadToEndAsync() + await promtool.StandardError.ReadToEndAsync();
        await promtool.WaitForExitAsync();

        Assert.True(promtool.ExitCode == 0, said);
    }

    [GeneratedRegex("_(bucket|sum|count)$", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex HistogramPart();

    [GeneratedRegex("[{,](?<name>[a-z_]+)=", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex LabelName();
}
