using System.Text.Json;
using System.Text.Json.Serialization;
using Airside.Core.Airlines;

namespace Airside.Service.Airlines;

/// <summary>An airline in an API response.</summary>
/// <param name="Id">OpenFlights identifier.</param>
/// <param name="Name">Name.</param>
/// <param name="Alias">Other name, or null.</param>
/// <param name="Iata">IATA designator as given in the source, or null.</param>
/// <param name="Icao">ICAO designator as given in the source, or null.</param>
/// <param name="Callsign">Radio callsign, or null.</param>
/// <param name="Country">Country or territory of registration, or null.</param>
/// <param name="Active"><c>Y</c> if the airline operates according to the source, otherwise <c>N</c>.</param>
public sealed record AirlineResponse(
    int Id, string Name, string? Alias, string? Iata, string? Icao, string? Callsign, string? Country, string Active)
{
    /// <summary>Converts an airline.</summary>
    public static AirlineResponse From(Airline airline) => new(
        airline.Id, airline.Name, airline.Alias, airline.Iata, airline.Icao, airline.Callsign, airline.Country,
        airline.ActiveText);
}

/// <summary>A list of airlines in an API response.</summary>
/// <param name="Airlines">The airlines, by ascending id.</param>
/// <param name="NextCursor">Value of <c>cursor</c> for the next page; absent on the last page.</param>
internal sealed record AirlineListResponse(
    IReadOnlyList<AirlineResponse> Airlines,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? NextCursor);

/// <summary>Writes airlines in the form of <see cref="AirlineResponse"/> without creating one.</summary>
internal static class AirlineJson
{
    private static readonly JsonEncodedText Id = JsonEncodedText.Encode(Airline.Columns[0].Name);

    private static readonly (JsonEncodedText Name, Func<Airline, string?> Text)[] Texts =
        [.. Airline.Columns.Skip(1).Select(column => (JsonEncodedText.Encode(column.Name), column.Text))];

    public static void Write(Utf8JsonWriter writer, Airline airline)
    {
        writer.WriteStartObject();
        writer.WriteNumber(Id, airline.Id);
        foreach (var (name, text) in Texts)
        {
            writer.WriteString(name, text(airline));
        }

        writer.WriteEndObject();
    }
}
