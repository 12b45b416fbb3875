using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Airside.Tests.Style;

/// <summary>Every limit is in <c>Limits</c>, except the fixed layout of the embedded store's files and tables.</summary>
public sealed class LimitTests
{
    [Fact]
    public void Every_limit_is_in_Limits() => ((Rule)Elsewhere).AssertKeptIn(SourceFiles.CSharp.Where(file => file.IsUnder("src")));

    [Theory]
    [InlineData("src/A.cs", "class A { private const int RowsMax = 3; }", 1)]
    [InlineData("src/A.cs", "class A { static readonly long BytesMin = 3; }", 1)]
    [InlineData("src/A.cs", "class A { private const int RowsMax = Limits.RowsMax * 2; }", 0)]
    [InlineData("src/Airside.Core/Limits.Http.cs", "class Limits { public const int RowsMax = 3; }", 0)]
    public void A_limit_elsewhere_is_found(string path, string code, int count) => ((Rule)Elsewhere).AssertFinds(count, path, code);

    private static IEnumerable<string> Elsewhere(SourceFile file) =>
        file.Path.StartsWith("src/Airside.Core/Limits.", StringComparison.Ordinal) || file.IsUnder("src/Airside.Stores/Embedded")
            ? []
            : from field in file.Root.DescendantNodes().OfType<FieldDeclarationSyntax>()
              from variable in field.Declaration.Variables
              let name = variable.Identifier.Text
              where name.EndsWith("Max", StringComparison.Ordinal) || name.EndsWith("Min", StringComparison.Ordinal)
              where variable.Initializer?.Value is LiteralExpressionSyntax { Token.Value: int or long or double }
              select file.Describe(field, $"{name} is a limit; put it into Limits");
}
