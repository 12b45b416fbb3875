namespace Airside.Stores.Embedded;

/// <summary>
/// The few disk operations that the embedded store is built on: one flat directory. A seam, so that tests can lose, tear,
/// reorder and damage what was not yet synced, and fill the disk.
/// </summary>
/// <remarks>Every member throws <see cref="IOException"/> when the disk refuses.</remarks>
internal interface IDisk
{
    /// <summary>Names of all files of the directory, in ordinal order.</summary>
    IReadOnlyList<string> List();

    /// <summary>Makes an empty file, in place of one that has the name already.</summary>
    /// <remarks>Its name is durable after <see cref="SyncDirectory"/>.</remarks>
    IDiskFile Create(string name);

    /// <summary>Opens a file to read.</summary>
    IDiskFile OpenRead(string name);

    /// <summary>Gives a file another name, in one step, replacing what has that name. Durable after <see cref="SyncDirectory"/>.</summary>
    void Rename(string from, string to);

    /// <summary>Removes a file. Durable after <see cref="SyncDirectory"/>.</summary>
    void Delete(string name);

    /// <summary>Makes the names of the files durable: what was created, renamed and deleted before.</summary>
    void SyncDirectory();
}

/// <summary>One open file of an <see cref="IDisk"/>.</summary>
internal interface IDiskFile : IDisposable
{
    /// <summary>Length in bytes.</summary>
    long Length { get; }

    /// <summary>Reads from an offset until the buffer is full or the file ends, and gives the number of bytes read.</summary>
    int Read(long offset, Span<byte> buffer);

    /// <summary>Writes at an offset. Not durable before <see cref="Sync"/>.</summary>
    void Write(long offset, ReadOnlySpan<byte> bytes);

    /// <summary>Lengthens the file with zeros and allocates their space, so that later writes there cannot fill the disk.</summary>
    void Reserve(long length);

    /// <summary>Shortens the file.</summary>
    void Truncate(long length);

    /// <summary>Makes everything written before durable: content and length.</summary>
    void Sync();
}
