using Airside.Platform.Tests.Chart;

namespace Airside.Platform.Tests.Containers;

/// <summary>The files of the working tree, without build output and ignored files, committed in a repository of their own.</summary>
internal sealed class CleanClone : IDisposable
{
    /// <summary>The URL of its remote.</summary>
    public const string Source = "https://example.org/airside";

    /// <summary>The version of a commit without an earlier tag.</summary>
    public const string Version = "0.1.0";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("airside-clone-");

    public string Path => _directory.FullName;

    /// <summary>The hash of its only commit.</summary>
    public string Commit { get; private set; } = "";

    public static async Task<CleanClone> CreateAsync()
    {
        var clone = new CleanClone();
        Repository.CopyTo(clone.Path, Repository.Paths);
        Directory.CreateDirectory(clone.PathOf("artifacts"));
        Directory.CreateSymbolicLink(clone.PathOf("artifacts/tools"), Repository.PathOf("artifacts/tools"));
        await clone.RunAsync("git", "init", "--quiet", "--initial-branch=main");
        await clone.RunAsync("git", "remote", "add", "origin", Source);
        await clone.RunAsync("git", "add", "--all");
        await clone.RunAsync(
            "git", "-c", "user.name=Test", "-c", "user.email=test@airside.invalid", "commit", "--quiet", "--message", "feat: all of it");
        clone.Commit = await clone.RunAsync("git", "rev-parse", "HEAD");
        return clone;
    }

    /// <summary>Returns the path of a file whose name is relative to the clone.</summary>
    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Runs a command in the clone, which must succeed, and returns its output.</summary>
    /// <param name="command">Variables, each as <c>NAME=value</c>, then the command.</param>
    public async Task<string> RunAsync(params string[] command) =>
        (await Tool.EnsureAsync("env", ["-C", Path, .. command])).TrimEnd('\n');

    public void Dispose() => _directory.Delete(recursive: true);
}
