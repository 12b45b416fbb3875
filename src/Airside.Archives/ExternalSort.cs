using Airside.Core;

namespace Airside.Archives;

/// <summary>Where to sort data larger than the memory.</summary>
/// <param name="Directory">A directory with room for the entire content. A subdirectory is created when needed, and removed.</param>
/// <param name="EntriesMax">Most entries in memory.</param>
/// <param name="FilesMax">Most temporary files at once, at least 2.</param>
public sealed record SortSpace(
    string Directory, int EntriesMax = Limits.ArchiveSortEntries, int FilesMax = Limits.ArchiveSortFiles);

/// <summary>
/// Sorts any number of entries in bounded memory: full buffers are sorted and written to temporary files, which are merged when read.
/// Entries that fit in memory never touch the disk.
/// </summary>
internal sealed class ExternalSort(SortSpace space) : IDisposable
{
    private readonly List<SortItem> _items = [];
    private readonly List<string> _files = [];
    private string? _directory;
    private int _filesMade;

    /// <summary>Adds an entry.</summary>
    /// <exception cref="IOException">A temporary file cannot be written.</exception>
    public void Add(SortItem item)
    {
        _items.Add(item);
        if (_items.Count < space.EntriesMax)
        {
            return;
        }

        _items.Sort();
        WriteFile(_items);
        _items.Clear();
        if (_files.Count >= space.FilesMax)
        {
            MergeFiles();
        }
    }

    /// <summary>Returns all entries in order. Nothing may be added afterwards.</summary>
    /// <exception cref="IOException">A temporary file cannot be read.</exception>
    public IEnumerable<SortItem> Sorted()
    {
        _items.Sort();
        return _files.Count == 0 ? _items : Merge([.. _files.Select(ReadFile), _items]);
    }

    /// <summary>Removes the temporary files.</summary>
    public void Dispose()
    {
        if (_directory is not null)
        {
            Directory.Delete(_directory, recursive: true);
            _directory = null;
        }
    }

    private static IEnumerable<SortItem> Merge(IReadOnlyList<IEnumerable<SortItem>> runs)
    {
        var sources = new List<IEnumerator<SortItem>>();
        var next = new PriorityQueue<IEnumerator<SortItem>, SortItem>();
        try
        {
            foreach (var run in runs)
            {
                var source = run.GetEnumerator();
                sources.Add(source);
                if (source.MoveNext())
                {
                    next.Enqueue(source, source.Current);
                }
            }

            while (next.TryDequeue(out var source, out var item))
            {
                yield return item;
                if (source.MoveNext())
                {
                    next.Enqueue(source, source.Current);
                }
            }
        }
        finally
        {
            sources.ForEach(source => source.Dispose());
        }
    }

    private static IEnumerable<SortItem> ReadFile(string path)
    {
        using var stream = File.OpenRead(path);
        using var reader = new BinaryReader(stream);
        while (stream.Position < stream.Length)
        {
            yield return new SortItem(Read(reader), Read(reader), Read(reader));
        }
    }

    private void MergeFiles()
    {
        string[] merged = [.. _files];
        WriteFile(Merge([.. merged.Select(ReadFile)]));
        Array.ForEach(merged, File.Delete);
        _files.RemoveRange(0, merged.Length);
    }

    private void WriteFile(IEnumerable<SortItem> items)
    {
        _directory ??= Directory.CreateDirectory(Path.Combine(space.Directory, $".airside-sort-{Guid.NewGuid():n}")).FullName;
        var path = Path.Combine(_directory, $"{_filesMade++}");
        _files.Add(path);
        using var writer = new BinaryWriter(File.Create(path));
        foreach (var (order, line, origin) in items)
        {
            Write(writer, order);
            Write(writer, line);
            Write(writer, origin);
        }
    }

    private static byte[] Read(BinaryReader reader) => reader.ReadBytes(reader.Read7BitEncodedInt());

    private static void Write(BinaryWriter writer, byte[] bytes)
    {
        writer.Write7BitEncodedInt(bytes.Length);
        writer.Write(bytes);
    }
}

/// <summary>One entry to sort.</summary>
/// <param name="Order">Bytes that sort like the entries.</param>
/// <param name="Line">The entry as a line of an archive.</param>
/// <param name="Origin">What distinguishes entries of the same order that a conversion brought together; empty if there is none.</param>
internal readonly record struct SortItem(byte[] Order, byte[] Line, byte[] Origin) : IComparable<SortItem>
{
    public int CompareTo(SortItem other) =>
        Order.AsSpan().SequenceCompareTo(other.Order) is not 0 and var order ? order : Origin.AsSpan().SequenceCompareTo(other.Origin);
}
