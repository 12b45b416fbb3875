namespace Airside.Stores.Embedded;

/// <summary>What can be done with whole files of a disk.</summary>
internal static class DiskFiles
{
    /// <summary>Files with this ending were being written when the process ended, and mean nothing.</summary>
    internal const string UnfinishedSuffix = ".tmp";

    /// <summary>Whether a file is unfinished, and the name that it would have got.</summary>
    public static bool TryParseUnfinished(string name, out string finished)
    {
        var isUnfinished = name.EndsWith(UnfinishedSuffix, StringComparison.Ordinal);
        finished = isUnfinished ? name[..^UnfinishedSuffix.Length] : name;
        return isUnfinished;
    }

    /// <summary>Reads a whole file.</summary>
    public static byte[] ReadFile(this IDisk disk, string name)
    {
        using var file = disk.OpenRead(name);
        var bytes = GC.AllocateUninitializedArray<byte>(checked((int)file.Length));
        var read = file.Read(0, bytes);
        return read == bytes.Length ? bytes : throw new IOException($"'{name}' became shorter while it was read.");
    }

    /// <summary>Writes a whole file in one durable step: after a crash the old or the new content is there.</summary>
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

    /// <summary>Gives back the space of a file that was not finished; on a disk that refuses that too it means nothing anyway.</summary>
    private static void DeleteIfPossible(IDisk disk, string name)
    {
        try
        {
            disk.Delete(name);
        }
        catch (IOException)
        {
            // What is wrong with the disk is told by the exception under way.
        }
    }
}
