using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Airside.Platform.Tests.Chart;

/// <summary>
/// Keeps what the chart renders for each set of values, so a review shows the effect of a template change: the full rendering of the sets
/// that differ in kind, and for each other set the difference from the closest one.
/// </summary>
[Trait("Category", "Tool")]
public sealed partial class GoldenTests
{
    private const string Folder = "tests/Airside.Platform.Tests/Chart/golden";
    private const int TextLinesMax = 20;
    private const int MatchMsMax = 5_000;
    private const RegexOptions Options = RegexOptions.Multiline | RegexOptions.ExplicitCapture;

    private static readonly string[] Whole = ["defaults", "everything", "production"];

    private static readonly Dictionary<string, string> Closest = new(StringComparer.Ordinal)
    {
        ["bare"] = "defaults",
        ["dev"] = "uat",
        ["dynamodb"] = "defaults",
        ["embedded"] = "defaults",
        ["nginx"] = "defaults",
        ["rollout-keda"] = "defaults",
        ["test"] = "uat",
        ["uat"] = "production",
    };

    public static TheoryData<string> WholeNames => [.. Whole];

    public static TheoryData<string> OtherNames => [.. Closest.Keys];

    [Theory]
    [MemberData(nameof(WholeNames))]
    public async Task A_rendering_is_as_it_is_kept(string name) => await Repository.EnsureAsync(
        $"{Folder}/{name}.yaml", await RenderAsync(name, ValueSet.NewestVersion), "AIRSIDE_UPDATE_DOCS");

    [Theory]
    [MemberData(nameof(OtherNames))]
    public async Task A_rendering_differs_from_the_closest_as_it_is_kept(string name) => await EnsureDifferenceAsync(
        name, await RenderAsync(Closest[name], ValueSet.NewestVersion), await RenderAsync(name, ValueSet.NewestVersion));

    [Fact]
    public async Task A_rendering_for_the_oldest_version_differs_as_it_is_kept() => await EnsureDifferenceAsync(
        $"everything-{ValueSet.Versions[0]}",
        await RenderAsync("everything", ValueSet.NewestVersion),
        await RenderAsync("everything", ValueSet.Versions[0]));

    [Fact]
    public void Every_set_is_kept() => Assert.Equal(
        ValueSet.All.Select(set => set.Name).Order(StringComparer.Ordinal), Whole.Concat(Closest.Keys).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(ValueSet.Names), MemberType = typeof(ValueSet))]
    public async Task Helm_finds_nothing_to_mend(string name)
    {
        var (exitCode, output, errors) = await Helm.LintAsync(ValueSet.Named(name).Arguments);
        Assert.True(exitCode == 0, output + errors);
    }

    private static async Task EnsureDifferenceAsync(string name, string closest, string rendering)
    {
        var folder = Directory.CreateTempSubdirectory("airside-golden-");
        string[] files = [Path.Combine(folder.FullName, "closest"), Path.Combine(folder.FullName, "this")];
        await File.WriteAllTextAsync(files[0], EnvironmentLabel().Replace(closest, "any"));
        await File.WriteAllTextAsync(files[1], EnvironmentLabel().Replace(rendering, "any"));
        var (exitCode, difference, errors) = await Tool.RunAsync(
            "diff", ["--unified=1", "--label", "closest", "--label", name, .. files]);
        folder.Delete(recursive: true);
        Assert.True(exitCode == 1, $"{name} is as the one that it is compared with: {errors}");
        await Repository.EnsureAsync($"{Folder}/{name}.diff", Hunk().Replace(difference, "@@"), "AIRSIDE_UPDATE_DOCS");
    }

    /// <summary>Replaces long text, such as a dashboard, with its length and hash: the text itself is a file of the chart.</summary>
    private static async Task<string> RenderAsync(string name, string version) => LongText().Replace(
        await Helm.RenderAsync(ValueSet.Named(name), version),
        match =>
        {
            var text = match.Groups["text"].Value;
            var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..12];
            var lines = text.Count(character => character == '\n');
            return lines <= TextLinesMax ? match.Value : $"{match.Groups["head"].Value}    # {lines} lines, SHA-256 {hash}\n";
        });

    [GeneratedRegex(@"(?<head>^  [^ \n][^\n]*: \|-?\n)(?<text>(^    [^\n]*\n|^\n)+)", Options, MatchMsMax)]
    private static partial Regex LongText();

    /// <summary>Line numbers would change with every edit above.</summary>
    [GeneratedRegex("^@@ .* @@$", Options, MatchMsMax)]
    private static partial Regex Hunk();

    /// <summary>Diffs omit the environment's name, which the full rendering of production shows.</summary>
    [GeneratedRegex("(?<=airside/environment: )[a-z]+", Options, MatchMsMax)]
    private static partial Regex EnvironmentLabel();
}
