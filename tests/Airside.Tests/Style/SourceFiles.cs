using System.Text;

namespace Airside.Tests.Style;

/// <summary>The hand-written text files of this repository.</summary>
internal static class SourceFiles
{
    private static readonly Lazy<IReadOnlyList<SourceFile>> AllFiles = new(() => [.. Repository.Paths.Select(Read).OfType<SourceFile>()]);

    public static IReadOnlyList<SourceFile> All => AllFiles.Value;

    public static IEnumerable<SourceFile> CSharp => All.Where(file => file.IsCSharp);

    public static IEnumerable<SourceFile> Markdown => All.Where(file => file.IsMarkdown);

    private static SourceFile? Read(string path)
    {
        var bytes = File.ReadAllBytes(Repository.PathOf(path));
        return bytes.Contains((byte)0) ? null : new SourceFile(path, Encoding.UTF8.GetString(bytes));
    }
}
