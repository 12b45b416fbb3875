using System.Buffers.Binary;
using Airside.Core;
using Airside.Stores.Shared;

namespace Airside.Stores.Embedded.Tables;

/// <summary>
/// The remembered keys, oldest first, in chunks of memory. A chunk is freed once all its keys have left the window.
/// An entry never moves and never changes, so a 32-bit reference identifies it.
/// </summary>
/// <remarks>
/// Entry: route (8 bytes), total after it (8), time (4), length of the key (2), the key in UTF-8, padding to 4 bytes. The time is in
/// seconds since 1970, rounded up, so no key is forgotten too early.
/// Reference: number of the chunk (16 bits), offset in it in units of 4 bytes (16 bits). 0 is never a reference.
/// </remarks>
internal sealed class KeyArena(long bytesMax)
{
    internal const int ChunkBytes = 256 * 1024;
    private const int UnitBytes = 4;
    private const int HeaderBytes = 22;
    private const int ChunksMin = 64;
    private const int ChunksMax = 1 << 16;

    private readonly int _chunksMax = (int)Math.Min(ChunksMax, bytesMax / ChunkBytes);

    private Chunk?[] _chunks = new Chunk[ChunksMin];
    private int _first;
    private int _current = -1;
    private int _count;

    /// <summary>Returns the limit of the memory for keys, in bytes, from the memory that the process may use.</summary>
    public static long BytesMaxOf(long memoryBytes) =>
        Math.Min(Limits.KeyMemoryBytesMax, memoryBytes / 100 * Limits.KeyMemoryPercentMax);

    /// <summary>Allocated memory, in bytes.</summary>
    public long Bytes => (long)_count * ChunkBytes;

    /// <summary>Adds an entry and returns its reference.</summary>
    /// <exception cref="StoreUnavailableException">The memory for keys is full.</exception>
    public uint Add(ulong route, long total, ReadOnlySpan<byte> key, long nowMs)
    {
        var seconds = SecondsOf(nowMs);
        var entryBytes = EntryBytes(key.Length);
        if (_current < 0 || _chunks[_current]!.UsedBytes + entryBytes > ChunkBytes)
        {
            BeginChunk();
        }

        var chunk = _chunks[_current]!;
        var offset = chunk.UsedBytes;
        var entry = chunk.Bytes.AsSpan(offset, entryBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(entry, route);
        BinaryPrimitives.WriteInt64LittleEndian(entry[8..], total);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[16..], seconds);
        BinaryPrimitives.WriteUInt16LittleEndian(entry[20..], (ushort)key.Length);
        key.CopyTo(entry[HeaderBytes..]);

        chunk.UsedBytes += entryBytes;
        chunk.NewestSeconds = Math.Max(chunk.NewestSeconds, seconds);
        return Reference(_current, offset);
    }

    public ReadOnlySpan<byte> Key(uint reference)
    {
        var entry = Entry(reference);
        return entry.Slice(HeaderBytes, BinaryPrimitives.ReadUInt16LittleEndian(entry[20..]));
    }

    /// <summary>Returns the route of an entry, and its total right after the key was recorded.</summary>
    public (ulong Route, long Total) Value(uint reference)
    {
        var entry = Entry(reference);
        return (BinaryPrimitives.ReadUInt64LittleEndian(entry), BinaryPrimitives.ReadInt64LittleEndian(entry[8..]));
    }

    public bool IsBefore(uint reference, long cutoffMs) =>
        BinaryPrimitives.ReadUInt32LittleEndian(Entry(reference)[16..]) * 1_000L < cutoffMs;

    /// <summary>Sets the time at which the key of an entry counts as recorded.</summary>
    public void SetTime(uint reference, long timeMs) => BinaryPrimitives.WriteUInt32LittleEndian(
        _chunks[reference >> 16]!.Bytes.AsSpan(OffsetBytes(reference) + 16), SecondsOf(timeMs));

    /// <summary>Removes the entry that was added last; the reference must be that entry.</summary>
    public void RemoveLast(uint reference)
    {
        var chunk = (int)(reference >> 16);
        _chunks[chunk]!.UsedBytes = OffsetBytes(reference);
        if (chunk != _current)
        {
            // The current chunk is empty again; the removed entry was the last one of the previous chunk.
            Free(_current);
            _current = chunk;
        }
    }

    /// <summary>Returns whether the oldest chunk is full and all its keys are older than the cutoff.</summary>
    public bool OldestIsBefore(long cutoffMs) => _count > 1 && _chunks[_first]!.NewestSeconds * 1_000L < cutoffMs;

    /// <summary>Returns references to all entries of the oldest chunk.</summary>
    public IEnumerable<uint> OldestEntries()
    {
        for (var offset = UnitBytes; offset < _chunks[_first]!.UsedBytes;)
        {
            var reference = Reference(_first, offset);
            yield return reference;
            offset += EntryBytes(Key(reference).Length);
        }
    }

    /// <summary>Frees the oldest chunk.</summary>
    public void RemoveOldest()
    {
        Free(_first);
        _first = (_first + 1) % ChunksMax;
    }

    private void BeginChunk()
    {
        if (_count == _chunksMax)
        {
            throw new StoreUnavailableException(
                $"The memory for transaction keys is full: {Bytes} bytes, the lesser of {nameof(Limits.KeyMemoryBytesMax)} and "
                + $"{Limits.KeyMemoryPercentMax} % of the memory ({nameof(Limits.KeyMemoryPercentMax)}). "
                + "Keys are removed when they leave the window; a shorter Airside:KeyWindowHours makes room after a restart.");
        }

        // Created first, so if there is no memory for it, nothing has changed yet.
        FaultPoint.Pass();
        var chunk = new Chunk();
        var next = (_first + _count) % ChunksMax;
        if (next >= _chunks.Length)
        {
            Array.Resize(ref _chunks, _chunks.Length * 2);
        }

        _current = next;
        _chunks[_current] = chunk;
        _count++;
    }

    private void Free(int chunk)
    {
        _chunks[chunk] = null;
        _count--;
    }

    private ReadOnlySpan<byte> Entry(uint reference) => _chunks[reference >> 16]!.Bytes.AsSpan(OffsetBytes(reference));

    private static int EntryBytes(int keyLength) => (HeaderBytes + keyLength + UnitBytes - 1) / UnitBytes * UnitBytes;

    private static uint SecondsOf(long timeMs) => (uint)Math.Clamp((timeMs + 999) / 1_000, 0, uint.MaxValue);

    private static uint Reference(int chunk, int offset) => ((uint)chunk << 16) | (uint)(offset / UnitBytes);

    private static int OffsetBytes(uint reference) => (int)(reference & 0xffff) * UnitBytes;

    private sealed class Chunk
    {
        public byte[] Bytes { get; } = GC.AllocateUninitializedArray<byte>(ChunkBytes);

        public int UsedBytes { get; set; } = UnitBytes;

        public uint NewestSeconds { get; set; }
    }
}
