using System.Security.Cryptography;
using Airside.Core;
using Airside.Core.Airlines;
using Airside.Core.Transactions;

namespace Airside.Archives;

/// <summary>Writes an archive. The same content produces the same bytes, regardless of the store and the order of its entries.</summary>
public sealed class ArchiveWriter
{
    private static readonly byte[] LineEnd = "\n"u8.ToArray();

    private readonly Stream _output;
    private readonly IncrementalHash _hash;
    private ArchiveCounts _counts = ArchiveCounts.None;

    private ArchiveWriter(Stream output, IncrementalHash hash)
    {
        _output = output;
        _hash = hash;
    }

    /// <summary>Writes an entire archive.</summary>
    /// <param name="output">Receives the archive.</param>
    /// <param name="catalog">The saved airline catalog, or null if there is none.</param>
    /// <param name="entries">The ledger, in any order.</param>
    /// <param name="conversion">Gives the entries the names of this version.</param>
    /// <param name="space">Where to sort the entries.</param>
    /// <param name="progress">Receives the number of entries read.</param>
    /// <param name="cancellationToken">Cancels the export.</param>
    /// <exception cref="StoreDamagedException">The ledger returns an entry twice.</exception>
    /// <exception cref="UndecidedNamesException">Names are not flight designators, and no one decided on them.</exception>
    /// <exception cref="IOException">The output or a temporary file cannot be written.</exception>
    public static async Task<ArchiveSummary> WriteAsync(
        Stream output,
        AirlineCatalog? catalog,
        IAsyncEnumerable<ArchiveEntry> entries,
        NameConversion conversion,
        SortSpace space,
        IProgress<long>? progress,
        CancellationToken cancellationToken)
    {
        using var sort = new ExternalSort(space);
        var count = 0L;
        await foreach (var entry in entries.WithCancellation(cancellationToken))
        {
            if (conversion.Convert(entry) is { } converted)
            {
                sort.Add(new SortItem(
                    ArchiveOrder.Encode(converted),
                    ArchiveLines.Encode(ArchiveLines.From(converted)),
                    converted == entry ? [] : ArchiveOrder.Encode(entry)));
            }

            progress?.Report(++count);
        }

        conversion.End();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var writer = new ArchiveWriter(output, hash);
        await writer.WriteAsync(new HeaderLine(ArchiveLines.Format, ArchiveLines.Version), cancellationToken);
        if (catalog is not null)
        {
            await writer.WriteAsync(CatalogLine.From(catalog), cancellationToken);
            foreach (var airline in catalog.Airlines)
            {
                await writer.WriteAsync(AirlineLine.From(airline), cancellationToken);
            }
        }

        await writer.WriteSortedAsync(sort, conversion, cancellationToken);
        return await writer.EndAsync(cancellationToken);
    }

    /// <summary>Writes the entries in order. Those that became one are neighbours.</summary>
    private async Task WriteSortedAsync(ExternalSort sort, NameConversion conversion, CancellationToken cancellationToken)
    {
        SortItem? pending = null;
        foreach (var item in sort.Sorted())
        {
            if (pending is not { } previous)
            {
                pending = item;
            }
            else if (!item.Order.AsSpan().SequenceEqual(previous.Order))
            {
                await WriteEntryAsync(previous.Line, cancellationToken);
                pending = item;
            }
            else if (item.Origin.AsSpan().SequenceEqual(previous.Origin))
            {
                throw new StoreDamagedException($"The store returned a duplicate: {ArchiveLines.Parse(item.Line)}. Nothing was exported.");
            }
            else
            {
                var merged = conversion.Merge(EntryOf(previous), EntryOf(item));
                pending = item with { Line = ArchiveLines.Encode(ArchiveLines.From(merged)) };
            }
        }

        if (pending is { } last)
        {
            await WriteEntryAsync(last.Line, cancellationToken);
        }
    }

    private static ArchiveEntry EntryOf(SortItem item) => ArchiveLines.EntryOf(ArchiveLines.Parse(item.Line), areNamesPresent: true);

    private async Task WriteEntryAsync(byte[] line, CancellationToken cancellationToken)
    {
        _counts = _counts.With(ArchiveLines.Parse(line));
        await WriteLineAsync(line, cancellationToken);
    }

    private async Task<ArchiveSummary> EndAsync(CancellationToken cancellationToken)
    {
        var id = Convert.ToHexStringLower(_hash.GetHashAndReset());
        await WriteLineAsync(ArchiveLines.Encode(new EndLine(_counts, id)), cancellationToken);
        await _output.FlushAsync(cancellationToken);
        return new ArchiveSummary(id, _counts);
    }

    private async Task WriteAsync(ArchiveLine line, CancellationToken cancellationToken)
    {
        _counts = _counts.With(line);
        await WriteLineAsync(ArchiveLines.Encode(line), cancellationToken);
    }

    private async Task WriteLineAsync(byte[] line, CancellationToken cancellationToken)
    {
        _hash.AppendData(line);
        _hash.AppendData(LineEnd);
        await _output.WriteAsync(line, cancellationToken);
        await _output.WriteAsync(LineEnd, cancellationToken);
    }
}
