namespace Airside.Stores.Embedded.Disk;

/// <summary>Operations on complete files of a disk.</summary>
internal static class DiskFiles
{
    /// <summary>Suffix of files that were being written when the process ended, and are meaningless.</summary>
    internal const string UnfinishedSuffix = ".tmp";

    public static bool TryParseUnfinished(string name, out string finished)
    {
        var isUnfinished = name.EndsWith(UnfinishedSuffix, StringComparison.Ordinal);
        finished = isUnfinished ? name[..^UnfinishedSuffix.Length] : name;
        return isUnfinished;
    }

    public static byte[] ReadFile(this IDisk disk, string name)
    {
        byte[] buffer = [];
        _ = disk.ReadFile(name, ref buffer);
        return buffer;
    }

    /// <summary>Reads a file into a buffer, which is replaced if it is too small, so that many large files need no fresh memory.</summary>
    public static ReadOnlySpan<byte> ReadFile(this IDisk disk, string name, ref byte[] buffer)
    {
        using var file = disk.OpenRead(name);
        var length = checked((int)file.Length);
        if (buffer.Length < length)
        {
            buffer = GC.AllocateUninitializedArray<byte>(length);
        }

        var bytes = buffer.AsSpan(0, length);
        return file.Read(0, bytes) == length ? bytes : throw new IOException($"'{name}' shrank while it was being read.");
    }

    /// <summary>Replaces a file in one durable step: after a crash it has the old or the new content.</summary>
    public static void ReplaceFile(this IDisk disk, string name, ReadOnlySpan<byte> bytes)
    {
        var unfinished = name + UnfinishedSuffix;
        try
        {
            using (var file = disk.Create(unfinished))
            {
                file.Write(0, bytes);
                file.Sync();
            }

            disk.Rename(unfinished, name);
        }
        catch (IOException)
        {
            DeleteIfPossible(disk, unfinished);
            throw;
        }

        disk.SyncDirectory();
    }

    /// <summary>Deletes an unfinished file to free its space. If the disk refuses, the file is meaningless anyway.</summary>
    private static void DeleteIfPossible(IDisk disk, string name)
    {
        try
        {
            disk.Delete(name);
        }
        catch (IOException)
        {
            // The exception being thrown already reports the disk's error.
        }
    }
}
