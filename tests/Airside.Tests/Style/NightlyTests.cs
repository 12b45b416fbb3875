using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Airside.Tests.Style;

/// <summary>CONTRIBUTING.md lists exactly the tests that daytime runs reduce or leave to <c>./build nightly</c>.</summary>
public sealed class NightlyTests
{
    [Fact]
    public void What_is_left_to_the_night_is_listed()
    {
        var page = SourceFiles.Markdown.Single(file => file.Path == "CONTRIBUTING.md");
        var listed = page.Lines.Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('`')[1])
            .Where(name => name.EndsWith("Tests", StringComparison.Ordinal) || name.EndsWith("Contract", StringComparison.Ordinal));
        var left = SourceFiles.CSharp.Where(file => file.IsUnder("tests") && IsLess(file))
            .Select(file => Path.GetFileNameWithoutExtension(file.Path));

        Assert.Equal(left.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    private static bool IsLess(SourceFile file)
    {
        var nodes = file.Root.DescendantNodes().ToArray();
        return nodes.OfType<InvocationExpressionSyntax>().Any(call => call.Expression.ToString() is "Amount.Choose" or "Seeds.Run")
            || nodes.OfType<AttributeSyntax>().Any(attribute => attribute.ToString() == "Trait(\"Category\", \"Nightly\")");
    }
}
