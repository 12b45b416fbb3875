namespace Airside.Platform.Tests.Terraform;

/// <summary>The part of a page that a test writes, between two markers.</summary>
internal static class Section
{
    public static string Begin(string name) => $"<!-- {name}: begin, written by a test -->\n";

    public static string End(string name) => $"<!-- {name}: end -->";

    /// <summary>Puts a text between the markers.</summary>
    public static string Replace(string page, string name, string text)
    {
        var (begin, end) = (Begin(name), End(name));
        var (from, to) = (page.IndexOf(begin, StringComparison.Ordinal), page.IndexOf(end, StringComparison.Ordinal));
        Assert.True(from >= 0 && to > from, $"The page has no markers for {name}.");
        return page[..(from + begin.Length)] + text + page[to..];
    }
}
