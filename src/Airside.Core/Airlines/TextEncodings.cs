using System.Text;

namespace Airside.Core.Airlines;

/// <summary>Recognizes text that is not UTF-8 and names the command that converts it.</summary>
internal static class TextEncodings
{
    /// <summary>How much of a file shows whether it is UTF-16 without a byte order mark, in bytes.</summary>
    private const int SampleBytes = 1024;

    /// <summary>Bytes that Windows-1252 leaves undefined.</summary>
    private static ReadOnlySpan<byte> Undefined => [0x81, 0x8D, 0x8F, 0x90, 0x9D];

    /// <summary>Returns what the file is if it is UTF-16 or UTF-32, as a sentence without a full stop; otherwise null.</summary>
    public static string? DescribeWide(ReadOnlySpan<byte> file)
    {
        var name = file switch
        {
            [0xFF, 0xFE, 0, 0, ..] or [0, 0, 0xFE, 0xFF, ..] => "UTF-32",
            [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] => "UTF-16",
            _ => WithoutMark(file[..Math.Min(SampleBytes, file.Length)]),
        };
        return name is null ? null : Describe($"the file is {name}, not UTF-8", name);
    }

    /// <summary>
    /// Returns what a file that is not UTF-8 probably is, as a sentence without a full stop, and the line of its first character outside
    /// ASCII; null if it mixes encodings or is binary.
    /// </summary>
    public static (string Cause, int Line)? DescribeSingleByte(ReadOnlySpan<byte> file)
    {
        var first = file.IndexOfAnyExceptInRange((byte)0, (byte)0x7F);
        if (first < 0 || file.Contains((byte)0) || HasWideCharacter(file[first..]))
        {
            return null;
        }

        // ISO 8859-1 has control characters where Windows has quotation marks and dashes.
        var isWindows = file.ContainsAnyInRange((byte)0x80, (byte)0x9F);
        if (isWindows && file.ContainsAny(Undefined))
        {
            return null;
        }

        var line = file[..first].Count((byte)'\n') + 1;
        var (name, encoding) = isWindows ? ("Windows-1252, the Latin-1 of Windows", "WINDOWS-1252") : ("Latin-1", "ISO-8859-1");
        return (Describe($"the file is not UTF-8 but probably {name}, as line {line} shows", encoding), line);
    }

    private static string Describe(string what, string encoding) =>
        $"{what}; convert it with: iconv -f {encoding} -t UTF-8 airlines.dat > airlines-utf8.dat";

    /// <summary>Returns the name of UTF-16 if every other byte of a text is mostly zero, as it is for Latin letters.</summary>
    private static string? WithoutMark(ReadOnlySpan<byte> sample)
    {
        Span<int> zeros = [0, 0];
        for (var i = 0; i < sample.Length; i++)
        {
            zeros[i % 2] += sample[i] == 0 ? 1 : 0;
        }

        var most = sample.Length / 4;
        return sample.Length < 4 ? null
            : zeros[1] > most && zeros[0] == 0 ? "UTF-16LE"
            : zeros[0] > most && zeros[1] == 0 ? "UTF-16BE"
            : null;
    }

    /// <summary>Returns whether a character is valid UTF-8 of several bytes, which single-byte text does not contain by chance.</summary>
    private static bool HasWideCharacter(ReadOnlySpan<byte> file)
    {
        while (!file.IsEmpty)
        {
            if (file[0] > 0x7F && Rune.DecodeFromUtf8(file, out _, out _) == System.Buffers.OperationStatus.Done)
            {
                return true;
            }

            var next = file[1..].IndexOfAnyExceptInRange((byte)0, (byte)0x7F);
            file = next < 0 ? [] : file[(next + 1)..];
        }

        return false;
    }
}
