using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Airside.Tests.Style;

/// <summary>
/// The compiler warns about every undocumented public member of src/, and warnings are errors. These tests keep both
/// enabled.
/// </summary>
public sealed class DocumentationTests
{
    private static readonly Regex MissingDocumentation = new("1591", RegexOptions.NonBacktracking);

    [Fact]
    public void The_projects_of_src_write_their_documentation() =>
        Assert.True(Sets("src/Directory.Build.props", "GenerateDocumentationFile"));

    [Fact]
    public void Warnings_are_errors() => Assert.True(Sets("Directory.Build.props", "TreatWarningsAsErrors"));

    [Fact]
    public void No_project_of_src_switches_documentation_off() =>
        ((Rule)SwitchedOff).AssertKeptIn(SourceFiles.All.Where(file => file.IsUnder("src") || IsShared(file)));

    [Theory]
    [InlineData("src/A/A.csproj", "<NoWarn>$(NoWarn);CS1591</NoWarn>", 1)]
    [InlineData("src/A/A.csproj", "<WarningsNotAsErrors>1591</WarningsNotAsErrors>", 1)]
    [InlineData("src/A/A.csproj", "<GenerateDocumentationFile>false</GenerateDocumentationFile>", 1)]
    [InlineData("src/A/A.csproj", "<TreatWarningsAsErrors>False</TreatWarningsAsErrors>", 1)]
    [InlineData("src/A/A.csproj", "<TreatWarningsAsErrors>true</TreatWarningsAsErrors>", 0)]
    [InlineData("src/A/A.cs", "#pragma warning disable CS1591", 1)]
    [InlineData("src/A/A.cs", "const int Year = 15910;", 0)]
    [InlineData("src/A/.editorconfig", "[*.cs]\ndotnet_diagnostic.CS1591.severity = none", 1)]
    [InlineData(".editorconfig", "[*.cs]\ndotnet_diagnostic.CS1591.severity = none", 1)]
    [InlineData(".editorconfig", "dotnet_diagnostic.CS1591.severity = none\n[{tests,bench}/**.cs]\n", 1)]
    [InlineData(".editorconfig", "[*.cs]\n[{tests,bench}/**.cs]\ndotnet_diagnostic.CS1591.severity = none", 0)]
    public void Switching_documentation_off_is_found(string path, string text, int count) =>
        ((Rule)SwitchedOff).AssertFinds(count, path, text);

    private static bool IsShared(SourceFile file) =>
        file.Path is ".editorconfig" or "Directory.Build.props" or "Directory.Build.targets";

    private static bool Sets(string path, string property)
    {
        var file = SourceFiles.All.Single(file => file.Path == path);
        var elements = XDocument.Parse(file.Text).Descendants(property);
        return elements.Any(element => element.Value == "true" && element.Attribute("Condition") is null);
    }

    private static IEnumerable<string> SwitchedOff(SourceFile file)
    {
        var section = "";
        foreach (var (index, line) in file.Lines.Index())
        {
            section = line.StartsWith('[') ? line.TrimEnd() : section;
            if (Removes(file, section, line))
            {
                yield return file.Describe(index + 1, "every public member of src/ is documented; do not switch the check off");
            }
        }
    }

    private static bool Removes(SourceFile file, string section, string line) => Path.GetExtension(file.Path) switch
    {
        ".cs" => line.TrimStart().StartsWith("#pragma", StringComparison.Ordinal) && MissingDocumentation.IsMatch(line),
        ".editorconfig" => MissingDocumentation.IsMatch(line) && section != "[{tests,bench}/**.cs]",
        ".csproj" or ".props" or ".targets" => MissingDocumentation.IsMatch(line)
            || line.Contains("<GenerateDocumentationFile>false", StringComparison.OrdinalIgnoreCase)
            || line.Contains("<TreatWarningsAsErrors>false", StringComparison.OrdinalIgnoreCase),
        _ => false,
    };
}
