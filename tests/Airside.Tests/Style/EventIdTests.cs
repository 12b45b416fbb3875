using System.Reflection;
using Airside.Core;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Airside.Tests.Style;

/// <summary>Log event numbers are unique, defined in one place, and documented for operators.</summary>
public sealed class EventIdTests
{
    private static readonly Dictionary<string, int> Ids = typeof(EventIds).GetFields(BindingFlags.Public | BindingFlags.Static)
        .ToDictionary(field => field.Name, field => (int)field.GetRawConstantValue()!, StringComparer.Ordinal);

    [Fact]
    public void No_number_is_used_twice() => Assert.Equal(Ids.Count, Ids.Values.Distinct().Count());

    [Fact]
    public void Every_message_has_a_number_of_its_own_from_the_one_place()
    {
        var used = SourceFiles.CSharp.Where(file => file.IsUnder("src"))
            .SelectMany(file => file.Root.DescendantNodes().OfType<AttributeSyntax>())
            .Where(attribute => attribute.Name.ToString() == "LoggerMessage")
            .Select(attribute => attribute.ArgumentList!.Arguments[0].ToString())
            .ToArray();
        Assert.Equal(Ids.Keys.Select(name => $"EventIds.{name}").Order(StringComparer.Ordinal), used.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_log_is_written_by_a_generated_method()
    {
        string[] handWritten = ["LogTrace", "LogDebug", "LogInformation", "LogWarning", "LogError", "LogCritical"];
        var calls = SourceFiles.CSharp.Where(file => file.IsUnder("src"))
            .SelectMany(file => file.Root.DescendantNodes().OfType<MemberAccessExpressionSyntax>())
            .Where(member => handWritten.Contains(member.Name.Identifier.ValueText));
        Assert.Empty(calls);
    }

    [Fact]
    public void The_page_of_the_log_has_every_number_and_no_other()
    {
        var page = SourceFiles.Markdown.Single(file => file.Path == "docs/operate/logs.md");
        var documented = page.Lines.Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Select(line => line.Split('|')[1].Trim())
            .Where(cell => int.TryParse(cell, out _)).Select(int.Parse);
        Assert.Equal(Ids.Values.Order(), documented.Order());
    }
}
