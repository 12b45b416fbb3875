using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Airside.Core.Airlines;

namespace Airside.Core.Archives;

/// <summary>
/// Reads an archive and checks all of it: version, order, values, counts, checksum, and that nothing is missing at its end. What it
/// gives counts only once it has come to the end.
/// </summary>
public sealed class ArchiveReader(Stream input)
{
    private readonly List<Airline> _airlines = [];
    private ArchiveCounts _counts = ArchiveCounts.None;
    private CatalogLine? _catalogLine;
    private byte[] _order = [];

    /// <summary>Number of the line that was read last, counted from 1.</summary>
    public long LineNumber { get; private set; }

    /// <summary>The airline catalog, or null where there is none. Known at the end.</summary>
    public AirlineCatalog? Catalog { get; private set; }

    /// <summary>What was read. Known at the end; null before.</summary>
    public ArchiveSummary? Summary { get; private set; }

    /// <summary>The entries of the ledger in their order.</summary>
    /// <exception cref="ArchiveFormatException">It is not as it was written.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
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

    private object Parse(ReadOnlySpan<byte> bytes)
    {
        if (Summary is not null)
        {
            throw Refused("the archive goes on after its last line");
        }

        object line;
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

    private void CheckHeader(object line)
    {
        if (line is not HeaderLine { Format: ArchiveLines.Format } header)
        {
            throw Refused($"this is not an Airside archive: it does not begin with the format '{ArchiveLines.Format}'");
        }

        if (header.Version != ArchiveLines.Version)
        {
            throw Refused($"the archive has format version {header.Version}; this program reads version {ArchiveLines.Version}");
        }
    }

    /// <summary>Takes a line that is neither the first nor the last, and gives its entry where it belongs to the ledger.</summary>
    private ArchiveEntry? Take(object line)
    {
        _counts = _counts.With(line);
        try
        {
            switch (line)
            {
                case HeaderLine:
                    return null;
                case CatalogLine catalog:
                    DemandOrder(LineNumber == 2);
                    _ = ArchiveLines.Time("loadedMs", catalog.LoadedMs);
                    _catalogLine = catalog;
                    return null;
                case AirlineLine airline:
                    DemandOrder(_catalogLine is not null && _order.Length == 0
                        && (_airlines.Count == 0 || airline.Airline > _airlines[^1].Id));
                    _airlines.Add(airline.ToAirline());
                    return null;
                default:
                    var entry = ArchiveLines.EntryOf(line);
                    var order = ArchiveOrder.Of(entry);
                    DemandOrder(order.AsSpan().SequenceCompareTo(_order) > 0);
                    _order = order;
                    return entry;
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or AirlineFieldException)
        {
            throw Refused(exception.Message, exception);
        }
    }

    private static void DemandOrder(bool isOrdered)
    {
        if (!isOrdered)
        {
            throw new InvalidDataException("it must not follow the line before it: lines are in order and none comes twice");
        }
    }

    private ArchiveSummary CheckEnd(EndLine end, string checksum)
    {
        if (end.End != _counts)
        {
            throw Refused($"it counts {end.End}, but {_counts} came before it");
        }

        if (end.Sha256 != checksum)
        {
            throw Refused($"the checksum of all before it is {checksum}, not {end.Sha256}: the archive was changed");
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
                DemandLength(buffer.Slice(0, end).Length);
                yield return buffer.Slice(0, end).ToArray();
                buffer = buffer.Slice(buffer.GetPosition(1, end));
            }

            DemandLength(buffer.Length);
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

    private void DemandLength(long lineBytes)
    {
        if (lineBytes > Limits.ArchiveLineBytesMax)
        {
            LineNumber++;
            throw Refused($"it has more than {Limits.ArchiveLineBytesMax} bytes, the most that a line may have");
        }
    }

    private ArchiveFormatException Refused(string cause, Exception? exception = null) => new(LineNumber, cause, exception);
}
