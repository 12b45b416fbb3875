using System.Text.Json;
using Airside.Platform.Tests.Chart;
using Airside.Platform.Tests.Containers;

namespace Airside.Platform.Tests.Delivery;

/// <summary>The verbs of a change run for real, from a clean clone.</summary>
[Trait("Category", "Tool")]
[Trait("Category", "Slow")]
public sealed class CleanCloneTests(ITestOutputHelper output)
{
    [Fact]
    public async Task What_is_in_the_image_of_a_clean_clone_is_listed_and_nothing_else_was_changed()
    {
        var packages = Tool.PathOf("artifacts/tools/delivery", "npm's @cyclonedx/cyclonedx-library");
        var clone = (await Images.BuiltAsync()).Clone;

        output.WriteLine(await clone.RunAsync("./build", "sbom"));
        await CheckSbomAsync(packages, clone.PathOf("artifacts/sbom.json"), clone.PathOf("src/Airside.Service/packages.lock.json"));
        Assert.Equal("", await clone.RunAsync("git", "status", "--porcelain"));
    }

    [Fact]
    [Trait("Category", "Nightly")]
    public async Task A_clean_clone_is_built_tested_and_rendered()
    {
        Rendering.Ensure();
        using var clone = await CleanClone.CreateAsync();

        await clone.RunAsync("./build", "build");
        var tested = await clone.RunAsync("./build", "test", "--quick", "Airside.Platform.Tests");
        Assert.Matches("(?m)^[1-9][0-9]* passed, 0 failed, [0-9]+ skipped$", tested);
        output.WriteLine(await clone.RunAsync("./build", "render"));
        Assert.Equal("", await clone.RunAsync("git", "status", "--porcelain"));
    }

    /// <summary>Requires valid CycloneDX that lists the base image, the runtime and each package that the service restores.</summary>
    private static async Task CheckSbomAsync(string packages, string path, string lockFile)
    {
        var script = Repository.PathOf("tests/Airside.Platform.Tests/Delivery/validate-sbom.mjs");
        var (exitCode, _, errors) = await Tool.RunAsync("node", [script, packages, path]);
        Assert.True(exitCode == 0, errors);

        var broken = Path.ChangeExtension(path, "broken.json");
        await File.WriteAllTextAsync(
            broken, (await File.ReadAllTextAsync(path)).Replace("\"library\"", "\"librarian\"", StringComparison.Ordinal));
        (exitCode, _, errors) = await Tool.RunAsync("node", [script, packages, broken]);
        Assert.Equal(1, exitCode);
        Assert.Contains("must be equal to one of the allowed values", errors, StringComparison.Ordinal);
        File.Delete(broken);

        using var document = JsonDocument.Parse(await File.ReadAllTextAsync(path));
        var components = document.RootElement.GetProperty("components").EnumerateArray()
            .ToDictionary(component => component.GetProperty("bom-ref").GetString()!, StringComparer.Ordinal);
        Assert.Contains(components.Keys, name => name.StartsWith("pkg:oci/", StringComparison.Ordinal));
        Assert.Contains(components.Keys, name => name.StartsWith("pkg:nuget/Microsoft.NETCore.App.Runtime.", StringComparison.Ordinal));
        Assert.All(
            components.Values.Where(component => component.GetProperty("type").GetString() == "library"),
            component => Assert.True(component.TryGetProperty("properties", out _), $"{component} has no hash of the lock file."));

        // Compiler tools are left out; every other restored package is listed.
        string[] tools =
            ["Meziantou.Analyzer", "Microsoft.CodeAnalysis.BannedApiAnalyzers", "Microsoft.NET.ILLink.Tasks", "Roslynator.Analyzers"];
        using var locked = JsonDocument.Parse(await File.ReadAllTextAsync(lockFile));
        string[] restored = [.. locked.RootElement.GetProperty("dependencies").GetProperty("net10.0").EnumerateObject()
            .Where(entry => entry.Value.GetProperty("type").GetString() != "Project" && !tools.Contains(entry.Name))
            .Select(entry => $"pkg:nuget/{entry.Name}@{entry.Value.GetProperty("resolved").GetString()}")];
        Assert.True(restored.Length > 3);
        Assert.All(restored.Where(name => !name.Contains("/Microsoft.Extensions.", StringComparison.Ordinal)),
            name => Assert.Contains(name, components.Keys));
    }
}
