using System.Text;
using Airside.Core;
using Airside.Core.Transactions;

namespace Airside.Stores.Embedded;

/// <summary>
/// The ledger over a journal, in plain blocking calls: one thread commits, any number read. <see cref="EmbeddedLedger"/> gives
/// it the thread.
/// </summary>
internal sealed partial class JournaledLedger : IDisposable
{
    /// <summary>So many keys are hashed and looked for at once that the processor fetches their memory side by side.</summary>
    private const int GroupSize = 32;

    /// <summary>Why the process ends when <see cref="HasEnded"/> says so.</summary>
    public const string Ended =
        "A fault came between the disk and the memory of the embedded ledger, so the process ends; all that was acknowledged is on the "
        + "disk, and the next start reads it.";

    private readonly IDisk _disk;
    private readonly EmbeddedOptions _options;
    private KeyTable _keys;
    private RouteTable _routes;
    private Journal _journal;
    private readonly Dictionary<string, long> _newestMs;
    private readonly List<RouteCounts> _touched = [];
    private readonly List<uint> _added = [];
    private readonly byte[] _keyBytes = new byte[GroupSize * JournalFormat.KeyBytesMax];
    private byte[] _record = new byte[64 * 1024];
    private int _recordBytes;
    private long _snapshotAtBytes;
    private bool _isHalfDone;

    private JournaledLedger(IDisk disk, LedgerClock clock, EmbeddedOptions options, Recovery recovery)
    {
        _disk = disk;
        Clock = clock;
        _options = options;
        _keys = recovery.Keys;
        _routes = recovery.Routes;
        _newestMs = recovery.NewestMs;
        _importedId = recovery.ImportedId;
        _journal = new Journal(disk, recovery.Journal, options.SegmentBytes);
        _snapshotAtBytes = Math.Max(options.SnapshotBytes, recovery.SnapshotBytes);
        Warnings = recovery.Warnings;
    }

    /// <summary>What an operator should know of the recovery.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>The times of the ledger.</summary>
    public LedgerClock Clock { get; }

    /// <summary>The totals and hours, to read.</summary>
    public RouteTable Routes => _routes;

    /// <summary>Why nothing can be recorded at present, or null.</summary>
    public string? WriteFault => _importFault ?? _journal.Fault;

    /// <summary>
    /// Whether a fault came between the disk and the memory, so that they may differ. Then nothing is acknowledged any more, and the
    /// process has to end; the next one reads what is on the disk. For the thread that commits.
    /// </summary>
    public bool HasEnded => _isHalfDone;

    /// <summary>The keys that are remembered. For the thread that commits.</summary>
    public KeyTable Keys => _keys;

    /// <summary>Number of keys that are remembered.</summary>
    public long KeyCount => _keys.Count;

    /// <summary>Number of keys in memory, and the memory that they take and may take, in bytes. For any thread.</summary>
    public (long Count, long Bytes, long BytesMax) KeyUsage => (_keys.Count, _keys.Bytes, _options.KeyBytesMax);

    /// <summary>Whether the journal has grown enough for another snapshot to pay.</summary>
    public bool SnapshotIsDue => _journal.SealedBytes >= _snapshotAtBytes;

    /// <summary>Recovers the ledger of a disk. Nothing is written.</summary>
    /// <exception cref="StoreDamagedException">Durable bytes have changed or are missing.</exception>
    public static JournaledLedger Open(IDisk disk, TimeProvider timeProvider, EmbeddedOptions options)
    {
        var clock = new LedgerClock(timeProvider);
        var recovery = Recovery.Run(disk, clock.SteadyMs, options.KeyWindow, options.KeyBytesMax);
        return new JournaledLedger(disk, clock, options, recovery);
    }

