using System.Text.Json;
using System.Text.RegularExpressions;

namespace Airside.Platform.Tests.Monitoring;

/// <summary>Every alert leads to a runbook that helps and a dashboard that exists.</summary>
public sealed class RunbookTests
{
    private const string Folder = "docs/operate/runbooks";

    private static readonly string[] Headings =
        ["## What it means", "## How to diagnose it", "## What to do", "## When it is resolved"];

    private static readonly Regex Block = new(
        "```sh\n(?<commands>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));

    private static readonly Dictionary<string, string[]> Verbs = new(StringComparer.Ordinal)
    {
        ["kubectl"] =
            ["create", "delete", "describe", "exec", "get", "logs", "patch", "port-forward", "rollout", "scale"],
        ["helm"] = ["upgrade"],
        ["aws"] = ["rds"],
        ["curl"] = [],
    };

    private static readonly string[] Commands = ["export", "import", "keys", "migrate", "reconcile", "verify"];

    public static TheoryData<string> Names => [.. MonitoringFiles.Alerts.Select(alert => alert.Text("alert")!)];

    [Theory]
    [MemberData(nameof(Names))]
    public void An_alert_says_what_is_wrong_and_leads_to_a_dashboard_and_a_runbook(string name)
    {
        var alert = Assert.Single(MonitoringFiles.Alerts, one => one.Text("alert") == name);
        var boards = MonitoringFiles.DashboardFiles
            .Select(path => JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(path)).GetProperty("uid").GetString());

        Assert.Contains(alert.Text("labels/severity"), (string[])["critical", "warning"]);
        Assert.NotEmpty(alert.Text("annotations/summary") ?? "");
        Assert.NotEmpty(alert.Text("annotations/description") ?? "");
        Assert.Contains(alert.Text("annotations/dashboard")?.Replace("/d/", "", StringComparison.Ordinal), boards);
        Assert.Equal($"{Folder}/{name}.md", alert.Text("annotations/runbook_url"));
        Assert.True(File.Exists(Repository.PathOf($"{Folder}/{name}.md")), $"There is no runbook of {name}.");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_runbook_has_its_parts_and_commands_that_exist(string name)
    {
        var page = File.ReadAllText(Repository.PathOf($"{Folder}/{name}.md"));
        Assert.StartsWith($"# {name}\n", page, StringComparison.Ordinal);
        Assert.Equal(Headings, page.Split('\n').Where(line => line.StartsWith("## ", StringComparison.Ordinal)));

        var commands = Block.Matches(page).SelectMany(match => match.Groups["commands"].Value.TrimEnd().Split('\n')).ToArray();
        Assert.True(commands.Length >= 2, "A runbook needs commands to see and to act.");
        Assert.All(commands, Check);
    }

    [Fact]
    public void The_list_of_runbooks_is_that_of_the_alerts()
    {
        var index = File.ReadAllText(Repository.PathOf($"{Folder}/README.md"));
        Assert.All(MonitoringFiles.Alerts, alert =>
        {
            var (name, severity, summary) = (alert.Text("alert"), alert.Text("labels/severity"), alert.Text("annotations/summary"));
            Assert.Contains($"| [{name}]({name}.md) | {severity} | {summary} |", index, StringComparison.Ordinal);
        });
        Assert.Equal(
            MonitoringFiles.Alerts.Select(alert => $"{alert.Text("alert")}.md").Append("README.md").Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(Repository.PathOf(Folder)).Select(Path.GetFileName).Order(StringComparer.Ordinal)!);
    }

    /// <summary>Requires a known program and verb, and for the service one of its commands.</summary>
    private static void Check(string command)
    {
        var words = command.Split(' ');
        Assert.True(Verbs.TryGetValue(words[0], out var verbs), $"'{words[0]}' of '{command}' is no program that operators have.");
        var verb = words.Skip(1).SkipWhile(word => word is "-n" or "airside").First();
        Assert.True(verbs.Length == 0 || verbs.Contains(verb), $"'{verb}' of '{command}' is not known to {words[0]}.");
        var own = Array.IndexOf(words, "/app/Airside.Service");
        Assert.True(own < 0 || Commands.Contains(words[own + 1]), $"The service has no command '{words[Math.Max(0, own) + 1]}'.");
    }
}
