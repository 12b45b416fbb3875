using System.Text.Json;
using System.Text.Json.Serialization;
using Airside.Core;
using Airside.Core.Airlines;
using Airside.Core.Transactions;

namespace Airside.Archives;

/// <summary>
/// The lines of an archive, one JSON object each, identified by the name of their first property. <c>docs/internals/archive.md</c>
/// describes them.
/// </summary>
internal static class ArchiveLines
{
    public const string Format = "airside-archive";
    public const int Version = 3;

    /// <summary>The version without days.</summary>
    public const int VersionWithoutDays = 1;

    /// <summary>The last version whose routes and keys may have names that must be converted.</summary>
    public const int VersionWithEarlierNames = 2;

    private const long HourMs = 3_600_000;
    private const long DayMs = 24 * HourMs;
    private static readonly long TimeMsMin = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly long TimeMsMax = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    private static readonly JsonWriterOptions Writing = new() { Encoder = new PlainEscaping() };

    /// <summary>Returns the bytes of a line, without its line end.</summary>
    public static byte[] Encode(ArchiveLine line)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Writing))
        {
            JsonSerializer.Serialize(writer, line, line.GetType(), ArchiveJson.Default);
        }

        return buffer.ToArray();
    }

    public static ArchiveLine From(ArchiveEntry entry) => entry switch
    {
        RouteEntry { Summary: var route } => new RouteLine(
            route.Route.ToString(), route.Total, route.FirstAt.ToUnixTimeMilliseconds(), route.LastAt.ToUnixTimeMilliseconds()),
        DayEntry day => new DayLine(day.Day.ToUnixTimeMilliseconds(), day.Route.ToString(), day.Transactions),
        HourEntry hour => new HourLine(hour.Hour.ToUnixTimeMilliseconds(), hour.Route.ToString(), hour.Transactions),
        KeyEntry key => new KeyLine(key.Key.ToString(), key.Route.ToString(), key.Total, key.RecordedAt.ToUnixTimeMilliseconds()),
        _ => throw new ArgumentException($"{entry.GetType()} is not part of an archive.", nameof(entry)),
    };

    /// <summary>Reads a line.</summary>
    /// <exception cref="InvalidDataException">It is not a line of an archive; the message says why.</exception>
    public static ArchiveLine Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject
                || !reader.Read() || reader.TokenType != JsonTokenType.PropertyName)
            {
                throw new InvalidDataException("it is not a JSON object with a property");
            }

            var kind = reader.GetString();
            return kind switch
            {
                "format" => JsonSerializer.Deserialize(line, ArchiveJson.Default.HeaderLine)!,
                "catalog" => JsonSerializer.Deserialize(line, ArchiveJson.Default.CatalogLine)!,
                "airline" => JsonSerializer.Deserialize(line, ArchiveJson.Default.AirlineLine)!,
                "route" => JsonSerializer.Deserialize(line, ArchiveJson.Default.RouteLine)!,
                "dayMs" => JsonSerializer.Deserialize(line, ArchiveJson.Default.DayLine)!,
                "hourMs" => JsonSerializer.Deserialize(line, ArchiveJson.Default.HourLine)!,
                "key" => JsonSerializer.Deserialize(line, ArchiveJson.Default.KeyLine)!,
                "end" => JsonSerializer.Deserialize(line, ArchiveJson.Default.EndLine)!,
                _ => throw new InvalidDataException($"no line of an archive begins with the property '{kind}'"),
            };
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"it is not the JSON that was expected: {exception.Message}", exception);
        }
        catch (InvalidOperationException exception)
        {
            // The reader throws this for text that is not UTF-8 and for an unpaired surrogate.
            throw new InvalidDataException($"it holds text that is not valid Unicode: {exception.Message}", exception);
        }
    }

    /// <summary>Returns the entry of a line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="areNamesPresent">Whether routes and keys have the names of this version, or may have those of an earlier one.</param>
    /// <exception cref="InvalidDataException">It holds a value that is invalid in an entry; the message says which.</exception>
    public static ArchiveEntry EntryOf(ArchiveLine line, bool areNamesPresent) => line switch
    {
        RouteLine route => RouteOf(route, Route(route.Route, areNamesPresent)),
        DayLine day => DayOf(day, Route(day.Route, areNamesPresent)),
        HourLine hour => HourOf(hour, Route(hour.Route, areNamesPresent)),
        KeyLine key => new KeyEntry(
            KeyOf(key.Key, areNamesPresent),
            Route(key.Route, areNamesPresent),
            Count("total", key.Total),
            Time("recordedMs", key.RecordedMs)),
        _ => throw new ArgumentException($"{line.GetType()} is not an entry.", nameof(line)),
    };

    /// <summary>Returns the time of a property in Unix milliseconds.</summary>
    /// <exception cref="InvalidDataException">The time is out of range.</exception>
    public static DateTimeOffset Time(string property, long timeMs) => timeMs >= TimeMsMin && timeMs <= TimeMsMax
        ? DateTimeOffset.FromUnixTimeMilliseconds(timeMs)
        : throw new InvalidDataException($"{property} is {timeMs}, which is not a valid time");

    private static RouteEntry RouteOf(RouteLine line, FlightRoute route)
    {
        var summary = new RouteSummary(
            route, Count("total", line.Total), Time("firstMs", line.FirstMs), Time("lastMs", line.LastMs));
        return summary.FirstAt <= summary.LastAt
            ? new RouteEntry(summary)
            : throw new InvalidDataException($"firstMs is {line.FirstMs}, which is after lastMs, {line.LastMs}");
    }

    private static DayEntry DayOf(DayLine line, FlightRoute route)
    {
        var day = Time("dayMs", line.DayMs);
        return line.DayMs % DayMs == 0
            ? new DayEntry(route, day, Count("transactions", line.Transactions))
            : throw new InvalidDataException($"dayMs is {line.DayMs}, which is not the start of a day");
    }

    private static HourEntry HourOf(HourLine line, FlightRoute route)
    {
        var hour = Time("hourMs", line.HourMs);
        return line.HourMs % HourMs == 0
            ? new HourEntry(route, hour, Count("transactions", line.Transactions))
            : throw new InvalidDataException($"hourMs is {line.HourMs}, which is not the start of an hour");
    }

    private static FlightRoute Route(string text, bool isPresent) =>
        FlightRoute.TryFromStored(text, out var route) && (route.IsCanonical || !isPresent)
            ? route
            : throw new InvalidDataException($"'{text}' is not a flight route such as AR1133");

    private static TransactionKey KeyOf(string text, bool isPresent)
    {
        var stored = TransactionKey.FromStored(text);
        if (!TransactionKey.TryCreate(stored.Canonicalize().ToString(), out _, out var cause))
        {
            throw new InvalidDataException(cause);
        }

        return stored.IsCanonical || !isPresent
            ? stored
            : throw new InvalidDataException($"the key {text} is in quotes; an archive of this version has their content");
    }

    private static long Count(string property, long count) => count is >= 1 and <= Limits.TransactionsMax
        ? count
        : throw new InvalidDataException($"{property} is {count}; it must be at least 1 and at most {Limits.TransactionsMax}");
}

