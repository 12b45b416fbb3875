using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Airside.Core;
using Airside.Stores.Embedded.Journal;
using Airside.Stores.Shared;

namespace Airside.Stores.Embedded.Tables;

/// <summary>
/// The keys in the window, with what each was recorded for. Used by one thread at a time, except for <see cref="Count"/> and
/// <see cref="Bytes"/>.
/// </summary>
/// <remarks>
/// Open addressing over 1,024 small tables, so growing one stalls a commit for microseconds, however many keys there are. A slot
/// holds 32 bits of the key's hash and the reference of its entry in the arena. Lookups compare the key there, so two keys are never
/// mistaken for one.
/// </remarks>
internal sealed class KeyTable
{
    /// <summary>Number of keys to hash and look up together, so the processor fetches their memory in parallel.</summary>
    public const int GroupSize = 32;

    /// <summary>Number of small tables.</summary>
    public const int Tables = 1 << TablesLog2;

    private const int TablesLog2 = 10;
    private const int SlotsMin = 16;
    private const int ChunksExpiredMax = 2 + (JournalFormat.RecordBytesMax / KeyArena.ChunkBytes);

    private readonly KeyArena _arena;
    private readonly SipHash _hash = SipHash.WithRandomSecret();
    private readonly ulong[][] _tables = new ulong[Tables][];
    private readonly int[] _counts = new int[Tables];
    private long _cutoffMs = long.MinValue;
    private long _tableBytes = Tables * SlotsMin * sizeof(ulong);

    /// <summary>Creates an empty table.</summary>
    /// <param name="bytesMax">Limit of the memory for keys; above it, no more can be added.</param>
    public KeyTable(long bytesMax)
    {
        _arena = new KeyArena(bytesMax);
        Array.Fill(_tables, new ulong[SlotsMin]);
    }

    /// <summary>Number of stored keys; some may have left the window.</summary>
    public long Count { get; private set; }

    /// <summary>Memory of the keys and the tables, in bytes.</summary>
    public long Bytes => _arena.Bytes + Volatile.Read(ref _tableBytes);

    /// <summary>Returns the hash by which the other members find a key.</summary>
    public ulong Hash(ReadOnlySpan<byte> key) => _hash.Compute(key);

    /// <summary>Prefetches a key's slot into the processor cache, for callers that look up many keys in a row.</summary>
    public unsafe void Prefetch(ulong hash)
    {
        if (Sse.IsSupported)
        {
            var slots = _tables[TableOf(hash)];
            ref var slot = ref slots[(uint)hash & (uint)(slots.Length - 1)];
            Sse.Prefetch0(Unsafe.AsPointer(ref slot));
        }
    }

    /// <summary>Finds what a key was recorded for. Does not find a key that has left the window, and frees its slot.</summary>
    public bool TryFind(ulong hash, ReadOnlySpan<byte> key, out ulong route, out long total)
    {
        var slots = _tables[TableOf(hash)];
        var mask = slots.Length - 1;
        for (var i = (int)(uint)hash & mask; slots[i] != 0; i = (i + 1) & mask)
        {
            if ((uint)(slots[i] >> 32) == (uint)hash && _arena.Key((uint)slots[i]).SequenceEqual(key))
            {
                var reference = (uint)slots[i];
                (route, total) = _arena.Value(reference);
                if (!_arena.IsBefore(reference, _cutoffMs))
                {
                    return true;
                }

                Remove(hash, reference);
                break;
            }
        }

        (route, total) = (0, 0);
        return false;
    }

    /// <summary>Adds a key that is not in the table, and returns its reference for <see cref="RemoveLast"/>.</summary>
    /// <exception cref="StoreUnavailableException">The memory for keys is full.</exception>
    public uint Add(ulong hash, ReadOnlySpan<byte> key, ulong route, long total, long nowMs)
    {
        var table = Reserve(hash);
        var reference = _arena.Add(route, total, key, nowMs);
        Insert(table, hash, reference);
        return reference;
    }

    /// <summary>Stores a key that cannot be found before <see cref="Index"/>, and returns its reference.</summary>
    /// <exception cref="StoreUnavailableException">The memory for keys is full.</exception>
    public uint Store(ReadOnlySpan<byte> key, ulong route, long total, long nowMs) => _arena.Add(route, total, key, nowMs);

