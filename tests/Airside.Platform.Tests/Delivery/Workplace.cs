using Airside.Platform.Tests.Chart;

namespace Airside.Platform.Tests.Delivery;

/// <summary>A copy of the files that verbs need, with its own history and a bare origin, so that verbs can commit, tag and push.</summary>
internal sealed class Workplace : IDisposable
{
    private static readonly string[] Parts =
        [".ci", ".github", ".gitignore", ".yamllint.yaml", "build", "deploy", "docs/operate/cost.md", "infra", "Jenkinsfile", "test"];

    /// <summary>The workplace that all others are copied from.</summary>
    private static readonly Lazy<Task<string>> Template = new(CreateTemplateAsync);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("airside-delivery-");

    public string Tree => Path.Combine(_folder.FullName, "tree");

    /// <summary>The bare repository that it pushes to.</summary>
    public string Origin => Path.Combine(_folder.FullName, "origin.git");

    /// <summary>Copies the needed files as the first commit of main.</summary>
    public static async Task<Workplace> CreateAsync()
    {
        var place = new Workplace();
        await Tool.EnsureAsync("cp", ["-a", $"{await Template.Value}/.", place._folder.FullName]);
        await place.GitAsync("remote", "set-url", "origin", place.Origin);
        return place;
    }

    /// <summary>Runs git in the working tree and returns its output.</summary>
    public async Task<string> GitAsync(params string[] arguments)
    {
        var (exitCode, output, errors) = await Tool.RunAsync("git", ["-C", Tree, .. arguments]);
        Assert.True(exitCode == 0, $"git {string.Join(' ', arguments)}: {errors}");
        return output.TrimEnd('\n');
    }

    /// <summary>Commits everything, even if nothing changed.</summary>
    public async Task CommitAsync(string message)
    {
        await GitAsync("add", "--all");
        await GitAsync("commit", "--quiet", "--allow-empty", "--message", message);
    }

    /// <summary>Runs a verb that must succeed.</summary>
    public async Task<string> BuildAsync(params string[] arguments)
    {
        var (exitCode, output, errors) = await TryBuildAsync([], arguments);
        Assert.True(exitCode == 0, $"./build {string.Join(' ', arguments)} ended with {exitCode}: {errors}{output}");
        return output.TrimEnd('\n');
    }

    /// <summary>Returns the errors of a verb that must fail and commit nothing.</summary>
    public async Task<string> RefusalAsync(params string[] arguments)
    {
        var before = await GitAsync("rev-parse", "HEAD");
        var (exitCode, output, errors) = await TryBuildAsync([], arguments);
        Assert.True(exitCode != 0, $"./build {string.Join(' ', arguments)} was not refused: {output}");
        Assert.Equal(before, await GitAsync("rev-parse", "HEAD"));
        return errors;
    }

    /// <summary>Runs a verb with extra environment variables, each as <c>NAME=value</c>.</summary>
    public Task<(int ExitCode, string Output, string Errors)> TryBuildAsync(string[] variables, params string[] arguments) =>
        Tool.RunAsync("env", ["-C", Tree, .. variables.OrderBy(variable => variable.Contains('=', StringComparison.Ordinal)), "./build",
            .. arguments]);

    /// <summary>Returns the release file of an environment, or an empty string.</summary>
    public string ReleaseOf(string environment)
    {
        var path = Path.Combine(Tree, $"deploy/environments/{environment}/release.yaml");
        return File.Exists(path) ? File.ReadAllText(path) : "";
    }

    public string DigestOf(string environment) =>
        ReleaseOf(environment).Split('\n').Single(line => line.StartsWith("digest: ", StringComparison.Ordinal))["digest: ".Length..];

    /// <summary>
    /// Writes the output of <c>./build publish</c>: the release of the current commit, with a digest of one repeated digit.
    /// </summary>
    public async Task PublishedAsync(string version, char digit)
    {
        Directory.CreateDirectory(Path.Combine(Tree, "artifacts"));
        await File.WriteAllTextAsync(
            Path.Combine(Tree, "artifacts/release.yaml"),
            $"version: {version}\ncommit: {await GitAsync("rev-parse", "HEAD")}\ndigest: sha256:{new string(digit, 64)}\n");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static async Task<string> CreateTemplateAsync()
    {
        var folder = Repository.PathOf("artifacts/workplace");
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        var tree = Path.Combine(folder, "tree");
        Repository.CopyTo(tree, Repository.Paths.Where(IsNeeded));
        if (Directory.Exists(Repository.PathOf("artifacts/tools")))
        {
            Directory.CreateDirectory(Path.Combine(tree, "artifacts"));
            Directory.CreateSymbolicLink(Path.Combine(tree, "artifacts/tools"), Repository.PathOf("artifacts/tools"));
        }

        string[][] commands =
        [
            ["init", "--quiet", "--template=", "--initial-branch=main"],
            ["config", "user.email", "test@airside.invalid"], ["config", "user.name", "Test"],
            ["init", "--quiet", "--template=", "--bare", "--initial-branch=main", Path.Combine(folder, "origin.git")],
            ["remote", "add", "origin", Path.Combine(folder, "origin.git")], ["add", "--all"],
            ["commit", "--quiet", "--message", "feat: the first version"], ["push", "--quiet", "origin", "main"],

            // A few files copy faster than many.
            ["gc", "--quiet"],
        ];
        foreach (var command in commands)
        {
            await Tool.EnsureAsync("git", ["-C", tree, .. command]);
        }

        return folder;
    }

    /// <summary>Environments start without a release.</summary>
    private static bool IsNeeded(string path) => Path.GetFileName(path) != "release.yaml" && Array.Exists(
        Parts, part => path == part || path.StartsWith(part + "/", StringComparison.Ordinal));
}
