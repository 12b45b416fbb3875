namespace Airside.Stores.Embedded.Disk;

/// <summary>
/// The few disk operations of the embedded store, on one flat directory. A seam for tests, which lose, tear, reorder and damage what was
/// not yet synced, and fill the disk.
/// </summary>
/// <remarks>Every member throws <see cref="IOException"/> when the disk refuses.</remarks>
internal interface IDisk
{
    /// <summary>Returns the names of all files in the directory, in ordinal order.</summary>
    IReadOnlyList<string> List();

    /// <summary>Creates an empty file, replacing an existing one.</summary>
    /// <remarks>Its name is durable after <see cref="SyncDirectory"/>.</remarks>
    IDiskFile Create(string name);

    IDiskFile OpenRead(string name);

    /// <summary>Renames a file in one step, replacing an existing one. Durable after <see cref="SyncDirectory"/>.</summary>
    void Rename(string from, string to);

    /// <summary>Removes a file. Durable after <see cref="SyncDirectory"/>.</summary>
    void Delete(string name);

    /// <summary>Makes file names durable: all earlier creations, renames and deletions.</summary>
    void SyncDirectory();
}

/// <summary>One open file of an <see cref="IDisk"/>.</summary>
internal interface IDiskFile : IDisposable
{
    /// <summary>Length in bytes.</summary>
    long Length { get; }

    /// <summary>Reads from an offset until the buffer is full or the file ends, and returns the number of bytes read.</summary>
    int Read(long offset, Span<byte> buffer);

    /// <summary>Writes at an offset. Not durable before <see cref="Sync"/>.</summary>
    void Write(long offset, ReadOnlySpan<byte> bytes);

    /// <summary>Extends the file with zeros and allocates their space, so later writes there cannot fill the disk.</summary>
    void Reserve(long length);

    void Truncate(long length);

    /// <summary>Makes everything written so far durable: content and length.</summary>
    void Sync();
}
