using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Airside.Testing;

/// <summary>Files of the repository that the tests read or check.</summary>
internal static class Repository
{
    private static readonly string[] BuiltFolders = [".git", "bin", "obj", "artifacts", "node_modules", "TestResults"];

    private static readonly Lazy<IReadOnlyList<string>> AllPaths = new(() => [.. FindPaths()]);

    public static string Root { get; } = FindRoot();

    /// <summary>Paths from the root, with slashes, of all files that git does not ignore.</summary>
    public static IReadOnlyList<string> Paths => AllPaths.Value;

    /// <summary>Returns the full path of a file named relative to the root.</summary>
    public static string PathOf(string name) => Path.Combine(Root, name);

    /// <summary>Copies files of the repository into a folder under the same relative paths.</summary>
    public static void CopyTo(string folder, IEnumerable<string> paths)
    {
        foreach (var path in paths)
        {
            var copy = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(PathOf(path), copy);
        }
    }

    /// <summary>
    /// Fails unless a file has the expected text. If the environment variable is <c>1</c>, rewrites the file and still fails, so
    /// that no one mistakes an updating run for a check.
    /// </summary>
    public static async Task EnsureAsync(string name, string expected, string updateVariable)
    {
        var path = PathOf(name);
        if (Environment.GetEnvironmentVariable(updateVariable) == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, expected);
            Assert.Fail($"{name} was written anew. Look at the difference, commit it, and run without {updateVariable}.");
        }

        var present = File.Exists(path) ? await File.ReadAllTextAsync(path) : "";
        Assert.True(present == expected, $"{name} is not current. Run this test with {updateVariable}=1 to write it anew.");
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Airside.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException($"{AppContext.BaseDirectory} is not below Airside.slnx.");
        }

        return folder.FullName;
    }

    /// <summary>Asks git, which knows what is ignored. Without git, walks the folders.</summary>
    private static IEnumerable<string> FindPaths()
    {
        var start = new ProcessStartInfo("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        {
            WorkingDirectory = Root,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        try
        {
            using var git = Process.Start(start)!;
            git.ErrorDataReceived += (_, _) => { };
            git.BeginErrorReadLine();
            var paths = git.StandardOutput.ReadToEnd();
            git.WaitForExit();
            if (git.ExitCode == 0)
            {
                return paths.Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(path => File.Exists(Path.Combine(Root, path)));
            }
        }
        catch (Win32Exception)
        {
            // Git is not installed.
        }

        return Walk(Root);
    }

    private static IEnumerable<string> Walk(string folder)
    {
        var files = Directory.EnumerateFiles(folder).Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'));
        var folders = Directory.EnumerateDirectories(folder).Where(path => !BuiltFolders.Contains(Path.GetFileName(path)));
        return files.Concat(folders.SelectMany(Walk));
    }
}
