namespace Airside.Core.Airlines;

/// <summary>
/// One airline: a row in the OpenFlights <c>airlines.dat</c> format. A field that is <c>\N</c> in the file is null; an empty field stays
/// empty.
/// </summary>
/// <remarks>
/// Codes are kept as in the source, because the real file has placeholders such as <c>"-"</c> and <c>"N/A"</c> in well over a dozen rows.
/// Only well-formed codes are indexed (<see cref="AirlineCatalog"/>).
/// </remarks>
public sealed record Airline
{
    /// <summary>Creates an airline from the fields of its row.</summary>
    /// <exception cref="AirlineFieldException">A field holds an invalid value.</exception>
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

    /// <summary>Alternative name, or null.</summary>
    public string? Alias { get; }

    /// <summary>IATA designator as in the source (two characters if well-formed), or null.</summary>
    public string? Iata { get; }

    /// <summary>ICAO designator as in the source (three letters if well-formed), or null.</summary>
    public string? Icao { get; }

    /// <summary>Radio callsign, or null.</summary>
    public string? Callsign { get; }

    /// <summary>Country or territory of registration, or null.</summary>
    public string? Country { get; }

    /// <summary>Whether the airline operates, according to the source.</summary>
    public bool Active { get; }

    /// <summary><see cref="Active"/> as the OpenFlights format has it: <c>Y</c> or <c>N</c>.</summary>
    public string ActiveText => Active ? "Y" : "N";

    /// <summary>The columns of the OpenFlights format in order, each with the text of an airline.</summary>
    public static IReadOnlyList<(string Name, Func<Airline, string?> Text)> Columns { get; } =
    [
        ("id", airline => airline.Id.ToString()),
        ("name", airline => airline.Name),
        ("alias", airline => airline.Alias),
        ("iata", airline => airline.Iata),
        ("icao", airline => airline.Icao),
        ("callsign", airline => airline.Callsign),
        ("country", airline => airline.Country),
        ("active", airline => airline.ActiveText),
    ];

    private static string? OptionalText(string column, string? value) => value is null ? null : Text(column, value);

    private static string Text(string column, string value)
    {
        if (value.Length > Limits.AirlineFieldLengthMax)
        {
            throw new AirlineFieldException(
                column, $"has {value.Length} characters; at most {Limits.AirlineFieldLengthMax} are allowed");
        }

        // NUL never occurs in text; it marks a binary file. Other control characters do occur in the real file.
        if (value.Contains('\0', StringComparison.Ordinal))
        {
            throw new AirlineFieldException(column, "contains a NUL character; is this a text file?");
        }

        return value;
    }
}

/// <summary>A field of an airline holds an invalid value.</summary>
public sealed class AirlineFieldException(string column, string cause) : Exception($"{column} {cause}")
{
    /// <summary>Name of the column, in lowercase.</summary>
    public string Column { get; } = column;

    /// <summary>What is wrong with the value, as the end of a sentence that starts with the column.</summary>
    public string Cause { get; } = cause;
}
