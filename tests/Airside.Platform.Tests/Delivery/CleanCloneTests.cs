using System.Text.Json;
using Airside.Platform.Tests.Chart;

namespace Airside.Platform.Tests.Delivery;

/// <summary>The verbs of a change run for real, from a clean clone.</summary>
[Trait("Category", "Tool")]
[Trait("Category", "Slow")]
public sealed class CleanCloneTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_clean_clone_is_built_tested_made_an_image_of_listed_and_rendered()
    {
        Rendering.Demand();
        var packages = Tool.PathOf("artifacts/tools/delivery", "npm's @cyclonedx/cyclonedx-library");
        string[] variables = await VariablesAsync();
        var folder = Directory.CreateTempSubdirectory("airside-clone-");
        try
        {
            var clone = Path.Combine(folder.FullName, "airside");
            await RunAsync(folder.FullName, [], "git", "clone", "--quiet", Repository.PathOf(""), clone);
            Directory.CreateDirectory(Path.Combine(clone, "artifacts"));
            Directory.CreateSymbolicLink(Path.Combine(clone, "artifacts/tools"), Repository.PathOf("artifacts/tools"));

            await RunAsync(clone, variables, "./build", "build");
            var tested = await RunAsync(clone, variables, "./build", "test", "--quick", "Airside.Platform.Tests");
            Assert.Matches("(?m)^[1-9][0-9]* passed, 0 failed, [0-9]+ skipped$", tested);
            output.WriteLine(await RunAsync(clone, variables, "./build", "image", "sbom", "render"));

            await CheckSbomAsync(packages, Path.Combine(clone, "artifacts/sbom.json"),
                Path.Combine(clone, "src/Airside.Service/packages.lock.json"));
            Assert.Equal("", await RunAsync(clone, [], "git", "status", "--porcelain"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>
    /// It is valid by the schema of CycloneDX, and names the base, the runtime and each package that the service restores.
    /// </summary>
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

        // Tools of the compiler stay outside; all else that was restored is inside.
        string[] tools = ["Meziantou.Analyzer", "Microsoft.NET.ILLink.Tasks", "Roslynator.Analyzers"];
        using var locked = JsonDocument.Parse(await File.ReadAllTextAsync(lockFile));
        string[] restored = [.. locked.RootElement.GetProperty("dependencies").GetProperty("net10.0").EnumerateObject()
            .Where(entry => entry.Value.GetProperty("type").GetString() != "Project" && !tools.Contains(entry.Name))
            .Select(entry => $"pkg:nuget/{entry.Name}@{entry.Value.GetProperty("resolved").GetString()}")];
        Assert.True(restored.Length > 3);
        Assert.All(restored.Where(name => !name.Contains("/Microsoft.Extensions.", StringComparison.Ordinal)),
            name => Assert.Contains(name, components.Keys));
    }

    /// <summary>Stand-ins for the bases, where no registry can be reached.</summary>
    private static async Task<string[]> VariablesAsync()
    {
        if (Environment.GetEnvironmentVariable("AIRSIDE_OFFLINE_IMAGES") is { Length: > 0 } bases)
        {
            var (made, _, why) = await Tool.RunAsync("bash", [bases, "offline/dotnet-sdk:10.0", "offline/runtime-deps:10.0-chiseled"]);
            Assert.True(made == 0, why);
            return ["AIRSIDE_SDK_IMAGE=offline/dotnet-sdk:10.0", "AIRSIDE_RUNTIME_IMAGE=offline/runtime-deps:10.0-chiseled",
                "AIRSIDE_BUILD_NETWORK=host"];
        }

        var (exitCode, _, _) = await Tool.RunAsync("bash", ["-c", "docker info"]);
        Assert.SkipWhen(exitCode != 0, "reason: Docker does not answer, and AIRSIDE_OFFLINE_IMAGES names no program that starts it");
        return [];
    }

    private static async Task<string> RunAsync(string folder, string[] variables, params string[] command)
    {
        var (exitCode, output, errors) = await Tool.RunAsync("env", ["-C", folder, .. variables, .. command]);
        Assert.True(exitCode == 0, $"{string.Join(' ', command)} ended with {exitCode}: {errors}{output}");
        return output.TrimEnd('\n');
    }
}
