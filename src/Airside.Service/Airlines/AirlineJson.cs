using System.Text.Json;
using System.Text.Json.Serialization;
using Airside.Core.Airlines;

namespace Airside.Service.Airlines;

/// <summary>An airline as the API shows it.</summary>
/// <param name="Id">OpenFlights identifier.</param>
/// <param name="Name">Name.</param>
/// <param name="Alias">Other name, or null.</param>
/// <param name="Iata">IATA designator as the source has it, or null.</param>
/// <param name="Icao">ICAO designator as the source has it, or null.</param>
/// <param name="Callsign">Radio callsign, or null.</param>
/// <param name="Country">Country or territory of registration, or null.</param>
/// <param name="Active"><c>Y</c> when the airline operates, as far as the source knows, else <c>N</c>.</param>
internal sealed record AirlineAnswer(
    int Id, string Name, string? Alias, string? Iata, string? Icao, string? Callsign, string? Country, string Active)
{
    /// <summary>Shows an airline.</summary>
    public static AirlineAnswer From(Airline airline) => new(
        airline.Id, airline.Name, airline.Alias, airline.Iata, airline.Icao, airline.Callsign, airline.Country,
        AirlineJson.Active(airline));
}

/// <summary>A list of airlines as the API shows it.</summary>
/// <param name="Airlines">The airlines by ascending id.</param>
/// <param name="NextCursor">What to send as <c>cursor</c> for the next page; absent on the last one.</param>
internal sealed record AirlineListAnswer(
    IReadOnlyList<AirlineAnswer> Airlines,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? NextCursor);

/// <summary>Writes airlines as <see cref="AirlineAnswer"/> describes them, without making one.</summary>
internal static class AirlineJson
{
    private static readonly JsonEncodedText Id = JsonEncodedText.Encode("id");
    private static readonly JsonEncodedText Name = JsonEncodedText.Encode("name");
    private static readonly JsonEncodedText Alias = JsonEncodedText.Encode("alias");
    private static readonly JsonEncodedText Iata = JsonEncodedText.Encode("iata");
    private static readonly JsonEncodedText Icao = JsonEncodedText.Encode("icao");
    private static readonly JsonEncodedText Callsign = JsonEncodedText.Encode("callsign");
    private static readonly JsonEncodedText Country = JsonEncodedText.Encode("country");
    private static readonly JsonEncodedText ActiveName = JsonEncodedText.Encode("active");

    public static string Active(Airline airline) => airline.Active ? "Y" : "N";

    public static void Write(Utf8JsonWriter writer, Airline airline)
    {
        writer.WriteStartObject();
        writer.WriteNumber(Id, airline.Id);
        writer.WriteString(Name, airline.Name);
        writer.WriteString(Alias, airline.Alias);
        writer.WriteString(Iata, airline.Iata);
        writer.WriteString(Icao, airline.Icao);
        writer.WriteString(Callsign, airline.Callsign);
        writer.WriteString(Country, airline.Country);
        writer.WriteString(ActiveName, Active(airline));
        writer.WriteEndObject();
    }
}
