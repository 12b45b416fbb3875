using System.Text;
using Airside.Core;
using Airside.Core.Transactions;
using Airside.Stores.Embedded.Disk;
using Airside.Stores.Embedded.Journal;
using Airside.Stores.Embedded.Snapshots;
using Airside.Stores.Embedded.Tables;
using Airside.Stores.Shared;

namespace Airside.Stores.Embedded;

/// <summary>
/// The ledger on top of a journal, with blocking calls: one thread commits, any number of threads read.
/// <see cref="EmbeddedLedger"/> provides the thread.
/// </summary>
internal sealed partial class JournaledLedger : IDisposable
{
    /// <summary>Why the process ends when <see cref="HasEnded"/> is true.</summary>
    public const string Ended =
        "After a failure, the memory of the embedded ledger may differ from the disk, so the process ends. Everything acknowledged is on "
        + "disk, and the next start reads it.";

    private readonly IDisk _disk;
    private readonly EmbeddedOptions _options;
    private KeyTable _keys;
    private RouteTable _routes;
    private JournalWriter _journal;
    private readonly Dictionary<string, long> _newestMs;
    private readonly List<RouteCounts> _touched = [];
    private readonly List<uint> _added = [];
    private readonly List<int> _refused = [];
    private readonly byte[] _keyBytes = new byte[KeyTable.GroupSize * Limits.TransactionKeyBytesMax];
    private byte[] _record = new byte[64 * 1024];
    private int _recordBytes;
    private int _routesMax;
    private long _snapshotAtBytes;
    private bool _isHalfDone;

    private JournaledLedger(IDisk disk, LedgerClock clock, EmbeddedOptions options, Recovery recovery)
    {
        _disk = disk;
        Clock = clock;
        _options = options;
        _keys = recovery.Keys;
        _routes = recovery.Routes;
        _routes.BuildIndexes();
        _newestMs = recovery.NewestMs;
        _importedId = recovery.ImportedId;
        _journal = new JournalWriter(disk, recovery.Journal, options.SegmentBytes);
        _snapshotAtBytes = Math.Max(options.SnapshotBytes, recovery.SnapshotBytes);
        Warnings = recovery.Warnings;
        EarlierNames = recovery.EarlierNames;
    }

    /// <summary>What an operator should know about the recovery.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Routes and keys that must be converted before anything is recorded. Until then the files stay as they are.</summary>
    public EarlierNames EarlierNames { get; }

    public LedgerClock Clock { get; }

    /// <summary>The totals and hours, for readers.</summary>
    public RouteTable Routes => _routes;

    /// <summary>Why nothing can currently be recorded, or null.</summary>
    public string? WriteFault => _importFault ?? _journal.Fault;

    /// <summary>
    /// Whether a failure may have left memory different from the disk. Then nothing more is acknowledged and the process must end; the
    /// next one reads the disk. For the committing thread.
    /// </summary>
    public bool HasEnded => _isHalfDone;

    /// <summary>The remembered keys. For the committing thread.</summary>
    public KeyTable Keys => _keys;

    public long KeyCount => _keys.Count;

    /// <summary>Number of keys in memory, and their memory and its limit, in bytes. For any thread.</summary>
    public (long Count, long Bytes, long BytesMax) KeyUsage => (_keys.Count, _keys.Bytes, _options.KeyBytesMax);

    /// <summary>Recovers the ledger from a disk. Writes nothing.</summary>
    /// <exception cref="StoreDamagedException">Durable bytes have changed or are missing.</exception>
    public static JournaledLedger Open(IDisk disk, TimeProvider timeProvider, EmbeddedOptions options)
    {
        var clock = new LedgerClock(timeProvider);
        var recovery = Recovery.Run(disk, clock.SteadyMs, options.KeyWindow, options.KeyBytesMax);
        return new JournaledLedger(disk, clock, options, recovery);
    }

    /// <summary>Records a batch as <see cref="ITransactionLedger.RecordAsync"/> specifies.</summary>
    /// <exception cref="TransactionRefusedException">A transaction of the batch can never be recorded; none of it was.</exception>
    /// <exception cref="RoutesLimitException">Some routes are new and have no room; none of the batch was recorded.</exception>
    public void Commit(ReadOnlySpan<Transaction> batch, Span<RecordOutcome> outcomes)
    {
        Transaction.EnsureBatch(batch.Length, nameof(batch));
        EnsureRecording();
        var nowMs = Clock.CalendarMs;
        var steadyMs = Clock.SteadyMs;
        _keys.Expire(steadyMs - WindowMs);
        _recordBytes = JournalFormat.RecordHeaderBytes;
        _routesMax = _historyIsFull ? 0 : _options.RoutesMax;
        Reserve(batch.Length);
        try
        {
            for (var i = 0; i < batch.Length; i += KeyTable.GroupSize)
            {
                var size = Math.Min(KeyTable.GroupSize, batch.Length - i);
                Encode(batch.Slice(i, size), outcomes.Slice(i, size), steadyMs, i);
            }

            EnsureRoutesHaveRoom();

            if (_added.Count > 0)
            {
                var record = _record.AsSpan(0, _recordBytes + 1);
                JournalFormat.SealRecord(record, _journal.NextSequence, nowMs);
                _journal.Append(record, _added.Count);
            }
            else if (!batch.IsEmpty)
            {
                _journal.Confirm();
            }
        }
        catch (Exception)
        {
            Rollback();
            throw;
        }

        Publish(nowMs);
    }

