namespace Airside.Platform.Tests.Terraform;

/// <summary>The folder <c>infra</c>: its modules and roots, and copies in which tests can run in parallel.</summary>
internal static class Infrastructure
{
    public static readonly string[] Environments = ["dev", "test", "uat", "production"];

    /// <summary>Every folder with a configuration, relative to <c>infra</c>, except those only for tests.</summary>
    public static IEnumerable<string> Folders =>
        Directory.EnumerateFiles(Root, "main.tf", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Root, Path.GetDirectoryName(file)!).Replace('\\', '/'))
            .Where(folder => !folder.Contains(".terraform", StringComparison.Ordinal))
            .Where(folder => !folder.Contains("/tests/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

    public static string Root => Repository.PathOf("infra");

    /// <summary>Copies it and returns the path of a root in the copy, which keeps its state there instead of in its backend.</summary>
    public static string CopyRoot(string name, string root)
    {
        var folder = Path.Combine(Copy(name), root);
        File.WriteAllText(
            Path.Combine(folder, "backend_override.tf"),
            """
            terraform {
              backend "local" {}
            }
            """);
        return folder;
    }

    /// <summary>Copies it, so that a run leaves nothing in the repository, and returns the copy's path.</summary>
    public static string Copy(string name)
    {
        var copy = Repository.PathOf($"artifacts/terraform/{name}");
        if (Directory.Exists(copy))
        {
            Directory.Delete(copy, recursive: true);
        }

        foreach (var file in Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories))
        {
            var relative = Path.GetRelativePath(Root, file);
            if (!relative.Contains(".terraform" + Path.DirectorySeparatorChar, StringComparison.Ordinal)
                && !relative.EndsWith("_override.tf", StringComparison.Ordinal))
            {
                var target = Path.Combine(copy, relative);
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(file, target);
            }
        }

        return copy;
    }
}
