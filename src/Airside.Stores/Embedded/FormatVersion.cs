using System.Buffers.Binary;
using Airside.Core;

namespace Airside.Stores.Embedded;

/// <summary>The version of a file's format. In every version it stands at this place, in a header with the same checksum.</summary>
internal static class FormatVersion
{
    private const int Offset = 8;

    /// <summary>Writes the version into a header.</summary>
    public static void Write(Span<byte> header, uint version) => BinaryPrimitives.WriteUInt32LittleEndian(header[Offset..], version);

    /// <summary>Refuses a file of another version, which is not damaged: the program that wrote it can read it.</summary>
    /// <param name="file">What the file is and its name, for the message.</param>
    /// <param name="header">Its header, which matches its checksum.</param>
    /// <param name="readable">The version that this program reads.</param>
    /// <exception cref="StoreUnavailableException">It has another version.</exception>
    public static void Demand(string file, ReadOnlySpan<byte> header, uint readable)
    {
        var version = BinaryPrimitives.ReadUInt32LittleEndian(header[Offset..]);
        if (version != readable)
        {
            throw new StoreUnavailableException(
                $"{file} has format version {version}; this program reads version {readable}. Nothing was changed. "
                + "Start the version of Airside that wrote it, or a later one.");
        }
    }
}
