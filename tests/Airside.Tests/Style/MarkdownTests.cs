namespace Airside.Tests.Style;

public sealed class MarkdownTests
{
    /// <summary>Every tracked file and its parent folders. A link to anything else is dead in another clone.</summary>
    private static readonly Lazy<HashSet<string>> Linkable = new(() => [.. Repository.Paths.SelectMany(WithFolders), "."]);

    [Fact]
    public void Every_page_has_one_title() => ((Rule)Titles).AssertKeptIn(Pages);

    [Fact]
    public void No_link_is_dead() => ((Rule)DeadLinks).AssertKeptIn(Pages);

    [Theory]
    [InlineData("# A\n\n## B\n\n```sh\n# a comment\n```\n", 0)]
    [InlineData("<!-- a note -->\n# A\n", 0)]
    [InlineData("## B\n", 1)]
    [InlineData("", 1)]
    [InlineData("# A\n\n# B\n", 1)]
    [InlineData("~~~\n# a comment\n~~~\n", 1)]
    [InlineData("#A\n", 1)]
    public void A_page_with_no_title_or_with_two_is_found(string text, int count) => ((Rule)Titles).AssertFinds(count, "a.md", text);

    [Theory]
    [InlineData("[a](LICENSE) [b](CHANGELOG.md#changelog) ![c](src) [d](./src/Directory.Build.props)", 0)]
    [InlineData("[a](https://example.org/x#y) [b](mailto:a@example.org) <https://example.org>", 0)]
    [InlineData("# One two!\n## `Three`, *four*\n## One two!\n[a](#one-two) [b](#three-four) [c](#one-two-1)", 0)]
    [InlineData("<a id=\"here\"></a>\n[a](#here)", 0)]
    [InlineData("[a](/LICENSE) [b]: not a definition", 0)]
    [InlineData("`[a](missing.md)`\n```\n[a](missing.md)\n```\n", 0)]
    [InlineData("[a](LICENSE \"title\") [b](<LICENSE>) [c](LICENSE#L3)", 0)]
    [InlineData("[a](missing.md)", 1)]
    [InlineData("[a](license)", 1)]
    [InlineData("[a](../LICENSE)", 1)]
    [InlineData("![a](missing.png) and [b](CHANGELOG.md#missing)", 2)]
    [InlineData("[![a](missing.svg)](missing.md)", 2)]
    [InlineData("# One\n[a](#two)", 1)]
    [InlineData("[a]: missing.md\n[b]: LICENSE", 1)]
    public void A_dead_link_is_found(string text, int count) => ((Rule)DeadLinks).AssertFinds(count, "a.md", text);

    [Theory]
    [InlineData("docs/a.md", "[a](../LICENSE) [b](../src)", 0)]
    [InlineData("docs/a.md", "[a](LICENSE)", 1)]
    public void A_link_starts_at_the_folder_of_its_page(string path, string text, int count) =>
        ((Rule)DeadLinks).AssertFinds(count, path, text);

    // The code host's forms and templates begin with settings instead of a title.
    private static IEnumerable<SourceFile> Pages => SourceFiles.Markdown.Where(file => !file.IsUnder(".github"));

    private static IEnumerable<string> Titles(SourceFile file)
    {
        var titles = new MarkdownPage(file.Text).Headings.Where(heading => heading.Level == 1).ToArray();
        if (titles.Length != 1)
        {
            yield return file.Describe(titles.Length == 0 ? 1 : titles[1].Line, $"the page has {titles.Length} titles instead of one");
        }
    }

    private static IEnumerable<string> DeadLinks(SourceFile file)
    {
        var page = new MarkdownPage(file.Text);
        foreach (var (line, target) in page.Links)
        {
            if (!Uri.TryCreate(target, UriKind.Absolute, out var uri) || uri.IsFile)
            {
                var cause = WhyDead(file.Path, page, Uri.UnescapeDataString(target));
                if (cause is not null)
                {
                    yield return file.Describe(line, $"the link to '{target}' is dead: {cause}");
                }
            }
        }
    }

    private static string? WhyDead(string path, MarkdownPage page, string target)
    {
        var parts = target.Split('#', 2);
        var folder = parts[0].StartsWith('/') ? "" : Path.GetDirectoryName(path)!;
        var linked = parts[0].Length == 0 ? path : NormalizedPath(Path.Combine(folder, parts[0].TrimStart('/')));
        if (parts[0].Length > 0 && !Linkable.Value.Contains(linked))
        {
            return "there is no such file";
        }

        // The code host resolves fragments of files that are not pages, such as line numbers.
        if (parts.Length == 1 || !linked.EndsWith(".md", StringComparison.Ordinal))
        {
            return null;
        }

        var linkedPage = parts[0].Length == 0 ? page : new MarkdownPage(SourceFiles.All.Single(file => file.Path == linked).Text);
        return linkedPage.Anchors.Contains(parts[1]) ? null : "the page has no such heading";
    }

    /// <summary>Returns a path relative to the repository root. A path outside it keeps its dots and matches no file.</summary>
    private static string NormalizedPath(string path) =>
        Path.GetRelativePath(Repository.Root, Path.Combine(Repository.Root, path)).Replace('\\', '/');

    private static IEnumerable<string> WithFolders(string path)
    {
        for (var current = path; !string.IsNullOrEmpty(current); current = Path.GetDirectoryName(current)?.Replace('\\', '/'))
        {
            yield return current;
        }
    }
}
