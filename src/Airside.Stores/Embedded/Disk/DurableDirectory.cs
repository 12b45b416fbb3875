namespace Airside.Stores.Embedded.Disk;

/// <summary>Creates directories whose names survive a power loss.</summary>
internal static class DurableDirectory
{
    /// <summary>Creates a directory and its parents.</summary>
    /// <param name="directory">Its full path.</param>
    /// <param name="sync">Makes the names in a directory durable.</param>
    /// <exception cref="IOException">The disk refused.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be created.</exception>
    public static void Create(string directory, Action<string> sync)
    {
        if (Path.GetDirectoryName(directory) is not { } parent)
        {
            return;
        }

        if (Directory.Exists(directory))
        {
            SyncIfPossible(parent, sync);
            return;
        }

        Create(parent, sync);
        Directory.CreateDirectory(directory);
        sync(parent);
    }

    /// <summary>
    /// Syncs the parent, because an earlier process may have created the directory and ended before its name was durable. A parent that
    /// may not be opened or cannot be synced is no reason to refuse an existing directory: then someone else created it.
    /// </summary>
    private static void SyncIfPossible(string parent, Action<string> sync)
    {
        try
        {
            sync(parent);
        }
        catch (IOException exception) when (exception.HResult != Native.InputOutputError)
        {
            // Its creator is responsible for its name.
        }
    }
}
