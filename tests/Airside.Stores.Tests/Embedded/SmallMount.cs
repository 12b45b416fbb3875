using System.Diagnostics;

namespace Airside.Stores.Tests.Embedded;

/// <summary>A small in-memory file system that a test can fill and make read-only.</summary>
internal sealed class SmallMount : IDisposable
{
    private SmallMount(string path) => Path = path;

    public string Path { get; }

    /// <summary>Mounts it, or skips the test if that is not allowed.</summary>
    public static SmallMount Create(int megabytes)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "A file system in memory is mounted on Linux only.");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Mounting a file system takes the rights of root.");
        var path = Directory.CreateTempSubdirectory("airside-mount-").FullName;
        if (Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", path) is { } error)
        {
            Directory.Delete(path);
            Assert.Skip($"A file system in memory cannot be mounted here: {error}");
        }

        return new SmallMount(path);
    }

    public void MakeReadOnly() => Assert.Null(Run("mount", "-o", "remount,ro", Path));

    public void MakeWritable() => Assert.Null(Run("mount", "-o", "remount,rw", Path));

    /// <summary>Fills the free space with a file and returns its path.</summary>
    public string Fill()
    {
        var path = System.IO.Path.Combine(Path, "filler");
        using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
        var block = new byte[4096];
        try
        {
            for (var offset = 0L; ; offset += block.Length)
            {
                RandomAccess.Write(file, block, offset);
            }
        }
        catch (IOException)
        {
            return path;
        }
    }

    public void Dispose()
    {
        Run("umount", "-l", Path);
        Directory.Delete(Path);
    }

    /// <summary>Runs a program and returns its error, or null.</summary>
    private static string? Run(string program, params string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false };
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : error.Trim();
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            return exception.Message;
        }
    }
}
