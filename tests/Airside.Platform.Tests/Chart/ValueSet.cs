namespace Airside.Platform.Tests.Chart;

/// <summary>Values that the chart is rendered with.</summary>
/// <param name="Name">Names the golden rendering.</param>
/// <param name="File">The file of the values from the root of the repository, or null for the chart's own.</param>
internal sealed record ValueSet(string Name, string? File)
{
    private const string Folder = "tests/Airside.Platform.Tests/Chart/values";

    /// <summary>Versions of Kubernetes to render for: the oldest that the chart takes, a middle one, one with a preStop sleep.</summary>
    public static IReadOnlyList<string> Versions { get; } = ["1.20", "1.27", "1.34"];

    public static string NewestVersion => Versions[^1];

    public static IReadOnlyList<ValueSet> All { get; } =
    [
        new("defaults", null),
        .. Of("deploy/environments", "dev", "test", "uat", "production"),
        .. Directory.EnumerateFiles(Repository.PathOf(Folder)).Order(StringComparer.Ordinal).Select(
            path => new ValueSet(Path.GetFileNameWithoutExtension(path), $"{Folder}/{Path.GetFileName(path)}")),
    ];

    /// <summary>The names of all sets, for tests that run once for each.</summary>
    public static TheoryData<string> Names => [.. All.Select(set => set.Name)];

    /// <summary>The arguments of Helm.</summary>
    public string[] Arguments => File is null ? [] : ["--values", Repository.PathOf(File)];

    public static ValueSet Named(string name) => All.Single(set => set.Name == name);

    private static IEnumerable<ValueSet> Of(string folder, params string[] environments) =>
        environments.Select(environment => new ValueSet(environment, $"{folder}/{environment}/values.yaml"));
}