    /// <summary>Makes stored keys findable, in their order; each replaces what its key was recorded for before.</summary>
    public void Index(ReadOnlySpan<StoredKey> keys)
    {
        for (var at = 0; at < keys.Length; at++)
        {
            Prefetch(keys[Math.Min(at + GroupSize, keys.Length - 1)].Hash);
            var (hash, reference) = keys[at];
            var table = Reserve(hash);
            var slots = _tables[table];
            var mask = slots.Length - 1;
            var i = (int)(uint)hash & mask;
            while (slots[i] != 0 && !((uint)(slots[i] >> 32) == (uint)hash && IsSameKey((uint)slots[i], reference)))
            {
                i = (i + 1) & mask;
            }

            if (slots[i] == 0)
            {
                _counts[table]++;
                Count++;
            }

            slots[i] = (hash << 32) | reference;
        }
    }

    /// <summary>Sets the time at which a key counts as recorded, to an earlier one.</summary>
    public void SetTime(uint reference, long timeMs) => _arena.SetTime(reference, timeMs);

    /// <summary>Removes the key that was added last; the reference must be that key.</summary>
    public void RemoveLast(uint reference)
    {
        Remove(_hash.Compute(_arena.Key(reference)), reference);
        _arena.RemoveLast(reference);
    }

    /// <summary>
    /// Forgets keys recorded before a moment. Each call frees at most a little more memory than the largest commit can add, so memory use
    /// levels out and no commit stalls for long.
    /// </summary>
    public void Expire(long cutoffMs)
    {
        _cutoffMs = cutoffMs;
        for (var chunks = 0; chunks < ChunksExpiredMax && _arena.OldestIsBefore(cutoffMs); chunks++)
        {
            foreach (var reference in _arena.OldestEntries())
            {
                Remove(_hash.Compute(_arena.Key(reference)), reference);
            }

            _arena.RemoveOldest();
        }
    }

    /// <summary>Returns the number of the small table that holds a key, less than <see cref="Tables"/>.</summary>
    public static int TableOf(ulong hash) => (int)(hash >> (64 - TablesLog2));

    private bool IsSameKey(uint reference, uint other) => _arena.Key(reference).SequenceEqual(_arena.Key(other));

    /// <summary>Makes room for one more key, so nothing can fail once its entry is added, and returns its table.</summary>
    private int Reserve(ulong hash)
    {
        var table = TableOf(hash);

        // All tables start as one shared empty array, so a table gets its own array before its first key.
        if (_counts[table] == 0 || _counts[table] >= _tables[table].Length / 8 * 7)
        {
            Grow(table);
        }

        return table;
    }

    private void Insert(int table, ulong hash, uint reference)
    {
        Place(_tables[table], (hash << 32) | reference);
        _counts[table]++;
        Count++;
    }

    private void Grow(int table)
    {
        var old = _tables[table];
        FaultPoint.Pass();
        var slots = new ulong[_counts[table] == 0 ? SlotsMin : (int)BitOperations.RoundUpToPowerOf2((uint)old.Length + 1)];
        foreach (var slot in old)
        {
            if (slot != 0)
            {
                Place(slots, slot);
            }
        }

        _tables[table] = slots;
        _tableBytes += (slots.Length - old.Length) * sizeof(ulong);
    }

    private static void Place(ulong[] slots, ulong slot)
    {
        var mask = slots.Length - 1;
        var i = (int)(slot >> 32) & mask;
        while (slots[i] != 0)
        {
            i = (i + 1) & mask;
        }

        slots[i] = slot;
    }

    /// <summary>
    /// Removes a slot and moves back later slots that a search would no longer reach across the gap
    /// (Knuth, The Art of Computer Programming 3, section 6.4, algorithm R).
    /// </summary>
    private void Remove(ulong hash, uint reference)
    {
        var table = TableOf(hash);
        var slots = _tables[table];
        var mask = slots.Length - 1;
        var gap = (int)(uint)hash & mask;
        while ((uint)slots[gap] != reference)
        {
            if (slots[gap] == 0)
            {
                // A lookup already removed this key after it left the window; another entry may now hold it.
                return;
            }

            gap = (gap + 1) & mask;
        }

        for (var next = (gap + 1) & mask; slots[next] != 0; next = (next + 1) & mask)
        {
            var home = (int)(slots[next] >> 32) & mask;
            if (((next - home) & mask) >= ((next - gap) & mask))
            {
                slots[gap] = slots[next];
                gap = next;
            }
        }

        slots[gap] = 0;
        _counts[table]--;
        Count--;
    }
}

/// <summary>A key in the arena.</summary>
/// <param name="Hash">Its hash.</param>
/// <param name="Reference">Its reference.</param>
internal readonly record struct StoredKey(ulong Hash, uint Reference);
