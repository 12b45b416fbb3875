using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Airside.Core;
using Airside.Core.Airlines;
using Airside.Core.Transactions;

namespace Airside.Archives;

/// <summary>
/// Reads an archive and checks all of it: version, order, values, counts, checksum, and that nothing is missing at its end. What it returns
/// counts only once it has reached the end.
/// </summary>
public sealed class ArchiveReader(Stream input)
{
    private readonly List<Airline> _airlines = [];
    private ArchiveCounts _counts = ArchiveCounts.None;
    private CatalogLine? _catalogLine;
    private byte[] _order = [];
    private int _version;

    /// <summary>Number of the last line read, counted from 1.</summary>
    public long LineNumber { get; private set; }

    /// <summary>The airline catalog, or null if the archive has none. Known at the end.</summary>
    public AirlineCatalog? Catalog { get; private set; }

    /// <summary>Whether some of the entries read so far have names of an earlier version, which must be converted.</summary>
    public bool HasEarlierNames { get; private set; }

    /// <summary>What was read. Known at the end; null before.</summary>
    public ArchiveSummary? Summary { get; private set; }

    /// <summary>Reads the entries of the ledger in their order.</summary>
    /// <exception cref="ArchiveFormatException">The archive differs from what was written.</exception>
    /// <exception cref="IOException">The archive cannot be read.</exception>
    public async IAsyncEnumerable<ArchiveEntry> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await foreach (var bytes in LinesAsync(cancellationToken))
        {
            LineNumber++;
            var line = Parse(bytes.Span);
            if (line is EndLine end)
            {
                Summary = CheckEnd(end, Convert.ToHexStringLower(hash.GetHashAndReset()));
                continue;
            }

            hash.AppendData(bytes.Span);
            hash.AppendData("\n"u8);
            if (Take(line) is { } entry)
            {
                yield return entry;
            }
        }

        if (Summary is null)
        {
            LineNumber++;
            throw Refused("the archive ends here, before its last line: it was cut short");
        }
    }

    private ArchiveLine Parse(ReadOnlySpan<byte> bytes)
    {
        if (Summary is not null)
        {
            throw Refused("the archive continues after its last line");
        }

        ArchiveLine line;
        try
        {
            line = ArchiveLines.Parse(bytes);
        }
        catch (InvalidDataException exception)
        {
            throw Refused(LineNumber == 1 ? $"this is not an Airside archive: {exception.Message}" : exception.Message, exception);
        }

        if (LineNumber == 1)
        {
            CheckHeader(line);
        }
        else if (line is HeaderLine)
        {
            throw Refused("the archive begins a second time");
        }

        return line;
    }

    private void CheckHeader(ArchiveLine line)
    {
        if (line is not HeaderLine { Format: ArchiveLines.Format } header)
        {
            throw Refused($"this is not an Airside archive: it does not begin with the format '{ArchiveLines.Format}'");
        }

        if (header.Version is < ArchiveLines.VersionWithoutDays or > ArchiveLines.Version)
        {
            throw Refused(
                $"the archive has format version {header.Version}; this program reads versions {ArchiveLines.VersionWithoutDays} to "
                + $"{ArchiveLines.Version}");
        }

        _version = header.Version;
    }

    /// <summary>Processes a line before the last one, and returns its entry if it belongs to the ledger.</summary>
    private ArchiveEntry? Take(ArchiveLine line)
    {
        _counts = _counts.With(line);
        try
        {
            switch (line)
            {
                case HeaderLine:
                    return null;
                case CatalogLine catalog:
                    EnsureOrder(LineNumber == 2);
                    _ = ArchiveLines.Time("loadedMs", catalog.LoadedMs);
                    _catalogLine = catalog;
                    return null;
                case AirlineLine airline:
                    EnsureOrder(_catalogLine is not null && _order.Length == 0
                        && (_airlines.Count == 0 || airline.Airline > _airlines[^1].Id));
                    _airlines.Add(airline.ToAirline());
                    return null;
                case DayLine when _version == ArchiveLines.VersionWithoutDays:
                    throw new InvalidDataException($"an archive of version {_version} has no days");
                default:
                    var entry = ArchiveLines.EntryOf(line, areNamesPresent: _version > ArchiveLines.VersionWithEarlierNames);
                    var order = ArchiveOrder.Encode(entry);
                    EnsureOrder(order.AsSpan().SequenceCompareTo(_order) > 0);
                    _order = order;
                    HasEarlierNames |= _version <= ArchiveLines.VersionWithEarlierNames && !NameConversion.IsPresent(entry);
                    return entry;
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or AirlineFieldException)
        {
            throw Refused(exception.Message, exception);
        }
    }

    private static void EnsureOrder(bool isOrdered)
    {
        if (!isOrdered)
        {
            throw new InvalidDataException("it must not follow the previous line: lines must be in order, without duplicates");
        }
    }

    private ArchiveSummary CheckEnd(EndLine end, string checksum)
    {
        if (end.End != _counts)
        {
            throw Refused($"it counts {end.End}, but {_counts} precede it");
        }

        if (end.Sha256 != checksum)
        {
            throw Refused($"the checksum of everything before it is {checksum}, not {end.Sha256}: the archive was changed");
        }

        if (_catalogLine is { } stamp)
        {
            Catalog = CatalogOf(stamp);
        }

        return new ArchiveSummary(checksum, _counts);
    }

    private AirlineCatalog CatalogOf(CatalogLine stamp)
    {
        AirlineCatalog catalog;
        try
        {
            catalog = new AirlineCatalog(
                _airlines, stamp.Source, ArchiveLines.Time("loadedMs", stamp.LoadedMs), stamp.IsSample);
        }
        catch (ArgumentException exception)
        {
            throw Refused(exception.Message, exception);
        }

        return catalog.Version == stamp.Catalog
            ? catalog
            : throw Refused($"the airlines before it have version {catalog.Version}, not {stamp.Catalog}");
    }

    private async IAsyncEnumerable<ReadOnlyMemory<byte>> LinesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pipe = PipeReader.Create(input, new StreamPipeReaderOptions(bufferSize: Limits.ArchiveLineBytesMax, leaveOpen: true));
        while (true)
        {
            var read = await pipe.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                EnsureLength(buffer.Slice(0, end).Length);
                yield return buffer.Slice(0, end).ToArray();
                buffer = buffer.Slice(buffer.GetPosition(1, end));
            }

            EnsureLength(buffer.Length);
            if (read.IsCompleted && buffer.Length > 0)
            {
                LineNumber++;
                throw Refused("the archive ends within this line: it was cut short");
            }

            pipe.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted)
            {
                await pipe.CompleteAsync();
                yield break;
            }
        }
    }

    private void EnsureLength(long lineBytes)
    {
        if (lineBytes > Limits.ArchiveLineBytesMax)
        {
            LineNumber++;
            throw Refused($"it has more than {Limits.ArchiveLineBytesMax} bytes, the limit for a line");
        }
    }

    private ArchiveFormatException Refused(string cause, Exception? exception = null) => new(LineNumber, cause, exception);
}
