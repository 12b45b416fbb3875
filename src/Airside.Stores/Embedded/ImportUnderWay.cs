using Airside.Core.Archives;

namespace Airside.Stores.Embedded;

/// <summary>An import whose batches are being written to a file that means nothing until it is whole and has its name.</summary>
internal sealed class ImportUnderWay : IDisposable
{
    private readonly IDisk _disk;
    private readonly IDiskFile _file;
    private long _length;

    private ImportUnderWay(IDisk disk, byte[] id, IDiskFile file)
    {
        _disk = disk;
        Id = id;
        _file = file;
    }

    /// <summary>Begins the file anew.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public static ImportUnderWay Begin(IDisk disk, byte[] id)
    {
        var header = ImportFormat.FileHeader(id);
        var import = new ImportUnderWay(disk, id, disk.Create(ImportFormat.UnfinishedName));
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

    /// <summary>Names what is imported.</summary>
    public byte[] Id { get; }

    /// <summary>Number of batches that are written.</summary>
    public long Batches { get; private set; }

    /// <summary>Writes a batch.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public void Write(IReadOnlyList<ArchiveEntry> entries)
    {
        Append(ImportFormat.Block(Batches, entries));
        Batches++;
    }

    /// <summary>Makes all of it durable, still under its unfinished name.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public void Complete()
    {
        Append(ImportFormat.End(Batches));
        _file.Sync();
    }

    /// <summary>Gives the space back where that is possible; the file means nothing anyway.</summary>
    public void Abandon()
    {
        Dispose();
        try
        {
            _disk.Delete(ImportFormat.UnfinishedName);
        }
        catch (IOException)
        {
            // What is wrong with the disk is told by the exception under way.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void Append(byte[] bytes)
    {
        _file.Write(_length, bytes);
        _length += bytes.Length;
    }
}
