using System.Text.Json.Nodes;

namespace Airside.Platform.Tests.Chart;

/// <summary>The chart's README matches values.yaml and the schema.</summary>
public sealed class ReadmeTests
{
    private const string Page = $"{Helm.ChartFolder}/README.md";
    private const string Begin = "<!-- values: begin, written by a test -->\n";
    private const string End = "<!-- values: end -->";

    [Fact]
    public async Task The_tables_of_values_are_those_of_the_chart()
    {
        var page = await File.ReadAllTextAsync(Repository.PathOf(Page));
        var (from, to) = (page.IndexOf(Begin, StringComparison.Ordinal), page.IndexOf(End, StringComparison.Ordinal));
        Assert.True(from >= 0 && to > from, $"{Page} has no markers.");

        await Repository.EnsureAsync(Page, page[..(from + Begin.Length)] + "\n" + Values().Tables() + page[to..], "AIRSIDE_UPDATE_DOCS");
    }

    [Fact]
    public void Every_key_has_a_comment_above_it() =>
        Assert.All(Values().Keys(), key => Assert.True(key.Comment.Length > 0, $"{key.Name} has no comment."));

    [Fact]
    public void Every_key_is_read_by_a_template()
    {
        var templates = string.Concat(Directory.EnumerateFiles(
            Repository.PathOf($"{Helm.ChartFolder}/templates"), "*", SearchOption.AllDirectories).Select(File.ReadAllText));
        var keys = Values().Keys().Where(key => !key.IsSection).ToArray();

        // A template that writes out a whole section, such as resources, reads it by the section's name.
        Assert.All(keys, key => Assert.True(
            key.Path.Length > 1
                ? key.Path.Skip(1).Any(name => templates.Contains($".{name}", StringComparison.Ordinal))
                    || templates.Contains($"toYaml .Values.{key.Path[0]}", StringComparison.Ordinal)
                : templates.Contains($".Values.{key.Name}", StringComparison.Ordinal)
                    || templates.Contains($"\"{key.Name}\"", StringComparison.Ordinal),
            $"No template reads {key.Name}."));
        Assert.True(keys.Length > 100, "Keys of the values were overlooked.");
    }

    [Fact]
    public void A_key_without_a_comment_and_the_forms_of_defaults_are_seen()
    {
        var page = new ValuesPage("# A part.\na:\n  # One.\n  b: 1\n  c: {}\n# Many,\n# over lines.\nd:\n  - x: 1\n  - y\n", []);
        Assert.Equal(
            [("a", "", "A part."), ("a.b", "1", "One."), ("a.c", "{}", ""), ("d", "x: 1, y", "Many, over lines.")],
            page.Keys().Select(key => (key.Name, key.Value, key.Comment)));
    }

    private static ValuesPage Values() => new(
        File.ReadAllText(Repository.PathOf($"{Helm.ChartFolder}/values.yaml")),
        JsonNode.Parse(File.ReadAllText(Repository.PathOf($"{Helm.ChartFolder}/values.schema.json")))!.AsObject());
}
