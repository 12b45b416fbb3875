namespace Airside.Platform.Tests.Chart;

/// <summary>Values for rendering the chart.</summary>
/// <param name="Name">Names the golden rendering.</param>
/// <param name="File">The values file, relative to the repository root, or null for the chart's own.</param>
internal sealed record ValueSet(string Name, string? File)
{
    private const string Folder = "tests/Airside.Platform.Tests/Chart/values";

    /// <summary>Versions of Kubernetes to render for: the oldest supported, a middle one, and one with a preStop sleep.</summary>
    public static IReadOnlyList<string> Versions { get; } = ["1.20", "1.27", "1.34"];

    public static string NewestVersion => Versions[^1];

    public static IReadOnlyList<ValueSet> All { get; } =
    [
        new("defaults", null),
        .. From("deploy/environments", "dev", "test", "uat", "production"),
        .. Directory.EnumerateFiles(Repository.PathOf(Folder)).Order(StringComparer.Ordinal).Select(
            path => new ValueSet(Path.GetFileNameWithoutExtension(path), $"{Folder}/{Path.GetFileName(path)}")),
    ];

    /// <summary>The names of all sets, for tests that run once per set.</summary>
    public static TheoryData<string> Names => [.. All.Select(set => set.Name)];

    /// <summary>Arguments for Helm.</summary>
    public string[] Arguments => File is null ? [] : ["--values", Repository.PathOf(File)];

    public static ValueSet Named(string name) => All.Single(set => set.Name == name);

    private static IEnumerable<ValueSet> From(string folder, params string[] environments) =>
        environments.Select(environment => new ValueSet(environment, $"{folder}/{environment}/values.yaml"));
}