    /// <summary>Records a batch as <see cref="ITransactionLedger.RecordAsync"/> says.</summary>
    /// <exception cref="TransactionRefusedException">A transaction of the batch can never be recorded; none of it was.</exception>
    public void Commit(ReadOnlySpan<Transaction> batch, Span<RecordOutcome> outcomes)
    {
        Transaction.DemandBatch(batch.Length, nameof(batch));
        DemandRecording();
        var nowMs = Clock.CalendarMs;
        var steadyMs = Clock.SteadyMs;
        _keys.Expire(steadyMs - WindowMs);
        _recordBytes = JournalFormat.RecordHeaderBytes;
        Reserve(batch.Length);
        try
        {
            for (var i = 0; i < batch.Length; i += GroupSize)
            {
                var size = Math.Min(GroupSize, batch.Length - i);
                Encode(batch.Slice(i, size), outcomes.Slice(i, size), steadyMs);
            }

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

    /// <summary>Makes a snapshot from the files alone; runs beside everything else, but only once at a time.</summary>
    /// <exception cref="StoreUnavailableException">The disk refuses the segment before which the snapshot ends.</exception>
    public Action<CancellationToken> BeginSnapshot()
    {
        // One that fails is due again after as much as the first one.
        _snapshotAtBytes = _journal.SealedBytes + _options.SnapshotBytes;
        _journal.BeginSegmentIfNone();
        var builder = new SnapshotBuilder(_disk, _newestMs);
        var segmentSequence = _journal.SegmentSequence;
        var sealedBytes = _journal.SealedBytes;
        Action<CancellationToken> build = cancellationToken =>
        {
            // Writing a snapshot of n bytes pays after n more bytes of journal, so all writing at most doubles.
            var nextAtBytes = sealedBytes + _options.SnapshotBytes;
            try
            {
                builder.Build(segmentSequence, Clock.SteadyMs, WindowMs, cancellationToken);
                nextAtBytes = sealedBytes + Math.Max(_options.SnapshotBytes, builder.SnapshotBytes);
            }
            finally
            {
                Volatile.Write(ref _snapshotAtBytes, nextAtBytes);
            }
        };
        _snapshotAtBytes = long.MaxValue;
        return build;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        AbandonImport();
        _journal.Dispose();
    }

    private long WindowMs => (long)_options.KeyWindow.TotalMilliseconds;

    private void DemandRecording()
    {
        if ((HasEnded ? Ended : _importFault) is { } fault)
        {
            throw new StoreUnavailableException(fault);
        }
    }

    /// <summary>Room in the lists of the batch, without which a key could be remembered and not be taken back.</summary>
    private void Reserve(int transactions)
    {
        if (_added.Capacity < transactions || _touched.Capacity < transactions)
        {
            FaultPoint.Pass();
            _added.EnsureCapacity(transactions);
            _touched.EnsureCapacity(transactions);
        }
    }

    private void Encode(ReadOnlySpan<Transaction> group, Span<RecordOutcome> outcomes, long steadyMs)
    {
        Span<ulong> hashes = stackalloc ulong[GroupSize];
        Span<int> lengths = stackalloc int[GroupSize];
        for (var i = 0; i < group.Length; i++)
        {
            var key = _keyBytes.AsSpan(i * JournalFormat.KeyBytesMax, JournalFormat.KeyBytesMax);
            lengths[i] = Encoding.UTF8.GetBytes(group[i].Key.ToString(), key);
            hashes[i] = _keys.Hash(key[..lengths[i]]);
            _keys.Prefetch(hashes[i]);
        }

        for (var i = 0; i < group.Length; i++)
        {
            var key = _keyBytes.AsSpan(i * JournalFormat.KeyBytesMax, lengths[i]);
            outcomes[i] = Encode(group[i].Route, hashes[i], key, steadyMs);
        }
    }

    private RecordOutcome Encode(FlightRoute route, ulong hash, ReadOnlySpan<byte> key, long steadyMs)
    {
        if (_keys.TryFind(hash, key, out var recordedFor, out var recordedTotal))
        {
            FlightRoute.TryFromPacked(recordedFor, out var recordedRoute);
            return new RecordOutcome(IsReplay: true, recordedRoute, recordedTotal);
        }

        var counts = _routes.GetOrAdd(route.Packed);
        TransactionRefusedException.DemandRoom(route, counts.PendingTotal);
        _added.Add(_keys.Add(hash, key, route.Packed, counts.PendingTotal + 1, steadyMs));
        if (counts.PendingTotal == counts.Total)
        {
            counts.Reserve();
            _touched.Add(counts);
        }

        var total = ++counts.PendingTotal;
        var item = NextItem(JournalFormat.ItemHeaderBytes + key.Length);
        JournalFormat.WriteItemHeader(item, route.Packed, total, key.Length);
        key.CopyTo(item[JournalFormat.ItemHeaderBytes..]);
        return new RecordOutcome(IsReplay: false, route, total);
    }

    /// <summary>Room for the next item of the record, with one byte left for the mark at its end.</summary>
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

    /// <summary>Shows the batch, which is durable, to readers. All memory that it needs was reserved before it was written.</summary>
    private void Publish(long nowMs)
    {
        _isHalfDone = true;
        foreach (var counts in _touched)
        {
            FaultPoint.Pass();
            counts.Publish(nowMs);
        }

        EndBatch();
    }

    /// <summary>Takes back the batch, which is not durable.</summary>
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
        }

        EndBatch();
    }

    private void EndBatch()
    {
        _touched.Clear();
        _added.Clear();
        _isHalfDone = false;
    }
}

/// <summary>How the embedded store works.</summary>
/// <param name="KeyWindow">How long keys are remembered at least.</param>
/// <param name="SegmentBytes">A journal segment is closed past this size.</param>
/// <param name="SnapshotBytes">A snapshot is made after at least so many bytes of journal.</param>
internal sealed record EmbeddedOptions(
    TimeSpan KeyWindow, int SegmentBytes = Limits.JournalSegmentBytes, long SnapshotBytes = Limits.SnapshotEveryBytes)
{
    /// <summary>Memory that the keys may take, in bytes.</summary>
    public long KeyBytesMax { get; init; } = KeyArena.BytesMaxOf(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
}
