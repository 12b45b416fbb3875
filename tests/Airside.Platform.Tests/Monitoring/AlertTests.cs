using Airside.Platform.Tests.Chart;

namespace Airside.Platform.Tests.Monitoring;

/// <summary>Each alert fires, recovers and stays quiet when it must; Prometheus's own tool runs the cases.</summary>
[Trait("Category", "Tool")]
public sealed class AlertTests
{
    private static readonly string[] CaseFiles =
    [
        .. Directory.EnumerateFiles(Repository.PathOf("tests/Airside.Platform.Tests/Monitoring/rules"), "*.yaml")
            .Order(StringComparer.Ordinal),
    ];

    public static TheoryData<string> Names => [.. MonitoringFiles.Alerts.Select(alert => alert.Text("alert")!)];

    [Fact]
    public async Task Prometheus_takes_the_rules() => await PromtoolAsync(["check", "rules", .. MonitoringFiles.RuleFiles]);

    [Fact]
    public async Task Every_case_comes_out_as_it_must() => await PromtoolAsync(["test", "rules", .. CaseFiles]);

    [Theory]
    [MemberData(nameof(Names))]
    public void An_alert_has_cases_in_which_it_fires_is_over_and_is_quiet(string name)
    {
        var cases = CaseFiles.SelectMany(path => MonitoringFiles.DocumentOf(path).Items("tests")).ToArray();
        var fires = Assert.Single(cases, one => one.Text("name") == $"{name} fires and recovers");
        var quiet = Assert.Single(cases, one => one.Text("name") == $"{name} stays quiet");

        // The same case expects an alert first, then none.
        Assert.Equal([1, 0], Expected(fires, name));
        Assert.Equal([0], Expected(quiet, name));
        Assert.NotEmpty(quiet.Items("input_series"));
    }

    [Fact]
    public void No_case_is_left_of_an_alert_that_is_gone()
    {
        var alerts = MonitoringFiles.Alerts.Select(alert => alert.Text("alert")!).ToHashSet(StringComparer.Ordinal);
        var cases = CaseFiles.SelectMany(path => MonitoringFiles.DocumentOf(path).Items("tests")).ToArray();
        Assert.All(cases, one => Assert.Contains(one.Text("name")!.Split(' ')[0], alerts));
        Assert.Equal(2 * alerts.Count, cases.Length);
    }

    /// <summary>Returns how many alerts each check of a case expects, in order.</summary>
    private static IEnumerable<int> Expected(Manifest one, string name)
    {
        var asked = one.Items("alert_rule_test").ToArray();
        Assert.All(asked, question => Assert.Equal(name, question.Text("alertname")));
        return asked.Select(question => question.Items("exp_alerts").Count());
    }

    private static async Task PromtoolAsync(IEnumerable<string> arguments)
    {
        var (exitCode, output, errors) = await Tool.RunAsync(Tool.OnPath("promtool", "prometheus"), arguments);
        Assert.True(exitCode == 0, output + errors);
    }
}
