using System.Globalization;
using System.Text;
using System.Text.Unicode;
using CsvHelper;

namespace Airside.Core.Airlines;

/// <summary>
/// Reads a file in the OpenFlights <c>airlines.dat</c> format: UTF-8 with an optional byte order mark, rows of eight fields
/// quoted as RFC 4180 says, no header. A field that is exactly <c>\N</c> is null; a backslash means nothing else.
/// </summary>
/// <remarks>The file is checked whole: one wrong row, and there are errors in place of airlines.</remarks>
public sealed class OpenFlightsReader
{
    private const string Null = @"\N";
    private const int ShownLengthMax = 40;

    private static readonly string[] Columns = ["id", "name", "alias", "iata", "icao", "callsign", "country", "active"];

    private readonly List<Airline> _airlines = [];
    private readonly List<AirlineFileError> _errors = [];
    private readonly Dictionary<int, int> _lineById = [];
    private readonly bool _isUtf8;
    private bool _hasMoreErrors;

    private OpenFlightsReader(ReadOnlySpan<byte> file) => _isUtf8 = Utf8.IsValid(file);

    /// <summary>Reads a file from a stream, from its current position to its end. The stream stays open.</summary>
    /// <exception cref="IOException">The stream could not be read.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public static async Task<AirlineFileResult> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        // The whole file in memory, with a bound, keeps a quote that is never closed from growing any other buffer.
        using var file = new MemoryStream();
        var block = new byte[64 * 1024];
        int count;
        while ((count = await stream.ReadAsync(block, cancellationToken)) > 0)
        {
            if (file.Length + count > Limits.AirlineFileBytesMax)
            {
                return Refused($"the file has more than {Limits.AirlineFileBytesMax} bytes, which is the most allowed");
            }

            file.Write(block.AsSpan(0, count));
        }

        return Read(file.GetBuffer().AsMemory(0, (int)file.Length));
    }

    /// <summary>Reads a file that is in memory.</summary>
    public static AirlineFileResult Read(ReadOnlyMemory<byte> file)
    {
        if (file.Length > Limits.AirlineFileBytesMax)
        {
            return Refused($"the file has {file.Length} bytes; at most {Limits.AirlineFileBytesMax} are allowed");
        }

        // These two bytes never occur in UTF-8; at the start they are the mark of UTF-16 or UTF-32, which would be decoded as such.
        if (file.Span[..Math.Min(4, file.Length)].ContainsAny((byte)0xFE, (byte)0xFF))
        {
            return Refused("the file is not UTF-8; it begins with the byte order mark of another encoding");
        }

        return new OpenFlightsReader(file.Span).ReadRows(file);
    }

    private static AirlineFileResult Refused(string cause) => new([], [new AirlineFileError(1, null, cause)], hasMoreErrors: false);

    private AirlineFileResult ReadRows(ReadOnlyMemory<byte> file)
    {
        using var rows = CsvReader.Create(file, new CsvReaderOptions
        {
            HasHeader = false,
            Separator = ',',
            NullValues = [Null],
            TrackLineNumbers = true,
            MalformedData = CsvMalformedDataHandling.Skip,
            OnMalformedRecord = row => AddError((int)row.LineNumber, null, Describe(row.Reason)),
        });

        while (!_hasMoreErrors && rows.Read())
        {
            if (rows.RowNumber > Limits.AirlinesMax)
            {
                AddError((int)rows.LineNumber, null, $"the file has more than {Limits.AirlinesMax} airlines, which is the most allowed");
                break;
            }

            ReadRow(rows);
        }

        if (_airlines.Count == 0 && _errors.Count == 0)
        {
            AddError(1, null, "the file holds no airline");
        }

        return new AirlineFileResult(_airlines, _errors, _hasMoreErrors);
    }

    private void ReadRow(CsvReader row)
    {
        var line = (int)row.LineNumber;
        if (row.FieldCount != Columns.Length)
        {
            AddError(line, null, $"the row has {row.FieldCount} fields instead of {Columns.Length}");
            return;
        }

        // The whole file was checked at once, which is much faster; only a file with a fault is searched for its place.
        if (!_isUtf8 && InvalidColumn(row) is { } invalid)
        {
            AddError(line, invalid, "contains bytes that are not UTF-8");
            return;
        }

        var hasId = TryReadId(row, line, out var id);
        var hasActive = TryReadActive(row, line, out var active);
        if (row.GetStringOrNull(1) is not { } name)
        {
            AddError(line, Columns[1], $"is {Null}; every airline needs a name");
            return;
        }

        try
        {
            var airline = new Airline(
                id, name, row.GetStringOrNull(2), row.GetStringOrNull(3), row.GetStringOrNull(4), row.GetStringOrNull(5),
                row.GetStringOrNull(6), active);
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
            AddError(line, Columns[0], $"is {Shown(row.GetString(0))}, which is not an integer");
            return false;
        }

        if (!_lineById.TryAdd(id, line))
        {
            AddError(line, Columns[0], $"is {id}, which the airline of line {_lineById[id]} has already");
            return false;
        }

        return true;
    }

    private bool TryReadActive(CsvReader row, int line, out bool active)
    {
        // The real file has one lower-case letter among its thousands of upper-case ones.
        var value = row.GetSpan(Columns.Length - 1);
        active = value is [(byte)'Y' or (byte)'y'];
        if (active || value is [(byte)'N' or (byte)'n'])
        {
            return true;
        }

        AddError(line, Columns[^1], $"is {Shown(row.GetString(Columns.Length - 1))}; it must be Y or N");
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

    /// <summary>A wrong value as it is shown to people: in quotes, shortened, without characters that would upset a terminal.</summary>
    private static string Shown(string value)
    {
        var shown = new StringBuilder("\"");
        foreach (var rune in value.EnumerateRunes())
        {
            if (shown.Length > ShownLengthMax)
            {
                return shown.Append("…\"").ToString();
            }

            shown.Append(Rune.IsControl(rune) ? "�" : rune.ToString());
        }

        return shown.Append('"').ToString();
    }
}
