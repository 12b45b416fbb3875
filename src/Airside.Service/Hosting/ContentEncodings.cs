using System.IO.Compression;

namespace Airside.Service.Hosting;

/// <summary>Compresses responses that are entirely in memory.</summary>
internal static class ContentEncodings
{
    private const int BrotliWindowBits = 22;

    public static byte[] Gzip(byte[] bytes, CompressionLevel level = CompressionLevel.SmallestSize)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, level))
        {
            gzip.Write(bytes);
        }

        return target.ToArray();
    }

    /// <summary>Compresses with Brotli at a quality from 0, the fastest, to 11, the smallest.</summary>
    public static byte[] Brotli(byte[] bytes, int quality)
    {
        var target = new byte[BrotliEncoder.GetMaxCompressedLength(bytes.Length)];
        return BrotliEncoder.TryCompress(bytes, target, out var length, quality, BrotliWindowBits)
            ? target[..length]
            : throw new InvalidOperationException("The response could not be compressed.");
    }
}
