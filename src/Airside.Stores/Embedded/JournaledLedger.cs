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

    private readonly IDisk _disk;
    private readonly TimeProvider _timeProvider;
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

    private JournaledLedger(IDisk disk, TimeProvider timeProvider, EmbeddedOptions options, Recovery recovery)
    {
        _disk = disk;
        _timeProvider = timeProvider;
        _options = options;
        _keys = recovery.Keys;
        _routes = recovery.Routes;
        _newestMs = recovery.NewestMs;
        _importedId = recovery.ImportedId;
        _journal = new Journal(disk, recovery.Journal, options.SegmentBytes);
        _snapshotAtBytes = options.SnapshotBytes;
        Warnings = recovery.Warnings;
    }

    /// <summary>What an operator should know of the recovery.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>The totals and hours, to read.</summary>
    public RouteTable Routes => _routes;

    /// <summary>Why nothing can be recorded at present, or null.</summary>
    public string? WriteFault => _importFault ?? _journal.Fault;

    /// <summary>The keys that are remembered. For the thread that commits.</summary>
    public KeyTable Keys => _keys;

    /// <summary>Number of keys that are remembered.</summary>
    public long KeyCount => _keys.Count;

    /// <summary>Memory that the keys may take, in bytes.</summary>
    public long KeyBytesMax => _options.KeyBytesMax;

    /// <summary>Whether the journal has grown enough for another snapshot to pay.</summary>
    public bool SnapshotIsDue => _journal.SealedBytes >= _snapshotAtBytes;

    /// <summary>Recovers the ledger of a disk. Nothing is written.</summary>
    /// <exception cref="StoreDamagedException">Durable bytes have changed or are missing.</exception>
    public static JournaledLedger Open(IDisk disk, TimeProvider timeProvider, EmbeddedOptions options) =>
        new(disk, timeProvider, options, Recovery.Run(disk, KeyCutoffMs(timeProvider, options), options.KeyBytesMax));

    /// <summary>Records a batch as <see cref="ITransactionLedger.RecordAsync"/> says.</summary>
    public void Commit(ReadOnlySpan<Transaction> batch, Span<RecordOutcome> outcomes)
    {
        Transaction.DemandBatch(batch.Length, nameof(batch));

        if (_importFault is not null)
        {
            throw new StoreUnavailableException(_importFault);
        }

        var nowMs = _timeProvider.GetUtcNow().ToUnixTimeMilliseconds();
        _keys.Expire(nowMs - (long)_options.KeyWindow.TotalMilliseconds);
        _recordBytes = JournalFormat.RecordHeaderBytes;
        try
        {
            for (var i = 0; i < batch.Length; i += GroupSize)
            {
                var size = Math.Min(GroupSize, batch.Length - i);
                Encode(batch.Slice(i, size), outcomes.Slice(i, size), nowMs);
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
    public Action<CancellationToken> BeginSnapshot()
    {
        var builder = new SnapshotBuilder(_disk, _newestMs);
        var segmentSequence = _journal.SegmentSequence;
        var sealedBytes = _journal.SealedBytes;
        _snapshotAtBytes = long.MaxValue;
        return cancellationToken =>
        {
            try
            {
                builder.Build(segmentSequence, KeyCutoffMs(_timeProvider, _options), cancellationToken);
            }
            finally
            {
                // Writing a snapshot of n bytes pays after n more bytes of journal, so all writing at most doubles.
                Volatile.Write(ref _snapshotAtBytes, sealedBytes + Math.Max(_options.SnapshotBytes, builder.SnapshotBytes));
            }
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        AbandonImport();
        _journal.Dispose();
    }

    private static long KeyCutoffMs(TimeProvider timeProvider, EmbeddedOptions options) =>
        (timeProvider.GetUtcNow() - options.KeyWindow).ToUnixTimeMilliseconds();

    private void Encode(ReadOnlySpan<Transaction> group, Span<RecordOutcome> outcomes, long nowMs)
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
            outcomes[i] = Encode(group[i].Route, hashes[i], key, nowMs);
        }
    }

    private RecordOutcome Encode(FlightRoute route, ulong hash, ReadOnlySpan<byte> key, long nowMs)
    {
        if (_keys.TryFind(hash, key, out var recordedFor, out var recordedTotal))
        {
            FlightRoute.TryFromPacked(recordedFor, out var recordedRoute);
            return new RecordOutcome(IsReplay: true, recordedRoute, recordedTotal);
        }

        var counts = _routes.GetOrAdd(route.Packed);
        _added.Add(_keys.Add(hash, key, route.Packed, counts.PendingTotal + 1, nowMs));
        if (counts.PendingTotal == counts.Total)
        {
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
            Array.Resize(ref _record, _record.Length * 2);
        }

        var item = _record.AsSpan(_recordBytes, itemBytes);
        _recordBytes += itemBytes;
        return item;
    }

    private void Publish(long nowMs)
    {
        foreach (var counts in _touched)
        {
            counts.Publish(nowMs);
        }

        _touched.Clear();
        _added.Clear();
    }

    private void Rollback()
    {
        for (var i = _added.Count - 1; i >= 0; i--)
        {
            _keys.RemoveLast(_added[i]);
        }

        foreach (var counts in _touched)
        {
            counts.Rollback();
        }

        _touched.Clear();
        _added.Clear();
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
