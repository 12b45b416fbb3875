using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Airside.Tests.Style;

/// <summary>Dependencies point one way. ArchitectureTests checks the same in the compiled assemblies.</summary>
public sealed class DependencyTests
{
    /// <summary>The folders of <c>src</c> as namespaces, from the bottom up. A file may use only layers listed above its own.</summary>
    private static readonly string[] Layers =
    [
        "Airside.Core",
        "Airside.Core.Airlines",
        "Airside.Core.Transactions",
        "Airside.Core.Stores",
        "Airside.Archives",
        "Airside.Stores.Shared",
        "Airside.Stores.Embedded.Disk",
        "Airside.Stores.Embedded.Journal",
        "Airside.Stores.Embedded.Tables",
        "Airside.Stores.Embedded.Imports",
        "Airside.Stores.Embedded.Snapshots",
        "Airside.Stores.Embedded",
        "Airside.Stores.Postgres",
        "Airside.Stores.DynamoDb",
        "Airside.Service.Configuration",
        "Airside.Service.Telemetry",
        "Airside.Service.Hosting",
        "Airside.Service.Security",
        "Airside.Service.Airlines",
        "Airside.Service.Transactions",
        "Airside.Service.Streaming",
        "Airside.Service.Compatibility",
        "Airside.Service.Operations",
        "Airside.Service.Dashboard.Parts",
        "Airside.Service.Dashboard.Pages",
        "Airside.Service.Dashboard",
        "Airside.Service.Commands",
        "Airside.Service",
    ];

    /// <summary>Stores know nothing of each other.</summary>
    private static readonly string[] Apart = ["Airside.Stores.Embedded", "Airside.Stores.Postgres", "Airside.Stores.DynamoDb"];

    private static readonly Regex RazorUsing = new(
        @"^@using (?<name>Airside[\w.]*)", RegexOptions.Multiline | RegexOptions.NonBacktracking);

    [Fact]
    public void No_folder_uses_one_above_it() => ((Rule)Upward).AssertKeptIn(SourceFiles.All.Where(IsProduct));

    [Fact]
    public void Every_folder_has_its_layer() => Assert.Equal(
        SourceFiles.CSharp.Where(IsProduct).Select(NamespaceOf).Distinct().Order(StringComparer.Ordinal),
        Layers.Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("src/Airside.Core/Airlines/a.cs", "using Airside.Core;", 0)]
    [InlineData("src/Airside.Core/a.cs", "using Airside.Core.Airlines;", 1)]
    [InlineData("src/Airside.Service/Telemetry/a.cs", "using Airside.Service.Dashboard;", 1)]
    [InlineData("src/Airside.Service/Telemetry/a.cs", "using Page = Airside.Service.Dashboard.Page;", 1)]
    [InlineData("src/Airside.Service/Security/a.cs", "class A { object a = Airside.Service.Airlines.CurrentCatalog.B; }", 1)]
    [InlineData("src/Airside.Service/Dashboard/a.cs", "using Airside.Service.Security;", 0)]
    [InlineData("src/Airside.Service/Dashboard/Parts/a.razor", "@using Airside.Service.Dashboard.Pages", 1)]
    [InlineData("src/Airside.Stores/DynamoDb/a.cs", "using Airside.Stores.Embedded.Disk;", 1)]
    [InlineData("src/Airside.Stores/DynamoDb/a.cs", "using Airside.Stores.Shared;", 0)]
    public void An_upward_dependency_is_found(string path, string text, int count) => ((Rule)Upward).AssertFinds(count, path, text);

    private static bool IsProduct(SourceFile file) => file.IsUnder("src") && (file.IsCSharp || IsRazor(file));

    private static bool IsRazor(SourceFile file) => file.Path.EndsWith(".razor", StringComparison.Ordinal);

    private static string NamespaceOf(SourceFile file) => Path.GetDirectoryName(file.Path)!["src/".Length..].Replace('/', '.');

    private static IEnumerable<string> Upward(SourceFile file)
    {
        var own = NamespaceOf(file);
        var layer = Array.IndexOf(Layers, own);
        return
            from used in UsedIn(file).Distinct()
            where Array.IndexOf(Layers, used) > layer
                || Array.Exists(Apart, one => IsIn(own, one) && Array.Exists(Apart, other => other != one && IsIn(used, other)))
            select file.Describe(1, $"{own} must not use {used}; docs/ARCHITECTURE.md says what may use what");
    }

    private static bool IsIn(string name, string parent) => name == parent || name.StartsWith(parent + ".", StringComparison.Ordinal);

    /// <summary>Returns the layers that a file names in a using directive or a qualified name.</summary>
    private static IEnumerable<string> UsedIn(SourceFile file)
    {
        var names = IsRazor(file)
            ? RazorUsing.Matches(file.Text).Select(match => match.Groups["name"].Value)
            : file.Root.DescendantNodes()
                .Where(node => node is NameSyntax or MemberAccessExpressionSyntax
                    && node.Parent is not (NameSyntax or MemberAccessExpressionSyntax or BaseNamespaceDeclarationSyntax))
                .Select(node => node.ToString());
        return names
            .Where(name => name.StartsWith("Airside.", StringComparison.Ordinal))
            .Select(name => Layers.Where(known => IsIn(name, known)).MaxBy(known => known.Length))
            .OfType<string>();
    }
}
