using Airside.Platform.Tests.Chart;

namespace Airside.Platform.Tests.Containers;

/// <summary>The files that a clean clone has, in a directory of their own: nothing that was built or ignored comes with them.</summary>
internal sealed class CleanClone : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("airside-clone-");

    public string Path => _directory.FullName;

    public static async Task<CleanClone> MakeAsync()
    {
        var clone = new CleanClone();
        var list = await Tool.DemandAsync(
            "git", ["-C", Repository.PathOf("."), "ls-files", "--cached", "--others", "--exclude-standard", "-z"]);
        foreach (var file in list.Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(file => File.Exists(Repository.PathOf(file))))
        {
            var copy = System.IO.Path.Combine(clone.Path, file);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(copy)!);
            File.Copy(Repository.PathOf(file), copy);
        }

        return clone;
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
