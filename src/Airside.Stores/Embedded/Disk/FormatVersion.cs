using System.Buffers.Binary;
using Airside.Core;

namespace Airside.Stores.Embedded.Disk;

/// <summary>The version of a file's format. Every version has it at this offset, in a header with the same checksum.</summary>
internal static class FormatVersion
{
    private const int Offset = 8;

    public static void Write(Span<byte> header, uint version) => BinaryPrimitives.WriteUInt32LittleEndian(header[Offset..], version);

    /// <summary>
    /// Refuses a file of a version that this program does not read, and returns its version. It is not damaged: the program that wrote it
    /// can read it.
    /// </summary>
    /// <param name="file">The kind and name of the file, for the message.</param>
    /// <param name="header">Its header, which matches its checksum.</param>
    /// <param name="oldest">The oldest version that this program reads.</param>
    /// <param name="newest">The version that it writes.</param>
    /// <exception cref="StoreUnavailableException">It has another version.</exception>
    public static uint Ensure(string file, ReadOnlySpan<byte> header, uint oldest, uint newest)
    {
        var version = BinaryPrimitives.ReadUInt32LittleEndian(header[Offset..]);
        if (version < oldest || version > newest)
        {
            var readable = oldest == newest ? $"version {newest}" : $"versions {oldest} to {newest}";
            throw new StoreUnavailableException(
                $"{file} has format version {version}; this program reads {readable}. Nothing was changed. "
                + "Start the version of Airside that wrote it, or a later one.");
        }

        return version;
    }
}
