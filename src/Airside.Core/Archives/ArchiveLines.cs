using System.Text.Json;
using System.Text.Json.Serialization;
using Airside.Core.Airlines;
using Airside.Core.Transactions;

namespace Airside.Core.Archives;

/// <summary>
/// The lines of an archive, one JSON object each, told apart by the name of their first property.
/// <c>docs/internals/archive.md</c> describes them.
/// </summary>
internal static class ArchiveLines
{
    public const string Format = "airside-archive";
    public const int Version = 1;

    private const long HourMs = 3_600_000;
    private static readonly long TimeMsMin = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly long TimeMsMax = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    private static readonly JsonWriterOptions Writing = new() { Encoder = new PlainEscaping() };

    /// <summary>The bytes of a line, without its end.</summary>
    public static byte[] Encode(object line)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Writing))
        {
            JsonSerializer.Serialize(writer, line, line.GetType(), ArchiveJson.Default);
        }

        return buffer.ToArray();
    }

    /// <summary>The line of an entry.</summary>
    public static object Of(ArchiveEntry entry) => entry switch
    {
        RouteEntry { Summary: var route } => new RouteLine(
            route.Route.ToString(), route.Total, route.FirstAt.ToUnixTimeMilliseconds(), route.LastAt.ToUnixTimeMilliseconds()),
        HourEntry hour => new HourLine(hour.Hour.ToUnixTimeMilliseconds(), hour.Route.ToString(), hour.Transactions),
        KeyEntry key => new KeyLine(key.Key.ToString(), key.Route.ToString(), key.Total, key.RecordedAt.ToUnixTimeMilliseconds()),
        _ => throw new ArgumentException($"{entry.GetType()} is not a part of an archive.", nameof(entry)),
    };

    /// <summary>Reads a line.</summary>
    /// <exception cref="InvalidDataException">It is none; the message says why.</exception>
    public static object Parse(ReadOnlySpan<byte> line)
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
            // The reader says so of text that is not UTF-8 and of half a surrogate pair.
            throw new InvalidDataException($"it holds text that is not valid Unicode: {exception.Message}", exception);
        }
    }

    /// <summary>The entry of a line.</summary>
    /// <exception cref="InvalidDataException">It holds a value that no entry may have; the message says which.</exception>
    public static ArchiveEntry EntryOf(object line) => line switch
    {
        RouteLine route => RouteOf(route),
        HourLine hour => HourOf(hour),
        KeyLine key => new KeyEntry(
            KeyOf(key.Key), Route(key.Route), Count("total", key.Total), Time("recordedMs", key.RecordedMs)),
        _ => throw new ArgumentException($"{line.GetType()} is not an entry.", nameof(line)),
    };

    /// <summary>The time of a property in Unix milliseconds.</summary>
    /// <exception cref="InvalidDataException">It is out of the range of times.</exception>
    public static DateTimeOffset Time(string property, long timeMs) => timeMs >= TimeMsMin && timeMs <= TimeMsMax
        ? DateTimeOffset.FromUnixTimeMilliseconds(timeMs)
        : throw new InvalidDataException($"{property} is {timeMs}, which is no time");

    private static RouteEntry RouteOf(RouteLine line)
    {
        var summary = new RouteSummary(
            Route(line.Route), Count("total", line.Total), Time("firstMs", line.FirstMs), Time("lastMs", line.LastMs));
        return summary.FirstAt <= summary.LastAt
            ? new RouteEntry(summary)
            : throw new InvalidDataException($"firstMs is {line.FirstMs}, which is after lastMs, {line.LastMs}");
    }

    private static HourEntry HourOf(HourLine line)
    {
        var hour = Time("hourMs", line.HourMs);
        return line.HourMs % HourMs == 0
            ? new HourEntry(Route(line.Route), hour, Count("transactions", line.Transactions))
            : throw new InvalidDataException($"hourMs is {line.HourMs}, which is not the start of an hour");
    }

    private static FlightRoute Route(string text) => FlightRoute.TryParse(text, out var route) && route.ToString() == text
        ? route
        : throw new InvalidDataException($"'{text}' is not a flight route such as AR1133");

    private static TransactionKey KeyOf(string text) => TransactionKey.TryCreate(text, out var key, out var cause)
        ? key
        : throw new InvalidDataException(cause);

    private static long Count(string property, long count) => count is >= 1 and <= Limits.TransactionsMax
        ? count
        : throw new InvalidDataException($"{property} is {count}; it is at least 1 and at most {Limits.TransactionsMax}");
}

/// <summary>The first line: what follows, and in which version.</summary>
internal sealed record HeaderLine(string Format, int Version);

/// <summary>The stamp of the airline catalog.</summary>
internal sealed record CatalogLine(string Catalog, string Source, long LoadedMs, bool IsSample)
{
    public static CatalogLine Of(AirlineCatalog catalog) =>
        new(catalog.Version, catalog.Source, catalog.LoadedAt.ToUnixTimeMilliseconds(), catalog.IsSample);
}

/// <summary>An airline of the catalog.</summary>
internal sealed record AirlineLine(
    int Airline, string Name, string? Alias, string? Iata, string? Icao, string? Callsign, string? Country, bool Active)
{
    public static AirlineLine Of(Airline airline) => new(
        airline.Id, airline.Name, airline.Alias, airline.Iata, airline.Icao, airline.Callsign, airline.Country, airline.Active);

    public Airline ToAirline() => new(Airline, Name, Alias, Iata, Icao, Callsign, Country, Active);
}

/// <summary>A route with its total.</summary>
internal sealed record RouteLine(string Route, long Total, long FirstMs, long LastMs);

/// <summary>The transactions of a route in one hour.</summary>
internal sealed record HourLine(long HourMs, string Route, long Transactions);

/// <summary>A key with what its repeat is answered.</summary>
internal sealed record KeyLine(string Key, string Route, long Total, long RecordedMs);

/// <summary>The last line: how many lines of each kind came before it, and the checksum of all bytes before it.</summary>
internal sealed record EndLine(ArchiveCounts End, string Sha256);

/// <summary>Serializers made at build time.</summary>
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
[JsonSerializable(typeof(HourLine))]
[JsonSerializable(typeof(KeyLine))]
[JsonSerializable(typeof(EndLine))]
internal sealed partial class ArchiveJson : JsonSerializerContext;
