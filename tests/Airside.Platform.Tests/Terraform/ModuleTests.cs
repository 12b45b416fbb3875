using System.Text;
using System.Text.RegularExpressions;

namespace Airside.Platform.Tests.Terraform;

/// <summary>Every module has the same shape and documents its interface.</summary>
public sealed partial class ModuleTests
{
    public static TheoryData<string> Folders => [.. Infrastructure.Folders];

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_module_is_four_files_with_the_same_sections_in_the_same_order(string folder)
    {
        var path = Path.Combine(Infrastructure.Root, folder);
        var files = Directory.GetFiles(path, "*.tf").Select(Path.GetFileName)
            .Where(file => !file!.EndsWith("_override.tf", StringComparison.Ordinal));
        Assert.Equal(["main.tf", "outputs.tf", "variables.tf", "versions.tf"], files.Order(StringComparer.Ordinal));

        var sections = HclFile.SectionsOf(Path.Combine(path, "main.tf"));
        Assert.All(["variables.tf", "outputs.tf"], file =>
        {
            var here = HclFile.SectionsOf(Path.Combine(path, file));
            Assert.Equal(sections.Where(here.Contains), here);
        });
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Every_variable_has_a_type_and_says_what_it_means_and_refuses_what_is_wrong(string folder)
    {
        var isRoot = !folder.StartsWith("modules/", StringComparison.Ordinal);
        Assert.All(Blocks(folder, "variables.tf"), variable =>
        {
            Assert.True(variable.Arguments.ContainsKey("type"), $"{folder}: {variable.Name} has no type.");
            Assert.True(variable.Arguments.ContainsKey("description"), $"{folder}: {variable.Name} has no description.");

            // Every boolean is valid, and the value of "any" does not matter: it only feeds depends_on.
            var canBeWrong = variable.Arguments["type"] is not ("bool" or "any");
            var passesOn = isRoot && File.ReadAllText(Path.Combine(Infrastructure.Root, folder, "main.tf"))
                .Contains($"= var.{variable.Name}\n", StringComparison.Ordinal);
            Assert.True(
                !canBeWrong || passesOn || variable.Blocks.Contains("validation"),
                $"{folder}: {variable.Name} takes every value; add a validation.");
        });
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Every_refusal_is_tried(string folder)
    {
        var tried = Directory.GetFiles(Path.Combine(Infrastructure.Root, folder, "tests"), "*.tftest.hcl")
            .SelectMany(file => Refusals().Matches(File.ReadAllText(file)))
            .SelectMany(match => match.Groups["names"].Value.Split([',', ' ', '\n'], StringSplitOptions.RemoveEmptyEntries))
            .CountBy(name => name)
            .ToDictionary();
        Assert.All(Blocks(folder, "variables.tf"), variable =>
        {
            var validations = variable.Blocks.Count(block => block == "validation");
            var runs = tried.GetValueOrDefault($"var.{variable.Name}");
            Assert.True(runs >= validations, $"{folder}: {variable.Name} has {validations} validations, of which tests try {runs}.");
        });
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Every_output_says_what_it_is(string folder) =>
        Assert.All(Blocks(folder, "outputs.tf"), output =>
            Assert.True(output.Arguments.ContainsKey("description"), $"{folder}: {output.Name} has no description."));

    [Theory]
    [MemberData(nameof(Folders))]
    public void Versions_are_those_of_the_platform(string folder)
    {
        var pins = VersionLines("platform");
        Assert.All(VersionLines(folder), line => Assert.Contains(line, pins));
        Assert.DoesNotContain("registry.terraform.io", File.ReadAllText(Path.Combine(Infrastructure.Root, folder, "main.tf")));
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public async Task The_page_of_a_module_lists_what_it_takes_and_gives(string folder)
    {
        var name = $"infra/{folder}/README.md";
        var path = Repository.PathOf(name);
        var page = File.Exists(path)
            ? await File.ReadAllTextAsync(path)
            : $"# {folder.Split('/')[^1]}\n\n{Section.Begin("interface")}{Section.End("interface")}\n";
        var variables = Blocks(folder, "variables.tf");
        var outputs = Blocks(folder, "outputs.tf");

        var table = new StringBuilder("## Inputs\n\n| name | type | default | meaning |\n|---|---|---|---|\n");
        foreach (var variable in variables)
        {
            var fallback = variable.Arguments.TryGetValue("default", out var value) ? $"`{Cell(value)}`" : "required";
            table.Append($"| `{variable.Name}` | `{Cell(variable.Arguments["type"])}` | {fallback} | {Meaning(variable)} |\n");
        }

        table.Append("\n## Outputs\n\n| name | meaning |\n|---|---|\n");
        foreach (var output in outputs)
        {
            table.Append($"| `{output.Name}` | {Meaning(output)} |\n");
        }

        await Repository.EnsureAsync(name, Section.Replace(page, "interface", table.ToString()), "AIRSIDE_UPDATE_DOCS");
    }

    private static HclBlock[] Blocks(string folder, string file) =>
        [.. HclFile.Read(Path.Combine(Infrastructure.Root, folder, file)).Where(block => block.Kind is "variable" or "output")];

    private static string[] VersionLines(string folder) =>
    [
        .. File.ReadLines(Path.Combine(Infrastructure.Root, folder, "versions.tf")).Select(line => line.Trim())
            .Where(line => line.StartsWith("version", StringComparison.Ordinal)
                || line.StartsWith("required_version", StringComparison.Ordinal)
                || line.StartsWith("source", StringComparison.Ordinal)),
    ];

    private static string Meaning(HclBlock block) =>
        Cell(block.Arguments["description"].Trim('"').Replace("\\\"", "\"", StringComparison.Ordinal));

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    [GeneratedRegex(@"expect_failures\s*=\s*\[(?<names>[^\]]*)\]", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Refusals();
}
