using Airside.Core;
using Airside.Stores.Embedded.Disk;

namespace Airside.Stores.Embedded.Journal;

/// <summary>Appends records to the newest segment of the journal, and makes each durable before it counts.</summary>
/// <remarks>
/// Writes nothing before the first record, so a store on a full or read-only disk can still be opened and read.
/// </remarks>
internal sealed class JournalWriter(IDisk disk, RecoveredJournal recovered, int segmentBytesMax) : IDisposable
{
    private const string UntilRestart = "Check the disk and restart; nothing is recorded until then.";
    private const string Broken = $"A write to the disk was interrupted, and its result is unknown. {UntilRestart}";

    private readonly byte[] _segmentHeader = new byte[JournalFormat.SegmentHeaderBytes];
    private readonly ulong _importStamp = recovered.ImportStamp;
    private RecoveredJournal? _unconfirmed = recovered;
    private IDiskFile? _file;
    private long _length;
    private long _reserved;
    private bool _isBroken;

    /// <summary>Number of the next transaction.</summary>
    public long NextSequence { get; private set; } = recovered.NextSequence;

    /// <summary>Number of the first transaction of the segment being written; all older segments are final.</summary>
    public long SegmentSequence { get; private set; } = recovered.NextSequence;

    /// <summary>Bytes of final segments that are not covered by the snapshot that recovery read.</summary>
    public long SealedBytes { get; private set; } = recovered.BytesSinceSnapshot;

    /// <summary>Why nothing can currently be written, or null.</summary>
    public string? Fault { get; private set; }

    /// <summary>Appends a record and makes it durable.</summary>
    /// <exception cref="StoreUnavailableException">The disk refused; nothing was acknowledged.</exception>
    public void Append(ReadOnlySpan<byte> record, int transactions)
    {
        EnsureWhole();
        try
        {
            Prepare(record.Length);
        }
        catch (Exception exception)
        {
            GiveBackReserve();
            RefuseOnDiskFault(exception);
            throw;
        }

        try
        {
            _file!.Write(_length, record);
        }
        catch (Exception exception)
        {
            Abandon();
            RefuseOnDiskFault(exception);
            throw;
        }

        Sync();
        _length += record.Length;
        NextSequence += transactions;
        Fault = null;
    }

    /// <summary>
    /// Makes durable what recovery read. The previous process may have ended between a write and its sync, so what was read may be only
    /// in the operating system's memory, and must not be acknowledged to a client that retries it.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The disk refused.</exception>
    public void Confirm()
    {
        try
        {
            ConfirmRecovered();
        }
        catch (IOException exception)
        {
            throw Refused(exception);
        }
    }

    /// <summary>Begins a segment if none is being written, so everything recovered is in final ones.</summary>
    /// <exception cref="StoreUnavailableException">The disk refused.</exception>
    public void BeginSegmentIfNone()
    {
        EnsureWhole();
        try
        {
            _file ??= BeginSegment();
        }
        catch (IOException exception)
        {
            throw Refused(exception);
        }
    }

    /// <summary>Releases unused reserved space, which marks a clean end.</summary>
    public void Dispose()
    {
        using var file = _file;
        _file = null;
        try
        {
            if (file is not null && !_isBroken)
            {
                file.Truncate(_length);
                file.Sync();
            }
        }
        catch (IOException)
        {
            // All records are durable. Without the mark, the next process merely rewrites this segment.
        }
    }

    private void Prepare(int recordBytes)
    {
        if (_file is not null && _length >= segmentBytesMax)
        {
            Seal(_file);
        }

        _file ??= BeginSegment();
        if (_length + recordBytes >= _reserved)
        {
            // At least one zero remains after the record, which tells recovery that the process did not stop cleanly.
            var reserve = Math.Max(recordBytes + 1, Math.Min(Limits.JournalReserveBytes, segmentBytesMax));
            _file.Reserve(_length + reserve);
            _reserved = _length + reserve;
        }
    }

    private void Seal(IDiskFile file)
    {
        file.Truncate(_length);
        file.Sync();
        file.Dispose();
        _file = null;
        SealedBytes += _length;
    }

