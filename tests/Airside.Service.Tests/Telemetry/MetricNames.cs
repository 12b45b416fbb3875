using System.Text.RegularExpressions;

namespace Airside.Service.Tests.Telemetry;

/// <summary>Metrics and labels as documented in <c>docs/operate/metrics.md</c>.</summary>
internal static class MetricNames
{
    private static readonly Regex Code = new("`(?<name>[a-z_]+)`", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture);
    private static readonly string[] Rows = File.ReadAllLines(Repository.PathOf("docs/operate/metrics.md"));

    /// <summary>Airside's own metrics with their labels.</summary>
    public static IReadOnlyDictionary<string, string[]> Own { get; } = Rows
        .Where(row => row.StartsWith("| `airside_", StringComparison.Ordinal) && row.Count(sign => sign == '|') == 5)
        .Select(row => row.Split('|'))
        .ToDictionary(cells => NamesIn(cells[1]).Single(), cells => NamesIn(cells[3]).ToArray(), StringComparer.Ordinal);

    /// <summary>Airside's own labels, whose values the page bounds.</summary>
    public static IReadOnlyList<string> Labels { get; } =
    [
        .. Rows.Where(row => row.StartsWith("| `airside_", StringComparison.Ordinal) && row.Count(sign => sign == '|') == 3)
            .Select(row => NamesIn(row.Split('|')[1]).Single()),
    ];

    private static IEnumerable<string> NamesIn(string cell) => Code.Matches(cell).Select(match => match.Groups["name"].Value);
}
