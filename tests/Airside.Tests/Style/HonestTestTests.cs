using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Airside.Tests.Style;

/// <summary>A test that is permanently disabled or cannot fail tests nothing.</summary>
public sealed class HonestTestTests
{
    [Fact]
    public void No_test_is_switched_off() => ((Rule)SwitchedOff).AssertKeptIn(SourceFiles.CSharp);

    [Fact]
    public void No_assertion_is_about_a_constant() => ((Rule)Constant).AssertKeptIn(SourceFiles.CSharp);

    [Theory]
    [InlineData("class A { [Fact(Skip = \"later\")] void M() { } }", 1)]
    [InlineData("class A { [Theory(DisplayName = \"x\", Skip = \"later\"), InlineData(1, Skip = \"later\")] void M() { } }", 2)]
    [InlineData("class A { [Fact] void M() { Assert.Skip(\"reason: no tool\"); var a = new B { Skip = 1 }; } }", 0)]
    public void A_test_that_is_switched_off_is_found(string code, int count) => ((Rule)SwitchedOff).AssertFinds(count, "a.cs", code);

    [Theory]
    [InlineData("Assert.True(true);", 1)]
    [InlineData("Assert.True(true, \"fine\");", 1)]
    [InlineData("Xunit.Assert.False(false);", 1)]
    [InlineData("Assert.True(condition: true);", 1)]
    [InlineData("Assert.True(a); Assert.False(true); // Assert.True(true)", 0)]
    public void An_assertion_about_a_constant_is_found(string code, int count) => ((Rule)Constant).AssertFinds(count, "a.cs", code);

    private static IEnumerable<string> SwitchedOff(SourceFile file) =>
        from argument in file.Root.DescendantNodes().OfType<AttributeArgumentSyntax>()
        where argument.NameEquals?.Name.Identifier.ValueText == "Skip"
        select file.Describe(argument, "a test is switched off; mend it, or call Assert.Skip with the reason when a tool is missing");

    private static IEnumerable<string> Constant(SourceFile file) =>
        from call in file.Root.DescendantNodes().OfType<InvocationExpressionSyntax>()
        where call.ArgumentList.Arguments is [var first, ..] && IsEmpty(call.Expression.ToString(), first.Expression.Kind())
        select file.Describe(call, "this assertion cannot fail");

    private static bool IsEmpty(string method, SyntaxKind argument) =>
        (method.EndsWith("Assert.True", StringComparison.Ordinal) && argument == SyntaxKind.TrueLiteralExpression)
        || (method.EndsWith("Assert.False", StringComparison.Ordinal) && argument == SyntaxKind.FalseLiteralExpression);
}