    private IDiskFile BeginSegment()
    {
        ConfirmRecovered();
        var file = disk.Create(JournalFormat.SegmentName(NextSequence));
        try
        {
            JournalFormat.WriteSegmentHeader(_segmentHeader, NextSequence, _importStamp);
            file.Write(0, _segmentHeader);
            file.Sync();
            disk.SyncDirectory();
        }
        catch (Exception)
        {
            file.Dispose();
            throw;
        }

        SegmentSequence = NextSequence;
        _length = JournalFormat.SegmentHeaderBytes;
        _reserved = _length;
        return file;
    }

    private void ConfirmRecovered()
    {
        if (_unconfirmed is null)
        {
            return;
        }

        if (_unconfirmed is { LastSegment: { } last, NeedsHealing: true })
        {
            // After a crash, the segment is rewritten up to its last complete record, not truncated in place: after a failed sync, the
            // bytes that were read may be only in the operating system's memory.
            disk.ReplaceFile(last, disk.ReadFile(last).AsSpan(0, _unconfirmed.ValidBytes));
        }
        else
        {
            // An earlier process may have done this and ended before the new file's name was durable.
            disk.SyncDirectory();
        }

        _unconfirmed = null;
    }

    /// <summary>
    /// Syncs without a retry: after a failed sync, the system may have dropped the bytes and report success the next time.
    /// </summary>
    private void Sync()
    {
        _isBroken = true;
        try
        {
            _file!.Sync();
        }
        catch (IOException exception)
        {
            Fault = $"The disk failed to make transactions durable: {exception.Message} {UntilRestart}";
            throw new StoreUnavailableException(Fault, exception);
        }
        catch (Exception)
        {
            Fault = Broken;
            throw;
        }

        _isBroken = false;
    }

    private void EnsureWhole()
    {
        if (_isBroken)
        {
            throw new StoreUnavailableException(Fault!);
        }
    }

    /// <summary>Releases the space reserved after the last record, so others can use it on a full disk.</summary>
    private void GiveBackReserve()
    {
        try
        {
            _file?.Truncate(_length);
            _reserved = _length;
        }
        catch (Exception)
        {
            Abandon();
        }
    }

    /// <summary>
    /// Leaves the segment as a crash would. The remains of a failed write after the last record are not truncated in place: until that is
    /// durable, a power loss could bring them back, after this record or mixed with the next one.
    /// </summary>
    private void Abandon()
    {
        (_isBroken, Fault) = (true, Broken);
        var hasRecords = _length > JournalFormat.SegmentHeaderBytes;
        _unconfirmed = new RecoveredJournal(
            NextSequence, hasRecords ? JournalFormat.SegmentName(SegmentSequence) : null, (int)_length, NeedsHealing: true);
        SealedBytes += _length;
        _file!.Dispose();
        _file = null;
        (_isBroken, Fault) = (false, null);
    }

    private void RefuseOnDiskFault(Exception exception)
    {
        if (exception is IOException fault)
        {
            throw Refused(fault);
        }
    }

    private StoreUnavailableException Refused(IOException exception)
    {
        Fault = $"The disk refuses writes: {exception.Message} Free up space or make the data directory writable "
            + "(Airside:DataDirectory); each request retries the write.";
        return new StoreUnavailableException(Fault, exception);
    }
}

/// <summary>Where a recovered journal ends.</summary>
/// <param name="NextSequence">Number of the next transaction.</param>
/// <param name="LastSegment">Name of the newest segment with a record, or null.</param>
/// <param name="ValidBytes">Where the last complete record of that segment ends.</param>
/// <param name="NeedsHealing">Whether bytes follow it: the process did not stop cleanly.</param>
internal sealed record RecoveredJournal(long NextSequence, string? LastSegment, int ValidBytes, bool NeedsHealing)
{
    /// <summary>Bytes of the segments that the newest snapshot does not cover; all segments if there is no snapshot.</summary>
    public long BytesSinceSnapshot { get; init; }

    /// <summary>Identifies the import before the first transaction in the header of each segment; 0 if there was none.</summary>
    public ulong ImportStamp { get; init; }

    /// <summary>The end of a journal that was never written.</summary>
    public static RecoveredJournal Empty { get; } = new(1, null, 0, NeedsHealing: false);
}
