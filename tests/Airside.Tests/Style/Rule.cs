namespace Airside.Tests.Style;

/// <summary>A rule of style: gives a message for each place of a file that breaks it.</summary>
internal delegate IEnumerable<string> Rule(SourceFile file);

internal static class RuleExtensions
{
    /// <summary>Fails with every place that breaks the rule, and also when there is nothing to look at.</summary>
    public static void AssertKeptIn(this Rule rule, IEnumerable<SourceFile> files)
    {
        var all = files.ToArray();
        Assert.NotEmpty(all);
        var violations = all.SelectMany(file => rule(file)).ToArray();
        Assert.True(violations.Length == 0, string.Join(Environment.NewLine, violations));
    }

    /// <summary>Fails unless the rule finds as many breaches in a text, which shows that it can find any.</summary>
    public static void AssertFinds(this Rule rule, int count, string path, string text)
    {
        var violations = rule(new SourceFile(path, text)).ToArray();
        Assert.True(violations.Length == count, $"Found {violations.Length} in: {text}\n{string.Join('\n', violations)}");
        Assert.All(violations, violation => Assert.StartsWith(path + ":", violation));
    }
}
