namespace Airside.Tests.Style;

/// <summary>A style rule: returns a message for each violation in a file.</summary>
internal delegate IEnumerable<string> Rule(SourceFile file);

internal static class RuleExtensions
{
    /// <summary>Fails with all violations, and also if there are no files to check.</summary>
    public static void AssertKeptIn(this Rule rule, IEnumerable<SourceFile> files)
    {
        var all = files.ToArray();
        Assert.NotEmpty(all);
        var violations = all.SelectMany(file => rule(file)).ToArray();
        Assert.True(violations.Length == 0, string.Join(Environment.NewLine, violations));
    }

    /// <summary>Fails unless the rule finds exactly this many violations in a text, which proves that it finds any.</summary>
    public static void AssertFinds(this Rule rule, int count, string path, string text)
    {
        var violations = rule(new SourceFile(path, text)).ToArray();
        Assert.True(violations.Length == count, $"Found {violations.Length} in: {text}\n{string.Join('\n', violations)}");
        Assert.All(violations, violation => Assert.StartsWith(path + ":", violation));
    }
}
