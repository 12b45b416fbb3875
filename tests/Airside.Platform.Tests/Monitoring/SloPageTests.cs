using System.Globalization;
using System.Text.RegularExpressions;
using Airside.Platform.Tests.Chart;

namespace Airside.Platform.Tests.Monitoring;

/// <summary>The SLO page calculates with the figures of the alerts.</summary>
public sealed partial class SloPageTests
{
    private const decimal ErrorBudget = 0.0005m;
    private const decimal LatencyBudget = 0.01m;
    private const int HoursOfThirtyDays = 720;

    private static readonly Match[] Rows = Row().Matches(File.ReadAllText(Repository.PathOf("docs/operate/slo.md"))).ToArray();

    [Fact]
    public void Each_alert_of_a_budget_is_on_the_page_and_no_other() => Assert.Equal(
        MonitoringFiles.Alerts.Select(NameOf).Where(name => name.Contains("Burn", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
        Rows.SelectMany(row => new[] { $"AirsideErrors{row.Groups["alert"]}", $"AirsideLatency{row.Groups["alert"]}" })
            .Order(StringComparer.Ordinal));

    [Fact]
    public void An_alert_fires_at_the_burn_rate_and_over_the_windows_on_the_page() => Assert.All(Rows, row =>
    {
        AssertFires($"AirsideErrors{row.Groups["alert"]}", "airside:request_errors", row, ErrorBudget);
        AssertFires($"AirsideLatency{row.Groups["alert"]}", "airside:request_slow", row, LatencyBudget);
    });

    [Fact]
    public void The_shares_on_the_page_are_the_burn_rate_times_the_budget() => Assert.All(Rows, row =>
    {
        var rate = Number(row, "rate");
        Assert.Equal(rate * ErrorBudget * 100, Number(row, "fails"));
        Assert.Equal(rate * LatencyBudget * 100, Number(row, "slow"));

        var hours = Number(row, "long") * (row.Groups["unit"].Value == "d" ? 24 : 1);
        Assert.Equal((rate, hours), (Number(row, "spendRate"), Number(row, "hours")));
        Assert.Equal(rate * hours / HoursOfThirtyDays * 100, Number(row, "spent"));
    });

    private static void AssertFires(string name, string ratio, Match row, decimal budget)
    {
        var alert = Assert.Single(MonitoringFiles.Alerts, alert => NameOf(alert) == name);
        var limit = $"{row.Groups["rate"]} * {budget.ToString(CultureInfo.InvariantCulture)}";
        var (longWindow, shortWindow) = ($"{row.Groups["long"]}{row.Groups["unit"]}", $"{row.Groups["short"]}{row.Groups["shortUnit"]}");
        Assert.Equal(
            $"{ratio}:ratio_rate{longWindow} > {limit} and {ratio}:ratio_rate{shortWindow} > {limit}",
            string.Join(' ', alert.Text("expr")!.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
        Assert.Equal(row.Groups["severity"].Value, alert.Text("labels/severity"));
    }

    private static string NameOf(Manifest alert) => alert.Text("alert")!;

    private static decimal Number(Match row, string group) => decimal.Parse(row.Groups[group].Value, CultureInfo.InvariantCulture);

    /// <summary>A row of the alert table. Captures only the first letter of minutes, as Prometheus writes them.</summary>
    [GeneratedRegex(
        """
        ^\|\ `…(?<alert>Burn\w*)`,\ (?<severity>\w+)\ \|\ (?<rate>[\d.]+)
        \ \|\ (?<long>\d+)\ (?<unit>[dh])\ and\ (?<short>\d+)\ (?<shortUnit>[hm])(in)?
        \ \|\ (?<fails>[\d.]+)\ %\ \|\ (?<slow>[\d.]+)\ %
        \ \|\ (?<spendRate>[\d.]+)\ ×\ (?<hours>\d+)\ h\ /\ 720\ h\ =\ (?<spent>\d+)\ %\ \|$
        """,
        RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace,
        matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Row();
}
