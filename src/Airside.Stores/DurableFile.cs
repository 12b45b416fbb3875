using Airside.Stores.Embedded;

namespace Airside.Stores;

/// <summary>A file that is there whole or not at all, whatever happens while it is written.</summary>
public static class DurableFile
{
    private const int BufferBytes = 64 * 1024;

    /// <summary>Writes a file under another name first, makes it durable and gives it its name, in place of what had it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes its content.</param>
    /// <exception cref="IOException">It cannot be written; what had its name is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static async Task<T> WriteAsync<T>(string path, Func<Stream, Task<T>> write)
    {
        path = Path.GetFullPath(path);
        var unfinished = path + DiskFiles.UnfinishedSuffix;
        try
        {
            T result;
            await using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None, BufferBytes))
            {
                result = await write(file);
                file.Flush(flushToDisk: true);
            }

            File.Move(unfinished, path, overwrite: true);
            new FileSystemDisk(Path.GetDirectoryName(path)!).SyncDirectory();
            return result;
        }
        catch (Exception)
        {
            File.Delete(unfinished);
            throw;
        }
    }
}
