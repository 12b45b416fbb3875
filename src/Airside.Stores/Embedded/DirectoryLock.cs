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
        catch (UnauthorizedAccessException)
        {
            // Nobody can write here, so there is nobody to keep out. Reading is still possible.
            return new DirectoryLock(null);
        }
        catch (IOException exception) when (IsSharingViolation(exception))
        {
            throw new StoreUnavailableException(
                $"Another process uses the data directory '{directory}'. The embedded store serves one process: stop the other one, "
                + $"or choose another directory with Airside:DataDirectory (now '{directory}').",
                exception);
        }
        catch (IOException) when (Directory.Exists(directory))
        {
            // A full or read-only disk. Writing reports it with its cause; reading goes on.
            return new DirectoryLock(null);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private static bool IsSharingViolation(IOException exception)
    {
        const int SharingViolationWindows = unchecked((int)0x80070020);
        const int WouldBlockLinux = 11;
        const int WouldBlockMacOs = 35;
        return exception.HResult is SharingViolationWindows or WouldBlockLinux or WouldBlockMacOs;
    }
}
