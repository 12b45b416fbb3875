using System.Diagnostics;
using Airside.Service.Tests.Fixtures;
using Airside.Service.Tests.Transactions;

namespace Airside.Service.Tests.Telemetry;

/// <summary>The metrics of a real process: listeners to metrics hear every service inside one process.</summary>
public sealed class MetricsTests
{
    [Fact]
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

    /// <summary>Where the tool of Prometheus is installed, it has the last word.</summary>
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

        // Exit code 3 is advice on names, which OpenTelemetry's mapping settles; 1 is a fault.
        Assert.True(promtool.ExitCode is 0 or 3, said);
    }
}
