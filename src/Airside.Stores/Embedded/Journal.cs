using Airside.Core;

namespace Airside.Stores.Embedded;

/// <summary>The journal as it is written: records go to the end of the newest segment, each made durable before it counts.</summary>
/// <remarks>
/// Nothing is written before the first record, so that a store on a full or read-only disk can still be opened and read.
/// </remarks>
internal sealed class Journal(IDisk disk, RecoveredJournal recovered, int segmentBytesMax) : IDisposable
{
    private const string UntilRestart = "Check the disk and restart; no more is recorded until then.";
    private const string Broken = $"Writing to the disk was broken off, and what is there is not known. {UntilRestart}";

    private readonly byte[] _segmentHeader = new byte[JournalFormat.SegmentHeaderBytes];
    private readonly ulong _importStamp = recovered.ImportStamp;
    private RecoveredJournal? _unconfirmed = recovered;
    private IDiskFile? _file;
    private long _length;
    private long _reserved;
    private bool _isBroken;

    /// <summary>Number of the next transaction.</summary>
    public long NextSequence { get; private set; } = recovered.NextSequence;

    /// <summary>Number of the first transaction of the segment that is being written; all older segments are final.</summary>
    public long SegmentSequence { get; private set; } = recovered.NextSequence;

    /// <summary>Bytes of final segments that the snapshot which recovery read does not cover.</summary>
    public long SealedBytes { get; private set; } = recovered.BytesSinceSnapshot;

    /// <summary>Why nothing can be written at present, or null.</summary>
    public string? Fault { get; private set; }

    /// <summary>Appends a record and makes it durable.</summary>
    /// <exception cref="StoreUnavailableException">The disk refused; nothing was acknowledged.</exception>
    public void Append(ReadOnlySpan<byte> record, int transactions)
    {
        DemandWhole();
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
    /// Makes durable what recovery read. The process before this one may have ended between a write and its sync, so what was
    /// read may stand in the memory of the system only, and must not be acknowledged to a client that repeats it.
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

    /// <summary>Begins a segment where none is being written, so that all that was recovered stands in final ones.</summary>
    /// <exception cref="StoreUnavailableException">The disk refused.</exception>
    public void BeginSegmentIfNone()
    {
        DemandWhole();
        try
        {
            _file ??= BeginSegment();
        }
        catch (IOException exception)
        {
            throw Refused(exception);
        }
    }

    /// <summary>Gives back the space that was reserved and not used, which marks the end as whole.</summary>
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
            // All records are durable. Without the mark the next process writes this segment anew, and that is all.
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
            // At least one zero stays behind the record, by which recovery sees that the process did not end in order.
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
            // What a crash left is taken up to its last whole record and written anew, not cut in place: after a failed sync the
            // bytes that were read may stand in the memory of the system only.
            disk.ReplaceFile(last, disk.ReadFile(last).AsSpan(0, _unconfirmed.ValidBytes));
        }
        else
        {
            // A process before this one may have done just that and ended before the name of the new file was durable.
            disk.SyncDirectory();
        }

        _unconfirmed = null;
    }

    /// <summary>
    /// The system may have dropped the bytes of a sync that failed and may say next time that all is well, so there is no second try.
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

    private void DemandWhole()
    {
        if (_isBroken)
        {
            throw new StoreUnavailableException(Fault!);
        }
    }

    /// <summary>Gives back what was reserved behind the last record, so that a full disk has that space for others.</summary>
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
    /// Leaves the segment as a crash would. What a failed write left behind the last record is not cut off in place: until that is
    /// durable, a power loss could bring it back, behind this record or mixed with the next one.
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
        Fault = $"The disk refuses to write: {exception.Message} Free some space or make the data directory writable "
            + "(Airside:DataDirectory); writing is tried again with each request.";
        return new StoreUnavailableException(Fault, exception);
    }
}

/// <summary>Where a recovered journal ends.</summary>
/// <param name="NextSequence">Number of the next transaction.</param>
/// <param name="LastSegment">Name of the newest segment that holds a record, or null.</param>
/// <param name="ValidBytes">Where the last whole record of that segment ends.</param>
/// <param name="NeedsHealing">Whether bytes stand behind it: the process did not end in order.</param>
internal sealed record RecoveredJournal(long NextSequence, string? LastSegment, int ValidBytes, bool NeedsHealing)
{
    /// <summary>Bytes of the segments that the newest snapshot does not cover, all of them where there is none.</summary>
    public long BytesSinceSnapshot { get; init; }

    /// <summary>Stands for what was imported before the first transaction, in the header of each segment; 0 where nothing was.</summary>
    public ulong ImportStamp { get; init; }

    /// <summary>The end of a journal that was never written.</summary>
    public static RecoveredJournal Empty { get; } = new(1, null, 0, NeedsHealing: false);
}
