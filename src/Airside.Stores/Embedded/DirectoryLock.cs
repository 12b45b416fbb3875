using Airside.Core;

namespace Airside.Stores.Embedded;

/// <summary>Keeps a second process out of a data directory, for as long as this one lives.</summary>
internal sealed class DirectoryLock : IDisposable
{
    private const string FileName = "airside.lock";
    private readonly FileStream? _file;

    private DirectoryLock(FileStream? file) => _file = file;

    /// <summary>Takes the lock.</summary>
    /// <exception cref="StoreUnavailableException">Another process has it.</exception>
    public static DirectoryLock Take(string directory)
    {
        var path = Path.Combine(directory, FileName);
        try
        {
            // The system gives the lock back when the process ends, however it ends; the file itself says nothing.
            return new DirectoryLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (Exception exception) when (IsSharingViolation(exception))
        {
            throw InUse(directory, exception);
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException && Directory.Exists(directory))
        {
            return TakeToRead(directory, path);
        }
    }

    /// <summary>Whether this process may write: nobody else can have the lock.</summary>
    public bool IsHeld => _file is not null;

    /// <summary>
    /// On a full or read-only disk the file can still be locked where it is there already. Where it is not, the directory can be
    /// read, but writing has to wait for a start that gets the lock.
    /// </summary>
    private static DirectoryLock TakeToRead(string directory, string path)
    {
        try
        {
            return new DirectoryLock(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.None));
        }
        catch (Exception exception) when (IsSharingViolation(exception))
        {
            throw InUse(directory, exception);
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
        {
            return new DirectoryLock(null);
        }
    }

    private static StoreUnavailableException InUse(string directory, Exception exception) => new(
        $"Another process uses the data directory '{directory}'. The embedded store serves one process: stop the other one, "
        + $"or choose another directory with Airside:DataDirectory (now '{directory}').",
        exception);

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private static bool IsSharingViolation(Exception exception)
    {
        const int SharingViolationWindows = unchecked((int)0x80070020);
        const int WouldBlockLinux = 11;
        const int WouldBlockMacOs = 35;
        return exception is IOException && exception.HResult is SharingViolationWindows or WouldBlockLinux or WouldBlockMacOs;
    }
}