internal abstract record ArchiveLine;

/// <summary>The first line: the format and its version.</summary>
internal sealed record HeaderLine(string Format, int Version) : ArchiveLine;

/// <summary>The metadata of the airline catalog.</summary>
internal sealed record CatalogLine(string Catalog, string Source, long LoadedMs, bool IsSample) : ArchiveLine
{
    public static CatalogLine From(AirlineCatalog catalog) =>
        new(catalog.Version, catalog.Source, catalog.LoadedAt.ToUnixTimeMilliseconds(), catalog.IsSample);
}

internal sealed record AirlineLine(
    int Airline, string Name, string? Alias, string? Iata, string? Icao, string? Callsign, string? Country, bool Active) : ArchiveLine
{
    public static AirlineLine From(Airline airline) => new(
        airline.Id, airline.Name, airline.Alias, airline.Iata, airline.Icao, airline.Callsign, airline.Country, airline.Active);

    public Airline ToAirline() => new(Airline, Name, Alias, Iata, Icao, Callsign, Country, Active);
}

/// <summary>A route with its total.</summary>
internal sealed record RouteLine(string Route, long Total, long FirstMs, long LastMs) : ArchiveLine;

/// <summary>The transactions of a route in one day.</summary>
internal sealed record DayLine(long DayMs, string Route, long Transactions) : ArchiveLine;

/// <summary>The transactions of a route in one hour.</summary>
internal sealed record HourLine(long HourMs, string Route, long Transactions) : ArchiveLine;

/// <summary>A key with what its replay returns.</summary>
internal sealed record KeyLine(string Key, string Route, long Total, long RecordedMs) : ArchiveLine;

/// <summary>The last line: the number of lines of each kind before it, and the checksum of all bytes before it.</summary>
internal sealed record EndLine(ArchiveCounts End, string Sha256) : ArchiveLine;

/// <summary>Serializers generated at build time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(HeaderLine))]
[JsonSerializable(typeof(CatalogLine))]
[JsonSerializable(typeof(AirlineLine))]
[JsonSerializable(typeof(RouteLine))]
[JsonSerializable(typeof(DayLine))]
[JsonSerializable(typeof(HourLine))]
[JsonSerializable(typeof(KeyLine))]
[JsonSerializable(typeof(EndLine))]
internal sealed partial class ArchiveJson : JsonSerializerContext;
