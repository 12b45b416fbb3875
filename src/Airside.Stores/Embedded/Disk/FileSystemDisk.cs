using Microsoft.Win32.SafeHandles;

namespace Airside.Stores.Embedded.Disk;

/// <summary>A directory of the file system.</summary>
internal sealed class FileSystemDisk(string directory, bool mayWrite = true) : IDisk
{
    public IReadOnlyList<string> List() =>
        Guard(() => Directory.GetFiles(directory).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal).ToArray());

    public IDiskFile Create(string name) => !mayWrite
        ? throw new IOException(
            $"The data directory '{directory}' was full or read-only at the start, so no lock keeps another process out. "
            + "Restart once it is writable.")
        : new DiskFile(Guard(() => File.OpenHandle(PathOf(name), FileMode.Create, FileAccess.ReadWrite, FileShare.Read)));

    public IDiskFile OpenRead(string name) =>
        new DiskFile(Guard(() => File.OpenHandle(PathOf(name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite)));

    public void Rename(string from, string to) => Guard(() =>
    {
        File.Move(PathOf(from), PathOf(to), overwrite: true);
        return true;
    });

    public void Delete(string name) => Guard(() =>
    {
        File.Delete(PathOf(name));
        return true;
    });

    public void SyncDirectory()
    {
        // Windows has no such call; NTFS journals its directories.
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var handle = Native.OpenDirectory(directory);
        if (handle.IsInvalid || Native.FSync(handle) != 0)
        {
            throw Native.LastError($"sync the directory '{directory}'");
        }
    }

    private string PathOf(string name) => Path.Combine(directory, name);

    /// <summary>Converts the exception for missing rights, which .NET reports with a different type from other disk errors.</summary>
    private static T Guard<T>(Func<T> operation)
    {
        try
        {
            return operation();
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException(exception.Message, exception);
        }
    }

    private sealed class DiskFile(SafeFileHandle handle) : IDiskFile
    {
        private static readonly byte[] Zeros = new byte[64 * 1024];

        public long Length => RandomAccess.GetLength(handle);

        public int Read(long offset, Span<byte> buffer)
        {
            var total = 0;
            while (total < buffer.Length)
            {
                var read = RandomAccess.Read(handle, buffer[total..], offset + total);
                if (read == 0)
                {
                    break;
                }

                total += read;
            }

            return total;
        }

        public void Write(long offset, ReadOnlySpan<byte> bytes) => RandomAccess.Write(handle, bytes, offset);

        public void Reserve(long length)
        {
            var present = Length;
            if (!OperatingSystem.IsLinux())
            {
                RandomAccess.SetLength(handle, length);
                return;
            }

            var error = Native.PosixFAllocate(handle, present, length - present);
            if (error != 0)
            {
                throw Native.Error(error, $"reserve {length - present} bytes");
            }

            // The file system marks allocated space as unwritten and would have to sync that mark with each record, which takes a
            // second disk access. Written zeros have no such mark.
            for (var offset = present; offset < length; offset += Zeros.Length)
            {
                RandomAccess.Write(handle, Zeros.AsSpan(0, (int)Math.Min(Zeros.Length, length - offset)), offset);
            }
        }

        public void Truncate(long length) => RandomAccess.SetLength(handle, length);

        public void Sync()
        {
            // fdatasync omits the modification time, which is not needed and would cost a second write.
            if (!OperatingSystem.IsLinux())
            {
                RandomAccess.FlushToDisk(handle);
            }
            else if (Native.FDataSync(handle) != 0)
            {
                throw Native.LastError("sync the file");
            }
        }

        public void Dispose() => handle.Dispose();
    }
}