    public void Dispose()
    {
        AbandonImport();
        _journal.Dispose();
    }

    private long WindowMs => (long)_options.KeyWindow.TotalMilliseconds;

    private void EnsureRecording()
    {
        if ((HasEnded ? Ended : _importFault) is { } fault)
        {
            throw new StoreUnavailableException(fault);
        }
    }

    /// <summary>Reserves room in the lists of the batch; without it a key could be remembered but not rolled back.</summary>
    private void Reserve(int transactions)
    {
        _routes.AllRoutes.Reserve();
        if (_added.Capacity < transactions || _touched.Capacity < transactions)
        {
            FaultPoint.Pass();
            _added.EnsureCapacity(transactions);
            _touched.EnsureCapacity(transactions);
        }
    }

    /// <summary>Adds a group of transactions to the record.</summary>
    private void Encode(ReadOnlySpan<Transaction> group, Span<RecordOutcome> outcomes, long steadyMs, int start)
    {
        Span<ulong> hashes = stackalloc ulong[KeyTable.GroupSize];
        Span<int> lengths = stackalloc int[KeyTable.GroupSize];
        for (var i = 0; i < group.Length; i++)
        {
            var key = _keyBytes.AsSpan(i * Limits.TransactionKeyBytesMax, Limits.TransactionKeyBytesMax);
            lengths[i] = Encoding.UTF8.GetBytes(group[i].Key.ToString(), key);
            hashes[i] = _keys.Hash(key[..lengths[i]]);
            _keys.Prefetch(hashes[i]);
        }

        for (var i = 0; i < group.Length; i++)
        {
            var key = _keyBytes.AsSpan(i * Limits.TransactionKeyBytesMax, lengths[i]);
            outcomes[i] = Encode(group[i].Route, hashes[i], key, steadyMs, start + i);
        }
    }

    private RecordOutcome Encode(FlightRoute route, ulong hash, ReadOnlySpan<byte> key, long steadyMs, int index)
    {
        if (_keys.TryFind(hash, key, out var recordedFor, out var recordedTotal))
        {
            FlightRoute.TryFromPacked(recordedFor, out var recordedRoute);
            return new RecordOutcome(IsReplay: true, recordedRoute, recordedTotal);
        }

        if (_routes.FindOrAdd(route.Packed, _routesMax) is not { } counts)
        {
            _refused.Add(index);
            return default;
        }

        if (counts.PendingTotal == counts.Total)
        {
            // Touched first, so a rollback removes a new route whatever fails below.
            _touched.Add(counts);
            counts.Reserve();
        }

        TransactionRefusedException.EnsureRoom(route, counts.PendingTotal);
        _added.Add(_keys.Add(hash, key, route.Packed, counts.PendingTotal + 1, steadyMs));
        var total = ++counts.PendingTotal;
        var item = NextItem(JournalFormat.ItemHeaderBytes + key.Length);
        JournalFormat.WriteItemHeader(item, route.Packed, total, key.Length);
        key.CopyTo(item[JournalFormat.ItemHeaderBytes..]);
        return new RecordOutcome(IsReplay: false, route, total);
    }

    /// <summary>Returns room for the next item of the record, leaving one byte for the end mark.</summary>
    private Span<byte> NextItem(int itemBytes)
    {
        if (_recordBytes + itemBytes + 1 > _record.Length)
        {
            FaultPoint.Pass();
            Array.Resize(ref _record, _record.Length * 2);
        }

        var item = _record.AsSpan(_recordBytes, itemBytes);
        _recordBytes += itemBytes;
        return item;
    }

    /// <summary>Shows the durable batch to readers. All memory needed was reserved before it was written.</summary>
    private void Publish(long nowMs)
    {
        _isHalfDone = true;
        foreach (var counts in _touched)
        {
            FaultPoint.Pass();
            _routes.Publish(counts, nowMs);
        }

        EndBatch();
    }

    /// <summary>Reverts the batch, which is not durable.</summary>
    private void Rollback()
    {
        _isHalfDone = true;
        for (var i = _added.Count - 1; i >= 0; i--)
        {
            FaultPoint.Pass();
            _keys.RemoveLast(_added[i]);
        }

        foreach (var counts in _touched)
        {
            counts.Rollback();
            if (counts.Total == 0)
            {
                _routes.Remove(counts);
            }
        }

        EndBatch();
    }

    private void EndBatch()
    {
        _touched.Clear();
        _added.Clear();
        _refused.Clear();
        _isHalfDone = false;
    }
}
