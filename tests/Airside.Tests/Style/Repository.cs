using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Airside.Tests.Style;

/// <summary>The files of this repository that people write.</summary>
internal static class Repository
{
    private static readonly string[] BuiltFolders = [".git", "bin", "obj", "artifacts", "node_modules", "TestResults"];

    private static readonly Lazy<IReadOnlyList<string>> AllPaths = new(() => [.. FindPaths()]);
    private static readonly Lazy<IReadOnlyList<SourceFile>> AllFiles = new(() => [.. Paths.Select(Read).OfType<SourceFile>()]);

    public static string Root { get; } = FindRoot();

    /// <summary>Paths from the root, with slashes, of all files that are tracked or would be.</summary>
    public static IReadOnlyList<string> Paths => AllPaths.Value;

    /// <summary>Those of them that are text.</summary>
    public static IReadOnlyList<SourceFile> Files => AllFiles.Value;

    public static IEnumerable<SourceFile> CSharpFiles => Files.Where(file => file.IsCSharp);

    public static IEnumerable<SourceFile> MarkdownFiles => Files.Where(file => file.IsMarkdown);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Airside.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException($"{AppContext.BaseDirectory} is not below Airside.slnx.");
        }

        return folder.FullName;
    }

    /// <summary>Asks git, which knows what is ignored; a copy of the sources without git is walked.</summary>
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
            // There is no git on this machine.
        }

        return Walk(Root);
    }

    private static IEnumerable<string> Walk(string folder)
    {
        var files = Directory.EnumerateFiles(folder).Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'));
        var folders = Directory.EnumerateDirectories(folder).Where(path => !BuiltFolders.Contains(Path.GetFileName(path)));
        return files.Concat(folders.SelectMany(Walk));
    }

    private static SourceFile? Read(string path)
    {
        var bytes = File.ReadAllBytes(Path.Combine(Root, path));
        return bytes.Contains((byte)0) ? null : new SourceFile(path, Encoding.UTF8.GetString(bytes));
    }
}
