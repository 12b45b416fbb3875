using Airside.Core;
using Microsoft.Win32.SafeHandles;

namespace Airside.Stores.Embedded;

/// <summary>Keeps a second process out of a data directory, for as long as this one lives.</summary>
internal sealed class DirectoryLock : IDisposable
{
    private const string FileName = "airside.lock";
    private readonly string _directory;
    private readonly FileStream? _file;
    private readonly SafeFileHandle? _directoryHandle;

    private DirectoryLock(string directory, FileStream? file, SafeFileHandle? directoryHandle) =>
        (_directory, _file, _directoryHandle) = (directory, file, directoryHandle);

    /// <summary>Takes the lock.</summary>
    /// <exception cref="StoreUnavailableException">Another process has it.</exception>
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

    /// <summary>Whether this process may write: nobody else can have the lock.</summary>
    public bool IsHeld => _file is not null;

    /// <summary>
    /// Why the lock keeps nobody out any more, or null while it does: the file is gone from its place, or the directory itself is. Looks at
    /// the disk.
    /// </summary>
    public string? Fault() => _file is null || Native.IsAt(_file.SafeFileHandle, Path.Combine(_directory, FileName))
        ? null
        : $"'{Path.Combine(_directory, FileName)}' was removed or replaced while this process had it locked, so another process may have "
            + "the data directory by now (Airside:DataDirectory). Nothing is recorded until a restart; look at what became of it first.";

    /// <inheritdoc/>
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
            // The system gives the lock back when the process ends, however it ends; the file itself says nothing.
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
    /// On a full or read-only disk the file can still be locked where it is there already. Where it is not, the directory can be
    /// read, but writing has to wait for a start that gets the lock.
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
    /// Locks the directory itself as well, where the file system can: unlike the file it cannot be removed by someone who tidies up. The
    /// file stays, because earlier versions know only that.
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
        $"Another process uses the data directory '{directory}'. The embedded store serves one process: stop the other one, "
        + $"or choose another directory with Airside:DataDirectory (now '{directory}').",
        exception);

    private static bool IsSharingViolation(Exception exception)
    {
        const int SharingViolationWindows = unchecked((int)0x80070020);
        return exception is IOException
            && exception.HResult is SharingViolationWindows or Native.WouldBlockLinux or Native.WouldBlockMacOs;
    }
}
