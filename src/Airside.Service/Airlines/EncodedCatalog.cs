using System.Buffers;
using System.Text;
using System.Text.Json;
using Airside.Core.Airlines;
using Airside.Service.Hosting;

namespace Airside.Service.Airlines;

/// <summary>A catalog with its responses already encoded. The full list is one block of JSON; a single airline is a slice of it.</summary>
internal sealed class EncodedCatalog
{
    private static readonly byte[] ListStart = "{\"airlines\":["u8.ToArray();
    private static readonly byte[] ListEnd = "]}"u8.ToArray();

    private const int BrotliQuality = 9; // 10 and 11 save another tenth but take ten times as long.

    private readonly byte[] _list;
    private readonly int[] _starts;
    private readonly string _etag;
    private readonly string _etagBrotli;
    private readonly string _etagGzip;
    private volatile Compressed? _compressed;
    private int _compressionBegun;

    /// <summary>Encodes a catalog. Compression runs in the background, so it delays neither startup nor a load.</summary>
    public EncodedCatalog(AirlineCatalog catalog)
    {
        Catalog = catalog;
        (_list, _starts) = Encode(catalog);
        _etag = $"\"{catalog.Version}\"";
        _etagBrotli = $"\"{catalog.Version}-br\"";
        _etagGzip = $"\"{catalog.Version}-gzip\"";
    }

    public AirlineCatalog Catalog { get; }

    /// <summary>The full list as JSON.</summary>
    public ReadOnlyMemory<byte> List => _list;

    /// <summary>Returns the ETag of the content. Each encoding has its own, because its bytes differ.</summary>
    public string ETag(string? contentEncoding = null) => contentEncoding switch
    {
        null => _etag,
        "br" => _etagBrotli,
        _ => _etagGzip,
    };

    /// <summary>Returns the full list in the best encoding that the client accepts and that is ready.</summary>
    public (ReadOnlyMemory<byte> Body, string? ContentEncoding) ListFor(string? acceptEncoding)
    {
        var (brotli, gzip) = AcceptedEncodings.From(acceptEncoding);
        if (!brotli && !gzip)
        {
            return (_list, null);
        }

        if (_compressed is not { } compressed)
        {
            BeginCompression();
            return (_list, null);
        }

        return brotli ? (compressed.Brotli, "br") : (compressed.Gzip, "gzip");
    }

    /// <summary>Compresses the list in the background, once.</summary>
    public void BeginCompression()
    {
        if (Interlocked.Exchange(ref _compressionBegun, 1) == 0)
        {
            _ = Task.Run(() => _compressed = new Compressed(ContentEncodings.Gzip(_list), ContentEncodings.Brotli(_list, BrotliQuality)));
        }
    }

    /// <summary>Returns one airline as JSON, by its position in the catalog.</summary>
    public ReadOnlyMemory<byte> AirlineAt(int position) =>
        _list.AsMemory(_starts[position], _starts[position + 1] - _starts[position] - 1);

    /// <summary>Returns a list of airlines as JSON, with the cursor of the next page, if any.</summary>
    public ReadOnlyMemory<byte> ListOf(IReadOnlyList<int> positions, string? nextCursor)
    {
        var buffer = new ArrayBufferWriter<byte>(256 + (positions.Count * 160));
        buffer.Write(ListStart);
        for (var i = 0; i < positions.Count; i++)
        {
            if (i > 0)
            {
                buffer.Write(","u8);
            }

            buffer.Write(AirlineAt(positions[i]).Span);
        }

        if (nextCursor is null)
        {
            buffer.Write(ListEnd);
        }
        else
        {
            buffer.Write(Encoding.UTF8.GetBytes($"],\"nextCursor\":\"{JsonEncodedText.Encode(nextCursor)}\"}}"));
        }

        return buffer.WrittenMemory;
    }

    private static (byte[] List, int[] Starts) Encode(AirlineCatalog catalog)
    {
        var buffer = new ArrayBufferWriter<byte>(64 + (catalog.Airlines.Count * 160));
        using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        var starts = new int[catalog.Airlines.Count + 1];
        buffer.Write(ListStart);
        for (var i = 0; i < catalog.Airlines.Count; i++)
        {
            // A separator follows each airline, so an airline is the bytes from its start to the next start, less one.
            starts[i] = buffer.WrittenCount;
            writer.Reset();
            AirlineJson.Write(writer, catalog.Airlines[i]);
            writer.Flush();
            buffer.Write(i + 1 < catalog.Airlines.Count ? ","u8 : ListEnd);
        }

        starts[^1] = buffer.WrittenCount - ListEnd.Length + 1;
        return (buffer.WrittenSpan.ToArray(), starts);
    }

    private sealed record Compressed(byte[] Gzip, byte[] Brotli);
}
