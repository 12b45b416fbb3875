using System.Globalization;
using System.Text;
using System.Text.Unicode;
using CsvHelper;

namespace Airside.Core.Airlines;

/// <summary>
/// Reads a file in the OpenFlights <c>airlines.dat</c> format: UTF-8 with an optional byte order mark, rows of eight fields quoted
/// according to RFC 4180, and an optional header that names the columns. A field that is exactly <c>\N</c> is null; backslashes before an
/// apostrophe are a trace of OpenFlights' export and left out; blanks around a field, inside or outside its quotes, mean nothing.
/// </summary>
/// <remarks>The entire file is checked: if one row is wrong, the result has errors instead of airlines.</remarks>
public sealed class OpenFlightsReader
{
    private const string Null = @"\N";

    private static readonly string[] Columns = [.. Airline.Columns.Select(column => column.Name)];

    private readonly List<Airline> _airlines = [];
    private readonly List<AirlineFileError> _errors = [];
    private readonly Dictionary<int, int> _lineById = [];
    private readonly bool _isUtf8;
    private bool _hasMoreErrors;

    /// <summary>Whether a row has as many fields as an airline.</summary>
    private bool _hasColumns;

    /// <summary>How many rows have another number of fields.</summary>
    private int _otherRows;

    private OpenFlightsReader(ReadOnlySpan<byte> file) => _isUtf8 = Utf8.IsValid(file);

    /// <summary>Reads a file from a stream, from its current position to its end. The stream stays open.</summary>
    /// <exception cref="IOException">The stream could not be read.</exception>
    /// <exception cref="OperationCanceledException">The caller canceled.</exception>
    public static async Task<AirlineFileResult> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        // Keeping the entire file in memory, with a limit, prevents an unclosed quote from growing any other buffer.
        using var file = new MemoryStream();
        var block = new byte[64 * 1024];
        int count;
        while ((count = await stream.ReadAsync(block, cancellationToken)) > 0)
        {
            if (file.Length + count > Limits.AirlineFileBytesMax)
            {
                return Refused($"the file has more than {Limits.AirlineFileBytesMax} bytes, the limit");
            }

            file.Write(block.AsSpan(0, count));
        }

