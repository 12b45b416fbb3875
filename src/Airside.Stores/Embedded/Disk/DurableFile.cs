namespace Airside.Stores.Embedded.Disk;

/// <summary>Writes files that exist completely or not at all, whatever happens during the write.</summary>
public static class DurableFile
{
    private const int BufferBytes = 64 * 1024;

    /// <summary>Writes a file under a temporary name, makes it durable and renames it, replacing an existing file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes its content.</param>
    /// <exception cref="IOException">It cannot be written; an existing file is unchanged.</exception>
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
