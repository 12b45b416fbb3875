using Airside.Core.Transactions;
using Airside.Stores.Embedded.Disk;

namespace Airside.Stores.Embedded.Imports;

/// <summary>An import in progress: its batches go to a file that is meaningless until it is complete and renamed.</summary>
internal sealed class PendingImport : IDisposable
{
    private readonly IDisk _disk;
    private readonly IDiskFile _file;
    private long _length;

    private PendingImport(IDisk disk, byte[] id, IDiskFile file)
    {
        _disk = disk;
        Id = id;
        _file = file;
    }

    /// <summary>Creates the file, replacing an unfinished one.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public static PendingImport Begin(IDisk disk, byte[] id)
    {
        var header = ImportFormat.FileHeader(id);
        var import = new PendingImport(disk, id, disk.Create(ImportFormat.UnfinishedName));
        try
        {
            import.Append(header);
            return import;
        }
        catch (Exception)
        {
            import.Dispose();
            throw;
        }
    }

    /// <summary>Identifies what is imported.</summary>
    public byte[] Id { get; }

    public long Batches { get; private set; }

    /// <summary>Routes in the batches so far.</summary>
    public int Routes { get; private set; }

    /// <summary>Writes a batch.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public void Write(IReadOnlyList<ArchiveEntry> entries)
    {
        Append(ImportFormat.Block(Batches, entries));
        Batches++;
        Routes += entries.Count(entry => entry is RouteEntry);
    }

    /// <summary>Writes the end block and makes the file durable, still under its unfinished name.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public void Complete()
    {
        Append(ImportFormat.End(Batches));
        _file.Sync();
    }

    /// <summary>Deletes the file if possible; it is meaningless anyway.</summary>
    public void Abandon()
    {
        Dispose();
        try
        {
            _disk.Delete(ImportFormat.UnfinishedName);
        }
        catch (IOException)
        {
            // The exception being thrown already reports the disk's error.
        }
    }

    public void Dispose() => _file.Dispose();

    private void Append(byte[] bytes)
    {
        _file.Write(_length, bytes);
        _length += bytes.Length;
    }
}
