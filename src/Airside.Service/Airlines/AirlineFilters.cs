using Airside.Core;

namespace Airside.Service.Airlines;

/// <summary>The filters of a request for airlines, as sent. A filter without a value, or with empty ones only, filters nothing.</summary>
/// <param name="Text">Texts to search for.</param>
/// <param name="Country">Countries or territories.</param>
/// <param name="Active"><c>Y</c> or <c>N</c>.</param>
/// <param name="Iata">IATA designators.</param>
/// <param name="Icao">ICAO designators.</param>
internal sealed record AirlineFilters(
    string[]? Text = null, string[]? Country = null, string[]? Active = null, string[]? Iata = null, string[]? Icao = null)
{
    public bool IsEmpty => All.All(filter => !Given(filter.Values).Any());

    private (string Name, string[]? Values)[] All =>
        [("q", Text), ("country", Country), ("active", Active), ("iata", Iata), ("icao", Icao)];

    /// <summary>Returns the values without blanks around them and without empty ones.</summary>
    public static IEnumerable<string> Given(string[]? values) =>
        values?.Select(value => value?.Trim() ?? "").Where(value => value.Length > 0) ?? [];

    /// <summary>Returns what is wrong with the length or number of the values, or null.</summary>
    public string? Check()
    {
        foreach (var (name, values) in All)
        {
            var given = Given(values).ToArray();
            if (given.Length > Limits.FilterValuesMax)
            {
                return $"The parameter '{name}' occurs {given.Length} times; at most {Limits.FilterValuesMax} values are allowed.";
            }

            if (Array.Find(given, value => value.Length > Limits.SearchLengthMax) is { } longest)
            {
                return $"The parameter '{name}' has {longest.Length} characters; at most {Limits.SearchLengthMax} are allowed.";
            }
        }

        return null;
    }
}