        return Read(file.GetBuffer().AsMemory(0, (int)file.Length));
    }

    /// <summary>Reads a file in memory.</summary>
    public static AirlineFileResult Read(ReadOnlyMemory<byte> file)
    {
        if (file.Length > Limits.AirlineFileBytesMax)
        {
            return Refused($"the file has {file.Length} bytes; at most {Limits.AirlineFileBytesMax} are allowed");
        }

        if ((TextEncodings.DescribeWide(file.Span) ?? OtherFiles.Describe(file.Span)) is { } other)
        {
            return Refused(other);
        }

        var reader = new OpenFlightsReader(file.Span);
        return !reader._isUtf8 && TextEncodings.DescribeSingleByte(file.Span) is { } encoding
            ? Refused(encoding.Cause, encoding.Line)
            : reader.ReadRows(file);
    }

    private static AirlineFileResult Refused(string cause, int line = 1) => new(new AirlineFileError(line, null, cause));

    private AirlineFileResult ReadRows(ReadOnlyMemory<byte> file)
    {
        using var rows = CsvReader.Create(file, new CsvReaderOptions
        {
            HasHeader = false,
            Separator = ',',
            NullValues = [Null],
            TrimWhitespace = true,
            TrimInsideQuotes = true,
            TrackLineNumbers = true,
            MalformedData = CsvMalformedDataHandling.Skip,
            OnMalformedRecord = row => AddError((int)row.LineNumber, null, Describe(row.Reason)),
        });

        var (count, header) = (0, 0);
        while (!_hasMoreErrors && rows.Read())
        {
            if (IsBlank(rows))
            {
                continue;
            }

            if (++count == 1)
            {
                var fields = Enumerable.Range(0, rows.FieldCount).Select(rows.GetString).ToArray();
                if (HeaderRow.NamesColumns(fields))
                {
                    (header, _hasColumns) = (1, true);
                    continue;
                }

                if (HeaderRow.IsHeader(fields))
                {
                    return Refused(
                        "the first row is a header that does not name the columns of an airline file; remove it, or put these columns in "
                        + $"order: {string.Join(", ", Columns)}",
                        (int)rows.LineNumber);
                }
            }

            if (count > Limits.AirlinesMax + header)
            {
                AddError((int)rows.LineNumber, null, $"the file has more than {Limits.AirlinesMax} airlines, the limit");
                break;
            }

            ReadRow(rows);
        }

        if (!_hasColumns && _otherRows > 0 && _otherRows >= _errors.Count && OtherFiles.DescribeText(file.Span) is { } other)
        {
            return Refused(other);
        }

        if (_airlines.Count == 0 && _errors.Count == 0)
        {
            AddError(1, null, "the file contains no airlines");
        }

        return new AirlineFileResult(_airlines, _errors, _hasMoreErrors);
    }

    private static bool IsBlank(CsvReader row) => row.FieldCount == 1 && row.GetRawSpan(0).IndexOfAnyExcept(" \t"u8) < 0;

    private void ReadRow(CsvReader row)
    {
        var line = (int)row.LineNumber;
        if (row.FieldCount != Columns.Length)
        {
            if (OtherFiles.IsConflictMarker(row.GetString(0)))
            {
                AddError(line, null, OtherFiles.Conflict);
                return;
            }

            _otherRows++;
            AddError(line, null, $"the row has {row.FieldCount} {(row.FieldCount == 1 ? "field" : "fields")} instead of {Columns.Length}");
            return;
        }

        _hasColumns = true;

        // The entire file was checked in one pass, which is much faster; only an invalid file is searched for the place.
        if (!_isUtf8 && InvalidColumn(row) is { } invalid)
        {
            AddError(line, invalid, "contains bytes that are not UTF-8");
            return;
        }

        var hasId = TryReadId(row, line, out var id);
        var hasActive = TryReadActive(row, line, out var active);
        if (Text(row, 1) is not { } name)
        {
            AddError(line, Columns[1], $"is {Null}; every airline needs a name");
            return;
        }

        try
        {
            var airline = new Airline(id, name, Text(row, 2), Text(row, 3), Text(row, 4), Text(row, 5), Text(row, 6), active);
            if (hasId && hasActive)
            {
                _airlines.Add(airline);
            }
        }
        catch (AirlineFieldException exception)
        {
            AddError(line, exception.Column, exception.Cause);
        }
    }

    /// <summary>Returns the text of a field, or null for <c>\N</c>. The reader removes ASCII blanks only.</summary>
    private static string? Text(CsvReader row, int column)
    {
        var text = row.GetStringOrNull(column)?.Trim();
        return text is not null && text.Contains('\\', StringComparison.Ordinal) ? WithoutEscapes(text) : text;
    }

    /// <summary>Removes the backslashes before each apostrophe. Others stay.</summary>
    private static string WithoutEscapes(string text)
    {
        var plain = new StringBuilder(text.Length);
        var backslashes = 0;
        foreach (var character in text)
        {
            if (character == '\\')
            {
                backslashes++;
                continue;
            }

            plain.Append('\\', character == '\'' ? 0 : backslashes).Append(character);
            backslashes = 0;
        }

        return plain.Append('\\', backslashes).ToString();
    }

    private static string? InvalidColumn(CsvReader row)
    {
        for (var i = 0; i < Columns.Length; i++)
        {
            if (!Utf8.IsValid(row.GetRawSpan(i)))
            {
                return Columns[i];
            }
        }

        return null;
    }

    private bool TryReadId(CsvReader row, int line, out int id)
    {
        if (!int.TryParse(row.GetSpan(0), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out id))
        {
            AddError(line, Columns[0], $"is {Quoted(row.GetString(0))}, which is not an integer");
            return false;
        }

        if (!_lineById.TryAdd(id, line))
        {
            AddError(line, Columns[0], $"is {id}, which the airline on line {_lineById[id]} already has");
            return false;
        }

        return true;
    }

    private bool TryReadActive(CsvReader row, int line, out bool active)
    {
        // The real file has one lowercase letter among its thousands of uppercase ones.
        var value = row.GetSpan(Columns.Length - 1);
        active = value is [(byte)'Y' or (byte)'y'];
        if (active || value is [(byte)'N' or (byte)'n'])
        {
            return true;
        }

        AddError(line, Columns[^1], $"is {Quoted(row.GetString(Columns.Length - 1))}; it must be Y or N");
        return false;
    }

    private void AddError(int line, string? column, string cause)
    {
        if (_errors.Count == Limits.AirlineErrorsMax)
        {
            _hasMoreErrors = true;
            return;
        }

        _errors.Add(new AirlineFileError(line, column, cause));
    }

    private static string Describe(CsvMalformedReason reason) => reason switch
    {
        CsvMalformedReason.UnterminatedQuote => "the row has a quote that is never closed",
        CsvMalformedReason.TextAfterClosingQuote => "the row has text between a closing quote and the next comma",
        CsvMalformedReason.StrayQuote => "the row has a quote inside a field that does not begin with one",
        _ => $"the row is malformed ({reason})",
    };

    /// <summary>Returns a wrong value for display: in quotes, shortened, without characters that would disrupt a terminal.</summary>
    private static string Quoted(string value)
    {
        var shown = new StringBuilder("\"");
        foreach (var rune in value.EnumerateRunes())
        {
            if (shown.Length > Limits.AirlineValueShownMax)
            {
                return shown.Append("…\"").ToString();
            }

            shown.Append(Rune.IsControl(rune) ? "�" : rune.ToString());
        }

        return shown.Append('"').ToString();
    }
}
