using System.Text.RegularExpressions;

namespace Airside.Platform.Tests.Chart;

/// <summary>The pages for operators list steps and name only values of the chart.</summary>
public sealed class OperatePagesTests
{
    private static readonly Regex Step = new("^[|] [0-9]+ [|]", RegexOptions.NonBacktracking);
    private static readonly Regex Code = new("`(?<code>[^`]+)`", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture);

    private static readonly Regex ValueName =
        new("^[a-z][A-Za-z]+([.][a-z][A-Za-z]+)+$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture);

    [Theory]
    [InlineData("install")]
    [InlineData("upgrade")]
    [InlineData("roll-back")]
    [InlineData("scale")]
    [InlineData("rotate")]
    [InlineData("drain-node")]
    public async Task A_page_says_what_to_do_and_what_to_expect(string page)
    {
        var lines = await File.ReadAllLinesAsync(Repository.PathOf($"docs/operate/{page}.md"));
        var steps = lines.Where(line => Step.IsMatch(line)).ToArray();

        Assert.Contains("| | do | expect |", lines);
        Assert.True(steps.Length >= 4, "The page has too few steps.");
        Assert.All(steps, step => Assert.Equal(5, step.Replace(@"\|", "", StringComparison.Ordinal).Split('|').Length));
    }

    [Fact]
    public void Values_that_the_pages_name_are_values_of_the_chart()
    {
        var values = new ValuesPage(File.ReadAllText(Repository.PathOf($"{Helm.ChartFolder}/values.yaml")), []);
        var known = values.Keys().Select(key => key.Name).ToHashSet(StringComparer.Ordinal);
        var named = Directory.EnumerateFiles(Repository.PathOf("docs/operate"), "*.md")
            .SelectMany(path => Code.Matches(File.ReadAllText(path)))
            .Select(match => match.Groups["code"].Value)
            .Where(code => ValueName.IsMatch(code) && known.Contains(code.Split('.')[0])).Distinct(StringComparer.Ordinal).ToArray();

        Assert.True(named.Length > 5, "The pages name fewer values than they did.");
        Assert.All(named, name => Assert.Contains(name, known));
    }
}
