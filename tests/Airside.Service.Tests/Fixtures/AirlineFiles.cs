using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Airside.Service.Tests.Fixtures;

/// <summary>Airline files, and a parser that is independent of the service's.</summary>
internal static class AirlineFiles
{
    private const string PathVariable = "AIRSIDE_OPENFLIGHTS";

    /// <summary>A small file with every peculiarity of the format.</summary>
    public const string Small =
        "-1,\"Unknown\",\\N,\"-\",\"N/A\",\\N,\\N,\"Y\"\n"
        + "2,\"Second Air\",\"Alias\",\"S2\",\"SEC\",\"SECOND\",\"Côte d'Ivoire\",\"n\"\n"
        + "3,\"Comma, \"\"Quote\"\" & <Co>\",\"\",\"\",\"\",\"\",\"\",\"y\"\n"
        + "7,\"Seventh\",\\N,\"S7\",\"SVH\",\"SEVENTH\",\"Russia\",\"Y\"\n"
        + "11,\"Eleventh Air\",\\N,\"S7\",\"ELE\",\"ELEVENTH\",\"Russia\",\"Y\"\n";

    /// <summary>Returns the real OpenFlights file, which its licence keeps out of this repository.</summary>
    public static byte[] OpenFlights()
    {
        var path = Environment.GetEnvironmentVariable(PathVariable);
        if (string.IsNullOrEmpty(path))
        {
            Assert.Skip($"reason: {PathVariable} does not name the OpenFlights file airlines.dat");
        }

        return File.ReadAllBytes(path);
    }

    /// <summary>Returns a file whose airlines all have the same name, so that a mix of two files shows.</summary>
    public static string Uniform(string name, int count) => string.Concat(
        Enumerable.Range(1, count).Select(id => $"{id},\"{name}\",\\N,\"\",\"\",\"\",\"\",\"Y\"\n"));

    /// <summary>Loads a file whatever airlines it drops, and returns the response of the load.</summary>
    public static async Task<JsonElement> LoadAsync(HttpClient client, string file)
    {
        using var preview = await client.PostAsync("/api/v1/load/airlines/preview", "text/csv", file);
        var version = (await preview.JsonAsync(HttpStatusCode.OK)).GetProperty("version").GetString();
        using var load = await client.PostAsync($"/api/v1/load/airlines?confirm={version}", "text/csv", file);
        return await load.JsonAsync(HttpStatusCode.OK);
    }

    /// <summary>
    /// Returns the rows as the API must show them, by ascending id. The parser is as simple as possible: it splits at commas
    /// outside quotes, removes quotes and blanks, and unescapes doubled quotes and OpenFlights' apostrophes.
    /// </summary>
    public static IReadOnlyList<string> Expected(byte[] file) =>
    [
        .. Encoding.UTF8.GetString(file).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Fields)
            .OrderBy(fields => int.Parse(fields[0]!, CultureInfo.InvariantCulture))
            .Select(fields => string.Join('|', fields.SkipLast(1).Append(fields[^1]!.ToUpperInvariant()).Select(Shown))),
    ];

    /// <summary>Returns an airline of the API in the same form.</summary>
    public static string Row(JsonElement airline)
    {
        Assert.Equal(
            ["id", "name", "alias", "iata", "icao", "callsign", "country", "active"],
            airline.EnumerateObject().Select(member => member.Name));
        return string.Join('|', airline.EnumerateObject().Select(member => member.Value.ValueKind == JsonValueKind.Null
            ? "(null)"
            : Shown(member.Value.ToString())));
    }

    /// <summary>Returns the airlines of a list in the same form.</summary>
    public static IReadOnlyList<string> Rows(JsonElement list) =>
        [.. list.GetProperty("airlines").EnumerateArray().Select(Row)];

    private static string Shown(string? field) => field is null ? "(null)" : $"'{field}'";

    private static string?[] Fields(string row)
    {
        var fields = new List<string?>();
        var start = 0;
        for (var i = 0; i <= row.Length; i++)
        {
            if (i == row.Length || (row[i] == ',' && row[start..i].Count(character => character == '"') % 2 == 0))
            {
                var field = row[start..i].TrimEnd('\r');
                fields.Add(field == @"\N" ? null
                    : (field.StartsWith('"') ? field[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : field)
                        .Replace(@"\\'", "'", StringComparison.Ordinal).Trim());
                start = i + 1;
            }
        }

        Assert.Equal(8, fields.Count);
        return [.. fields];
    }
}
