using System.Globalization;
using System.Text;

namespace Airside.Core.Airlines;

/// <summary>Recognizes files of other kinds, so that an error says what a file is instead of what its first row lacks.</summary>
internal static class OtherFiles
{
    /// <summary>What a file with <see cref="ConflictMarkers"/> is.</summary>
    public const string Conflict = "the file has the markers of an unfinished merge, such as '<<<<<<<'; resolve the merge first";

    private const string HowToGet = "download the file itself, for example with curl -fL";
    private const string Markup = $"the file is XML or HTML, not a table with commas; {HowToGet}";
    private const string Json = "the file is JSON, not a table with commas; export it as CSV";

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
        ("<<<<<<< ", Conflict),
    ];

    /// <summary>The lines with which Git marks a conflict begin with one of these.</summary>
    private static readonly string[] ConflictMarkers = ["<<<<<<<", "|||||||", "=======", ">>>>>>>"];

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

        var text = Start(file);
        var known = Array.Find(Texts, known => text.StartsWith(known.Start, StringComparison.OrdinalIgnoreCase)).Cause;
        if ((known ?? DescribeSyntax(text)) is { } other)
        {
            return other;
        }

        var lines = Lines(text);
        return lines.Length == 0 ? null
            : DescribeLine(lines[0], hasComma: file.Contains((byte)','))
            ?? (lines.Length > 1 && HeaderRow.NamesColumns(Split(lines[0], ',')) ? DescribeLine(lines[1], hasComma: true) : null);
    }

    /// <summary>Returns what a file is none of whose rows has as many fields as an airline; null if it begins with blanks only.</summary>
    public static string? DescribeText(ReadOnlySpan<byte> file) => Lines(Start(file)) is [var line, ..]
        ? $"the file is not a table with {Airline.Columns.Count} columns; it begins with '{DisplayText.Shorten(line)}'"
        : null;

    /// <summary>Whether a row, given by its first field, is a line with which Git marks a conflict.</summary>
    public static bool IsConflictMarker(string field) =>
        Array.Exists(ConflictMarkers, marker => field == marker || field.StartsWith(marker + " ", StringComparison.Ordinal));

    /// <summary>Returns the beginning of a file from its first character that is not blank.</summary>
    private static string Start(ReadOnlySpan<byte> file) =>
        Encoding.UTF8.GetString(file[..Math.Min(file.Length, Limits.AirlineFileStartBytes)]).TrimStart('\uFEFF').TrimStart();

    private static string[] Lines(string text) =>
        text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Recognizes markup and JSON by their first two characters, because a message may begin with the first one.</summary>
    private static string? DescribeSyntax(string text)
    {
        var inner = text.Length == 0 ? "" : text[1..].TrimStart();
        return text switch
        {
            ['<', '!' or '?', ..] => Markup,
            ['<', var letter, ..] when char.IsAsciiLetter(letter) => Markup,
            ['{', ..] when inner is [] or ['"' or '}', ..] => Json,
            ['[', ..] when inner is [] or ['"' or '{' or '[' or ']' or '-', ..] || char.IsAsciiDigit(inner[0]) => Json,
            _ => null,
        };
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
            return DescribeTable(fields);
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
            _ when Has("latitude") || Has("latitude deg") || Has("lat") || Has("airport id") || Has("airport name") => "airports",
            _ when Has("source airport") || Has("source airport id") || Has("destination airport") => "routes",
            { Count: >= 8 } when IsNumber(fields[6]) && IsNumber(fields[7]) => "airports",
            { Count: 9 } when IsId(fields[1]) && IsId(fields[3]) && IsId(fields[5]) && IsNumber(fields[7]) => "routes",
            { Count: 3 } when !IsId(fields[0]) && fields[1].Length == 2 && fields[2].Length == 2 => "countries",
            { Count: 3 } when !IsId(fields[0]) && fields[1].Length is 2 or 3 && fields[2].Length is 2 or 3 or 4 => "aircraft types",
            _ => null,
        };
        return name is null ? null : $"the file lists {name}, not airlines; load airlines.dat instead";

        // An airline may have one of these names; a header has no id.
        bool Has(string column) =>
            !IsId(fields[0]) && fields.Any(field => field.Replace('_', ' ').Equals(column, StringComparison.OrdinalIgnoreCase));
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
