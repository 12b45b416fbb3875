using System.Text.Json;
using System.Text.RegularExpressions;
using Airside.Platform.Tests.Chart;

namespace Airside.Platform.Tests.Monitoring;

/// <summary>The rules and dashboards of the chart.</summary>
internal static class MonitoringFiles
{
    private static readonly Regex Name = new(
        "(?<![a-z_:])(?<name>(airside|http|kestrel|dotnet|db|client|kube|kubelet|container)[_:][a-z_0-9:]*[a-z0-9])",
        RegexOptions.ExplicitCapture,
        TimeSpan.FromSeconds(1));

    private static readonly Regex Labels = new(
        @"\{[^}]*\}|by \([^)]*\)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture);

    public static string[] RuleFiles { get; } = Files("rules");

    public static string[] DashboardFiles { get; } = Files("dashboards");

    /// <summary>All alerting and recording rules.</summary>
    public static IReadOnlyList<Manifest> Rules { get; } =
        [.. RuleFiles.SelectMany(GroupsOf).SelectMany(group => group.Items("rules"))];

    public static IReadOnlyList<Manifest> Alerts { get; } = [.. Rules.Where(rule => rule.Has("alert"))];

    /// <summary>Every panel query with its place.</summary>
    public static IReadOnlyList<(string Place, string Query)> Panels { get; } =
    [
        .. from path in DashboardFiles
           let board = JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(path))
           from panel in board.GetProperty("panels").EnumerateArray()
           from target in panel.GetProperty("targets").EnumerateArray()
           select ($"{Path.GetFileName(path)}: {panel.GetProperty("title")}", target.GetProperty("expr").GetString()!),
    ];

    public static IEnumerable<string> MetricsIn(string query) =>
        Name.Matches(Labels.Replace(query, " ")).Select(match => match.Groups["name"].Value).Distinct(StringComparer.Ordinal);

    public static IEnumerable<Manifest> GroupsOf(string path) => DocumentOf(path).Items("groups");

    /// <summary>Reads a YAML file.</summary>
    public static Manifest DocumentOf(string path) => new(RootOf(path));

    private static YamlDotNet.RepresentationModel.YamlNode RootOf(string path)
    {
        var stream = new YamlDotNet.RepresentationModel.YamlStream();
        using var reader = new StreamReader(path);
        stream.Load(reader);
        return stream.Documents[0].RootNode;
    }

    private static string[] Files(string folder) =>
        [.. Directory.EnumerateFiles(Repository.PathOf($"{Helm.ChartFolder}/{folder}")).Order(StringComparer.Ordinal)];
}
