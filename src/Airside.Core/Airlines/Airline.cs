namespace Airside.Core.Airlines;

/// <summary>
/// One airline: a row of the OpenFlights <c>airlines.dat</c> format. A field that the file gives as <c>\N</c> is null;
/// an empty field stays empty.
/// </summary>
/// <remarks>
/// Codes are kept as the source has them, because the real file holds placeholders such as <c>"-"</c> and <c>"N/A"</c> in
/// well over a dozen rows. Only well-formed codes are indexed (<see cref="AirlineCatalog"/>).
/// </remarks>
public sealed record Airline
{
    /// <summary>Makes an airline from the fields of its row.</summary>
    /// <exception cref="AirlineFieldException">A field holds a value that no airline may have.</exception>
    public Airline(
        int id, string name, string? alias, string? iata, string? icao, string? callsign, string? country, bool active)
    {
        Id = id;
        Name = Text("name", name);
        if (Name.Length == 0)
        {
            throw new AirlineFieldException("name", "is empty; every airline needs a name");
        }

        Alias = OptionalText("alias", alias);
        Iata = OptionalText("iata", iata);
        Icao = OptionalText("icao", icao);
        Callsign = OptionalText("callsign", callsign);
        Country = OptionalText("country", country);
        Active = active;
    }

    /// <summary>OpenFlights identifier, unique in a catalog. Negative values occur (-1 is "Unknown").</summary>
    public int Id { get; }

    /// <summary>Name, never empty.</summary>
    public string Name { get; }

    /// <summary>Other name, or null.</summary>
    public string? Alias { get; }

    /// <summary>IATA designator as the source has it (two characters when well-formed), or null.</summary>
    public string? Iata { get; }

    /// <summary>ICAO designator as the source has it (three letters when well-formed), or null.</summary>
    public string? Icao { get; }

    /// <summary>Radio callsign, or null.</summary>
    public string? Callsign { get; }

    /// <summary>Country or territory of registration, or null.</summary>
    public string? Country { get; }

    /// <summary>Whether the airline operates, as far as the source knows.</summary>
    public bool Active { get; }

    private static string? OptionalText(string column, string? value) => value is null ? null : Text(column, value);

    private static string Text(string column, string value)
    {
        if (value.Length > Limits.AirlineFieldLengthMax)
        {
            throw new AirlineFieldException(
                column, $"has {value.Length} characters; at most {Limits.AirlineFieldLengthMax} are allowed");
        }

        // NUL never occurs in text; it is the mark of a binary file. Other control characters do occur in the real file.
        if (value.Contains('\0', StringComparison.Ordinal))
        {
            throw new AirlineFieldException(column, "contains a NUL character; is this a text file?");
        }

        return value;
    }
}

/// <summary>A field of an airline holds a value that no airline may have.</summary>
public sealed class AirlineFieldException(string column, string cause) : Exception($"{column} {cause}")
{
    /// <summary>Name of the column, in lower case.</summary>
    public string Column { get; } = column;

    /// <summary>What is wrong with the value, as the end of a sentence that begins with the column.</summary>
    public string Cause { get; } = cause;
}
