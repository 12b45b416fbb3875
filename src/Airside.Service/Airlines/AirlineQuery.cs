using System.Globalization;
using Airside.Core;
using Airside.Core.Airlines;
using Airside.Service.Hosting;

namespace Airside.Service.Airlines;

/// <summary>The filter of a request for airlines. An airline must match every condition; comparisons ignore case.</summary>
internal sealed class AirlineQuery
{
    private readonly string? _text;
    private readonly string? _country;
    private readonly bool? _active;
    private readonly string? _iata;
    private readonly string? _icao;
    private readonly int _limit;
    private readonly int? _afterId;

    private AirlineQuery(string? text, string? country, bool? active, string? iata, string? icao, int limit, int? afterId)
    {
        _text = text;
        _country = country;
        _active = active;
        _iata = iata;
        _icao = icao;
        _limit = limit;
        _afterId = afterId;
    }

    /// <summary>Reads the parameters of a request. Returns null without an error if there are none, which means all airlines.</summary>
    public static AirlineQuery? Read(
        string? q, string? country, string? active, string? iata, string? icao, string? limit, string? cursor, out string? error)
    {
        error = null;
        if (new[] { q, country, active, iata, icao, limit, cursor }.All(string.IsNullOrEmpty))
        {
            return null;
        }

        bool? isActive = active?.ToUpperInvariant() switch { "Y" => true, "N" => false, _ => null };
        if (isActive is null && !string.IsNullOrEmpty(active))
        {
            error = $"The parameter 'active' is '{DisplayText.Shorten(active)}'; it must be 'Y' or 'N'.";
        }
        else if (q?.Length > Limits.SearchLengthMax)
        {
            error = $"The parameter 'q' has {q.Length} characters; at most {Limits.SearchLengthMax} are allowed.";
        }

        var size = Paging.ReadLimit(limit, ref error);
        int? afterId = null;
        if (!string.IsNullOrEmpty(cursor))
        {
            if (Paging.TryReadCursor(cursor, 'a', out var text)
                && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id))
            {
                afterId = id;
            }
            else
            {
                error = Paging.BadCursor;
            }
        }

        return new AirlineQuery(Empty(q), Empty(country), isActive, Empty(iata), Empty(icao), size, afterId);
    }

    /// <summary>Returns the positions of all matching airlines, on every page.</summary>
    public IEnumerable<int> Matching(AirlineCatalog catalog) =>
        Enumerable.Range(0, catalog.Airlines.Count).Where(position => Matches(catalog.Airlines[position]));

    public static string CursorAfter(Airline airline) => Paging.Cursor('a', airline.Id.ToString(CultureInfo.InvariantCulture));

    /// <summary>Returns the positions of the airlines on the page, and the cursor of the next page, if any.</summary>
    public (IReadOnlyList<int> Positions, string? NextCursor) Apply(AirlineCatalog catalog)
    {
        var positions = new List<int>();
        for (var i = 0; i < catalog.Airlines.Count; i++)
        {
            var airline = catalog.Airlines[i];
            if (airline.Id <= _afterId || !Matches(airline))
            {
                continue;
            }

            if (positions.Count == _limit)
            {
                return (positions, CursorAfter(catalog.Airlines[positions[^1]]));
            }

            positions.Add(i);
        }

        return (positions, null);
    }

    private bool Matches(Airline airline) =>
        (_active is null || airline.Active == _active)
        && (_country is null || Same(airline.Country, _country))
        && (_iata is null || Same(airline.Iata, _iata))
        && (_icao is null || Same(airline.Icao, _icao))
        && (_text is null || Holds(airline.Name) || Holds(airline.Alias) || Holds(airline.Iata) || Holds(airline.Icao)
            || Holds(airline.Callsign) || Holds(airline.Country));

    private bool Holds(string? field) => field is not null && field.Contains(_text!, StringComparison.OrdinalIgnoreCase);

    private static bool Same(string? field, string wanted) => string.Equals(field, wanted, StringComparison.OrdinalIgnoreCase);

    private static string? Empty(string? value) => string.IsNullOrEmpty(value) ? null : value;
}
