using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Airside.Core;

namespace Airside.Stores.Embedded;

/// <summary>
/// The keys of the window: finds what a key was recorded for. Used by one thread at a time, except for <see cref="Count"/> and
/// <see cref="Bytes"/>.
/// </summary>
/// <remarks>
/// Open addressing over 1,024 small tables, so that growing one of them stalls a commit for microseconds however many keys
/// there are. A slot holds 32 bits of the key's hash and the reference of its entry in the arena; the key itself is compared
/// there, so two keys are never taken for one.
/// </remarks>
internal sealed class KeyTable
{
    private const int TablesLog2 = 10;
    private const int SlotsMin = 16;
    private const int ChunksExpiredMax = 2 + (JournalFormat.RecordBytesMax / KeyArena.ChunkBytes);

    private readonly KeyArena _arena;
    private readonly SipHash _hash = SipHash.WithRandomSecret();
    private readonly ulong[][] _tables = new ulong[1 << TablesLog2][];
    private readonly int[] _counts = new int[1 << TablesLog2];
    private long _cutoffMs = long.MinValue;
    private long _tableBytes = (1 << TablesLog2) * SlotsMin * sizeof(ulong);

    /// <summary>Makes an empty table.</summary>
    /// <param name="bytesMax">Memory that the keys may take; past it no more can be added.</param>
    public KeyTable(long bytesMax)
    {
        _arena = new KeyArena(bytesMax);
        Array.Fill(_tables, new ulong[SlotsMin]);
    }

    /// <summary>Number of keys that are stored; some of them may have left the window.</summary>
    public long Count { get; private set; }

    /// <summary>Memory held by the keys and the tables, in bytes.</summary>
    public long Bytes => _arena.Bytes + Volatile.Read(ref _tableBytes);

    /// <summary>The hash by which the other members find a key.</summary>
    public ulong Hash(ReadOnlySpan<byte> key) => _hash.Of(key);

    /// <summary>Asks the processor to fetch where a key would be, for a caller that looks up many in a row.</summary>
    public unsafe void Prefetch(ulong hash)
    {
        if (Sse.IsSupported)
        {
            var slots = _tables[TableOf(hash)];
            ref var slot = ref slots[(uint)hash & (uint)(slots.Length - 1)];
            Sse.Prefetch0(Unsafe.AsPointer(ref slot));
        }
    }

    /// <summary>Finds what a key was recorded for. One that has left the window is not known any more, and makes room here.</summary>
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

    /// <summary>Remembers a key that is not in the table, and gives its reference for <see cref="RemoveLast"/>.</summary>
    /// <exception cref="StoreUnavailableException">The memory for keys is used up.</exception>
    public uint Add(ulong hash, ReadOnlySpan<byte> key, ulong route, long total, long nowMs)
    {
        var table = Reserve(hash);
        var reference = _arena.Add(route, total, key, nowMs);
        Insert(table, hash, reference);
        return reference;
    }

    /// <summary>Remembers a key in place of what it was recorded for before, and gives its reference for <see cref="SetTime"/>.</summary>
    public uint Replace(ulong hash, ReadOnlySpan<byte> key, ulong route, long total, long nowMs)
    {
        var table = Reserve(hash);
        var reference = _arena.Add(route, total, key, nowMs);
        var slots = _tables[table];
        var mask = slots.Length - 1;
        for (var i = (int)(uint)hash & mask; slots[i] != 0; i = (i + 1) & mask)
        {
            if ((uint)(slots[i] >> 32) == (uint)hash && _arena.Key((uint)slots[i]).SequenceEqual(key))
            {
                slots[i] = (hash << 32) | reference;
                return reference;
            }
        }

        Insert(table, hash, reference);
        return reference;
    }

    /// <summary>Changes when a key counts as recorded, to an earlier time.</summary>
    public void SetTime(uint reference, long timeMs) => _arena.SetTime(reference, timeMs);

    /// <summary>Forgets the key that was added last.</summary>
    public void RemoveLast(uint reference)
    {
        Remove(_hash.Of(_arena.Key(reference)), reference);
        _arena.RemoveLast(reference);
    }

    /// <summary>
    /// Keys recorded before a moment are not known any more. Their memory is given back at each commit, a little more than the largest
    /// commit can add, so that memory levels out and no commit is held up for long.
    /// </summary>
    public void Expire(long cutoffMs)
    {
        _cutoffMs = cutoffMs;
        for (var chunks = 0; chunks < ChunksExpiredMax && _arena.OldestIsBefore(cutoffMs); chunks++)
        {
            foreach (var reference in _arena.OldestEntries())
            {
                Remove(_hash.Of(_arena.Key(reference)), reference);
            }

            _arena.RemoveOldest();
        }
    }

    private static int TableOf(ulong hash) => (int)(hash >> (64 - TablesLog2));

    /// <summary>Makes room for one more key, so that nothing can fail once its entry is made, and gives its table.</summary>
    private int Reserve(ulong hash)
    {
        var table = TableOf(hash);

        // The first tables are one shared empty array, so a table grows (into its own) before its first key.
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
    /// Takes out a slot and moves back those after it that a search would no longer reach over the gap
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
                // Its key was asked for after it had left the window, and made room then; another entry may stand for it now.
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
