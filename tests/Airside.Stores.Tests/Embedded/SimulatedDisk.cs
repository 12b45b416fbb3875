using Airside.Stores.Embedded.Disk;

namespace Airside.Stores.Tests.Embedded;

/// <summary>An in-memory directory that loses, tears and reorders unsynced changes in a power loss, and that can be full or fail.</summary>
internal sealed class SimulatedDisk(Random random) : IDisk
{
    private readonly SortedDictionary<string, SimulatedFile> _files = new(StringComparer.Ordinal);
    private readonly List<DirectoryOperation> _unsynced = [];
    private SortedDictionary<string, SimulatedFile> _durableFiles = new(StringComparer.Ordinal);

    public SimulatedFaults Faults { get; private set; } = new(random);

    /// <summary>Total size of all files.</summary>
    public long UsedBytes => _files.Values.Sum(file => (long)file.Content.Length);

    public IReadOnlyList<string> List()
    {
        Faults.ThrowIfDead();
        Faults.Step(isOfDisk: true);
        return [.. _files.Keys];
    }

    public IDiskFile Create(string name)
    {
        Faults.Run(() =>
        {
            if (_files.TryGetValue(name, out var present))
            {
                // The name stays as durable as it was; only the content goes.
                present.SetLength(0);
                return;
            }

            var file = new SimulatedFile([]);
            _files[name] = file;
            _unsynced.Add(new DirectoryOperation(file, From: null, To: name));
        });
        return new OpenFile(this, _files[name]);
    }

    public IDiskFile OpenRead(string name)
    {
        Faults.ThrowIfDead();
        Faults.Step(isOfDisk: true);
        return _files.TryGetValue(name, out var file) ? new OpenFile(this, file) : throw new FileNotFoundException(name);
    }

    public void Rename(string from, string to) => Faults.Run(() =>
    {
        var file = _files[from];
        _files.Remove(from);
        _files[to] = file;
        _unsynced.Add(new DirectoryOperation(file, from, to));
    });

    public void Delete(string name) => Faults.Run(() =>
    {
        // As on a real disk, a missing file is no error.
        if (_files.Remove(name, out var file))
        {
            _unsynced.Add(new DirectoryOperation(file, name, To: null));
        }
    });

    public void SyncDirectory() => Faults.Run(() =>
    {
        if (Faults.NextSyncFails())
        {
            throw new IOException("Simulated: the directory cannot be synced.");
        }

        _durableFiles = new SortedDictionary<string, SimulatedFile>(_files, StringComparer.Ordinal);
        _unsynced.Clear();
    });

    /// <summary>Ends the process but not the system: the next process reads all that was written, synced or not.</summary>
    public void Kill() => Faults = new SimulatedFaults(random);

    /// <summary>Returns the disk as it may be after a power loss.</summary>
    public SimulatedDisk Crash()
    {
        var names = new SortedDictionary<string, SimulatedFile>(_durableFiles, StringComparer.Ordinal);
        var keepInTen = random.Next(3) * 5;
        foreach (var operation in _unsynced)
        {
            if (random.Next(10) < keepInTen)
            {
                operation.ApplyTo(names);
            }
        }

        return From(names.Select(pair => (pair.Key, pair.Value.AfterPowerLoss(random))));
    }

    /// <summary>Returns a fully durable copy.</summary>
    public SimulatedDisk Copy() => From(_files.Select(pair => (pair.Key, pair.Value.Content)));

    /// <summary>Flips a bit of a durable file.</summary>
    public void FlipBit(string name, long bit) => Replace(name, bytes => bytes[bit / 8] ^= (byte)(1 << (int)(bit % 8)));

    /// <summary>Truncates a durable file.</summary>
    public void Cut(string name, int length) => Put(name, _files[name].Content[..length]);

    /// <summary>Changes a durable file.</summary>
    public void Replace(string name, Action<byte[]> change)
    {
        byte[] bytes = [.. _files[name].Content];
        change(bytes);
        Put(name, bytes);
    }

    /// <summary>Sets a later format version in a journal segment or snapshot; the rest of its header stays valid.</summary>
    public void MakeFormatOfTheFuture(string name) => Replace(name, bytes =>
    {
        bytes[8] = 7;
        BitConverter.GetBytes(Crc32C.Compute(bytes.AsSpan(0, 28))).CopyTo(bytes, 28);
    });

    /// <summary>Puts a durable file.</summary>
    public void Put(string name, byte[] bytes) => _files[name] = _durableFiles[name] = new SimulatedFile(bytes);

    /// <summary>Removes a durable file.</summary>
    public void Remove(string name)
    {
        _files.Remove(name);
        _durableFiles.Remove(name);
    }

    /// <summary>Returns a file's content as processes read it.</summary>
    public byte[] ContentOf(string name) => [.. _files[name].Content];

    private SimulatedDisk From(IEnumerable<(string Name, byte[] Content)> files)
    {
        var disk = new SimulatedDisk(random);
        foreach (var (name, content) in files)
        {
            disk.Put(name, [.. content]);
        }

        return disk;
    }

    /// <summary>A file gets a name, loses one, or both in one step.</summary>
    private sealed record DirectoryOperation(SimulatedFile File, string? From, string? To)
    {
        public void ApplyTo(SortedDictionary<string, SimulatedFile> names)
        {
            // Earlier operations may be lost, so the old name may be missing or refer to another file.
            if (From is not null && names.TryGetValue(From, out var file) && ReferenceEquals(file, File))
            {
                names.Remove(From);
            }

            if (To is not null)
            {
                names[To] = File;
            }
        }
    }

    private sealed class OpenFile(SimulatedDisk disk, SimulatedFile file) : IDiskFile
    {
        private SimulatedFaults Faults => disk.Faults;

        public long Length => file.Content.Length;

        public int Read(long offset, Span<byte> buffer)
        {
            Faults.ThrowIfDead();
            Faults.Step(isOfDisk: true);
            var bytes = file.Content.AsSpan((int)Math.Min(offset, Length));
            bytes = bytes[..Math.Min(bytes.Length, buffer.Length)];
            bytes.CopyTo(buffer);
            return bytes.Length;
        }

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            var copy = bytes.ToArray();
            Faults.Run(() =>
            {
                var room = Math.Max(0, Faults.CapacityBytes - disk.UsedBytes);
                if (Faults.NextWriteFails())
                {
                    file.Write(offset, copy.AsSpan(0, disk.NextPart(copy.Length)));
                    throw new IOException("Simulated: input/output error.");
                }

                if (offset + copy.Length - Length > room)
                {
                    file.Write(offset, copy.AsSpan(0, disk.NextPart((int)(Length + room - offset))));
                    throw new IOException("Simulated: no space left on device.");
                }

                file.Write(offset, copy);
            });
        }

        public void Reserve(long length) => Faults.Run(() =>
        {
            if (length - Length > Math.Max(0, Faults.CapacityBytes - disk.UsedBytes))
            {
                throw new IOException("Simulated: no space left on device.");
            }

            file.SetLength(length);
        });

        public void Truncate(long length) => Faults.Run(() => file.SetLength(length));

        public void Sync() => Faults.Run(() =>
        {
            if (!Faults.NextSyncFails())
            {
                file.Sync();
                return;
            }

            disk.FailSync(file);
            throw new IOException("Simulated: input/output error.");
        });

        public void Dispose()
        {
        }
    }

    private int NextPart(int bytes) => random.Next(bytes + 1);

    private void FailSync(SimulatedFile file) => file.FailSync(random);
}
