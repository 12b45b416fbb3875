namespace Airside.Stores.Embedded;

/// <summary>Makes directories whose names survive a loss of power.</summary>
internal static class DurableDirectory
{
    /// <summary>Makes a directory, with those above it.</summary>
    /// <param name="directory">Its full path.</param>
    /// <param name="sync">Makes the names in a directory durable.</param>
    /// <exception cref="IOException">The disk refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made.</exception>
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
    /// A process before this one may have made the directory and ended before its name was durable. A parent that may not be
    /// opened or cannot be synced is no reason to refuse a directory that is there: then somebody else has made it.
    /// </summary>
    private static void SyncIfPossible(string parent, Action<string> sync)
    {
        try
        {
            sync(parent);
        }
        catch (IOException exception) when (exception.HResult != Native.InputOutputError)
        {
            // Its maker answers for its name.
        }
    }
}
