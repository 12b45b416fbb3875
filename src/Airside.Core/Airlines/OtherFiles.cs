using System.Globalization;
using System.Text;

namespace Airside.Core.Airlines;

/// <summary>Recognizes files of other kinds, so that an error says what a file is instead of what its first row lacks.</summary>
internal static class OtherFiles
{
    private const string HowToGet = "download the file itself, for example with curl -fL";

    /// <summary>The first bytes of formats that are not text.</summary>
    private static readonly (byte[] Start, string Cause)[] Formats =
    [
        ([0x1F, 0x8B], "the file is compressed with gzip; unpack it with: gzip -d"),
        ([0x42, 0x5A, 0x68], "the file is compressed with bzip2; unpack it with: bzip2 -d"),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "the file is compressed with xz; unpack it with: xz -d"),
        ([0x28, 0xB5, 0x2F, 0xFD], "the file is compressed with Zstandard; unpack it with: zstd -d"),
        ([.. "PK\x03\x04"u8], "the file is a ZIP archive or a spreadsheet such as .xlsx; unpack it, or export it as CSV in UTF-8"),
        ([0xD0, 0xCF, 0x11, 0xE0], "the file is a spreadsheet such as .xls; export it as CSV in UTF-8"),
        ([.. "%PDF"u8], "the file is a PDF document, not an airline file"),
        ([.. "SQLite format 3\0"u8], "the file is an SQLite database; export its airlines as CSV in UTF-8"),
    ];

    /// <summary>How texts of other kinds begin, in lowercase.</summary>
    private static readonly (string Start, string Cause)[] Texts =
    [
        ("version https://git-lfs", "the file is a Git LFS pointer, not the file that it stands for; fetch that with: git lfs pull"),
        ("<!doctype html", $"the file is an HTML page, often an error or sign-in page; {HowToGet}"),
        ("<html", $"the file is an HTML page, often an error or sign-in page; {HowToGet}"),
        ("<", $"the file is XML or HTML, not a table with commas; {HowToGet}"),
        ("{", "the file is JSON, not a table with commas; export it as CSV"),
        ("[", "the file is JSON, not a table with commas; export it as CSV"),
    ];

    private static readonly (char Separator, string Name)[] Separators =
        [(';', "semicolons"), ('\t', "tabs"), ('|', "vertical bars")];

    /// <summary>Returns what the file is, as a sentence without a full stop; null if it looks like an airline file.</summary>
    public static string? Describe(ReadOnlySpan<byte> file)
    {
        foreach (var (start, cause) in Formats)
        {
            if (file.StartsWith(start))
            {
                return cause;
            }
        }

        var text = Encoding.UTF8.GetString(file[..Math.Min(file.Length, Limits.AirlineFileStartBytes)]).TrimStart('\uFEFF').TrimStart();
        var known = Array.Find(Texts, known => text.StartsWith(known.Start, StringComparison.OrdinalIgnoreCase));
        var line = text.Split('\n')[0].TrimEnd('\r');
        return known.Cause ?? (text.Length == 0 ? null : DescribeLine(line, hasComma: file.Contains((byte)',')));
    }

    private static string? DescribeLine(string line, bool hasComma)
    {
        var fields = Split(line, ',');
        if (!line.Contains('"', StringComparison.Ordinal) && fields.Count(IsInSingleQuotes) > 2)
        {
            return "the fields are in single quotes; quote them with \" instead";
        }

        if (fields.Count == Airline.Columns.Count)
        {
            return null;
        }

        foreach (var (separator, name) in Separators)
        {
            if (Split(line, separator).Count > Math.Max(3, fields.Count)
                || line.StartsWith($"sep={separator}", StringComparison.OrdinalIgnoreCase))
            {
                return $"the fields are separated by {name}; separate them by commas instead";
            }
        }

        return DescribeTable(fields)
            ?? (hasComma ? null : $"the file is not a table with commas; it begins with '{DisplayText.Shorten(line)}'");
    }

    /// <summary>Recognizes other tables, by the names of their columns or by their first row.</summary>
    private static string? DescribeTable(IReadOnlyList<string> fields)
    {
        var name = fields switch
        {
            _ when Has("latitude") || Has("latitude deg") || Has("lat") => "airports",
            _ when Has("source airport") || Has("source airport id") || Has("destination airport") => "routes",
            { Count: >= 11 } when IsNumber(fields[6]) && IsNumber(fields[7]) => "airports",
            { Count: 9 } when IsId(fields[1]) && IsId(fields[3]) && IsId(fields[5]) && IsNumber(fields[7]) => "routes",
            { Count: 3 } when !IsId(fields[0]) && fields[1].Length == 2 && fields[2].Length == 2 => "countries",
            { Count: 3 } when !IsId(fields[0]) && fields[1].Length is 2 or 3 && fields[2].Length is 2 or 3 or 4 => "aircraft types",
            _ => null,
        };
        return name is null ? null : $"the file lists {name}, not airlines; load airlines.dat instead";

        bool Has(string column) =>
            fields.Any(field => field.Replace('_', ' ').Equals(column, StringComparison.OrdinalIgnoreCase));
    }

    private static bool IsInSingleQuotes(string field) => field.Length > 1 && field[0] == '\'' && field[^1] == '\'';

    private static bool IsNumber(string field) => double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private static bool IsId(string field) => field == @"\N" || int.TryParse(field, CultureInfo.InvariantCulture, out _);

    /// <summary>Splits a line at a separator outside double quotes, without quotes and blanks.</summary>
    private static List<string> Split(string line, char separator)
    {
        var fields = new List<string>();
        var (start, isQuoted) = (0, false);
        for (var i = 0; i <= line.Length; i++)
        {
            if (i == line.Length || (line[i] == separator && !isQuoted))
            {
                fields.Add(line[start..i].Trim().Trim('"').Trim());
                start = i + 1;
            }
            else if (line[i] == '"')
            {
                isQuoted = !isQuoted;
            }
        }

        return fields;
    }
}
