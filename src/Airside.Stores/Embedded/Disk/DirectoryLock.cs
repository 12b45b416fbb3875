using Airside.Core;
using Microsoft.Win32.SafeHandles;

namespace Airside.Stores.Embedded.Disk;

/// <summary>Keeps other processes out of a data directory while this one runs.</summary>
internal sealed class DirectoryLock : IDisposable
{
    private const string FileName = "airside.lock";
    private readonly string _directory;
    private readonly FileStream? _file;
    private readonly SafeFileHandle? _directoryHandle;

    private DirectoryLock(string directory, FileStream? file, SafeFileHandle? directoryHandle) =>
        (_directory, _file, _directoryHandle) = (directory, file, directoryHandle);

    /// <summary>Acquires the lock.</summary>
    /// <exception cref="StoreUnavailableException">Another process holds it.</exception>
    public static DirectoryLock Take(string directory)
    {
        var file = TakeFile(directory);
        try
        {
            return new DirectoryLock(directory, file, TakeDirectory(directory));
        }
        catch (Exception)
        {
            file?.Dispose();
            throw;
        }
    }

    /// <summary>Whether this process holds the lock and may write.</summary>
    public bool IsHeld => _file is not null;

    /// <summary>
    /// Returns why the lock no longer keeps others out, or null: the file or the directory was removed or replaced. Checks the disk.
    /// </summary>
    public string? Fault() => _file is null || Native.IsAt(_file.SafeFileHandle, Path.Combine(_directory, FileName))
        ? null
        : $"'{Path.Combine(_directory, FileName)}' was removed or replaced while this process had it locked, so another process may be "
            + "using the data directory (Airside:DataDirectory). Nothing is recorded until a restart; check the directory first.";

    public void Dispose()
    {
        _directoryHandle?.Dispose();
        _file?.Dispose();
    }

    private static FileStream? TakeFile(string directory)
    {
        var path = Path.Combine(directory, FileName);
        try
        {
            // The system releases the lock however the process ends; the file's content is meaningless.
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception exception) when (IsSharingViolation(exception))
        {
            throw InUse(directory, exception);
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException && Directory.Exists(directory))
        {
            return TakeFileToRead(directory, path);
        }
    }

    /// <summary>
    /// Locks the file for reading, which works on a full or read-only disk if the file exists. Otherwise the directory can be read, but
    /// writing must wait for a start that gets the lock.
    /// </summary>
    private static FileStream? TakeFileToRead(string directory, string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.None);
        }
        catch (Exception exception) when (IsSharingViolation(exception))
        {
            throw InUse(directory, exception);
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
        {
            return null;
        }
    }

    /// <summary>
    /// Also locks the directory itself, if the file system supports it: unlike the file, it is not removed in a cleanup. The file stays,
    /// because earlier versions know only the file.
    /// </summary>
    private static SafeFileHandle? TakeDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        var handle = Native.OpenDirectory(directory);
        if (Native.TryLock(handle, out var isTaken))
        {
            return handle;
        }

        handle.Dispose();
        return isTaken ? throw InUse(directory, null) : null;
    }

    private static StoreUnavailableException InUse(string directory, Exception? exception) => new(
        $"Another process is using the data directory '{directory}'. The embedded store serves one process: stop the other one, "
        + $"or choose another directory with Airside:DataDirectory (now '{directory}').",
        exception);

    private static bool IsSharingViolation(Exception exception)
    {
        const int SharingViolationWindows = unchecked((int)0x80070020);
        return exception is IOException
            && exception.HResult is SharingViolationWindows or Native.WouldBlockLinux or Native.WouldBlockMacOs;
    }
}
