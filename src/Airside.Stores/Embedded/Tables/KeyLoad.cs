using System.Runtime.ExceptionServices;
using System.Text;
using Airside.Core.Transactions;
using Airside.Stores.Embedded.Journal;
using Airside.Stores.Shared;

namespace Airside.Stores.Embedded.Tables;

/// <summary>Loads keys from the disk into the table: those in the window when the ledger is opened.</summary>
/// <param name="keys">Receives the keys.</param>
/// <param name="nowMs">When the ledger is opened, in Unix milliseconds.</param>
/// <param name="cutoffMs">Keys recorded before this moment have left the window.</param>
/// <remarks>
/// One thread reads and adds keys while another makes the block before them findable, which waits for memory most of the time.
/// </remarks>
internal sealed class KeyLoad(KeyTable keys, long nowMs, long cutoffMs)
{
    private const int BlockKeys = 32 * 1024;

    private readonly List<uint> _ahead = [];
    private readonly StoredKey[] _sorted = new StoredKey[BlockKeys];
    private readonly int[] _ends = new int[KeyTable.Tables];
    private StoredKey[] _block = new StoredKey[BlockKeys];
    private StoredKey[] _fullBlock = new StoredKey[BlockKeys];
    private Task _indexing = Task.CompletedTask;
    private int _count;

    /// <summary>Keys among them that must be converted.</summary>
    public EarlierNames EarlierNames { get; } = new();

    /// <summary>Adds a key, replacing what it was recorded for before.</summary>
    /// <param name="key">The key in UTF-8.</param>
    /// <param name="route">Packed name of its route.</param>
    /// <param name="total">Total of the route after it.</param>
    /// <param name="recordMs">When it was recorded, according to its record.</param>
    public void Add(ReadOnlySpan<byte> key, ulong route, long total, long recordMs)
    {
        if (recordMs < cutoffMs)
        {
            return;
        }

        if (key.StartsWith("\""u8))
        {
            EarlierNames.Add(TransactionKey.FromStored(Encoding.UTF8.GetString(key)));
        }

        var isAhead = LedgerClock.IsAhead(recordMs, nowMs);
        var reference = keys.Store(key, route, total, isAhead ? nowMs : recordMs);
        if (isAhead)
        {
            _ahead.Add(reference);
        }

        _block[_count++] = new StoredKey(keys.Hash(key), reference);
        if (_count == BlockKeys)
        {
            EndIndexing();
            (_block, _fullBlock, _count) = (_fullBlock, _block, 0);
            _indexing = Task.Run(() => Index(_fullBlock));
        }
    }

    /// <summary>Makes all keys findable that were added. Call it after the last one.</summary>
    public void End()
    {
        EndIndexing();
        Index(_block.AsSpan(0, _count));
        _count = 0;
    }

    /// <summary>
    /// Notes the time of a record, whose keys follow. Earlier records in the sequence were recorded by then, whatever their own times
    /// say.
    /// </summary>
    /// <returns>Whether any of its keys can be in the window.</returns>
    public bool Begin(long recordMs)
    {
        if (_ahead.Count > 0 && !LedgerClock.IsAhead(recordMs, nowMs))
        {
            _ahead.ForEach(reference => keys.SetTime(reference, recordMs));
            _ahead.Clear();
        }

        return recordMs >= cutoffMs;
    }

    /// <summary>
    /// Makes keys findable. They are sorted by table first, so each table and the addresses of its pages stay in the processor's caches
    /// while its keys are added.
    /// </summary>
    private void Index(ReadOnlySpan<StoredKey> block)
    {
        Array.Clear(_ends);
        foreach (var key in block)
        {
            _ends[KeyTable.TableOf(key.Hash)]++;
        }

        for (var table = 1; table < _ends.Length; table++)
        {
            _ends[table] += _ends[table - 1];
        }

        for (var i = block.Length - 1; i >= 0; i--)
        {
            _sorted[--_ends[KeyTable.TableOf(block[i].Hash)]] = block[i];
        }

        keys.Index(_sorted.AsSpan(0, block.Length));
    }

    private void EndIndexing()
    {
        try
        {
            // Recovery has a thread of its own to wait on: nothing else runs before it ends.
#pragma warning disable RS0030
            _indexing.Wait();
#pragma warning restore RS0030
        }
        catch (AggregateException exception)
        {
            ExceptionDispatchInfo.Throw(exception.InnerException!);
        }
    }
}
