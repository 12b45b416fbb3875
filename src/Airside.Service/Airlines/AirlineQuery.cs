using System.Globalization;
using Airside.Core;
using Airside.Core.Airlines;
using Airside.Service.Hosting;

namespace Airside.Service.Airlines;

/// <summary>
/// The filter of a request for airlines. An airline must match every condition, with any of its values; comparisons ignore case, and those
/// of texts also accents. Airlines with exactly a searched code come first, then the others, each by ascending id.
/// </summary>
internal sealed class AirlineQuery
{
    private const string CodeMark = "=";

    private readonly string[] _texts;
    private readonly string[] _countries;
    private readonly string[] _iata;
    private readonly string[] _icao;
    private readonly bool[] _active;
    private readonly int _limit;
    private readonly (bool IsCode, int Id)? _after;

    private AirlineQuery(AirlineFilters filters, bool[] active, int limit, (bool IsCode, int Id)? after)
    {
        _texts = Folded(filters.Text);
        _countries = Folded(filters.Country);
        _iata = Folded(filters.Iata);
        _icao = Folded(filters.Icao);
        _active = active;
        _limit = limit;
        _after = after;
    }

    /// <summary>Reads the parameters of a request. Returns null without an error if there are none, which means all airlines.</summary>
    public static AirlineQuery? Read(AirlineFilters filters, string? limit, string? cursor, out string? error)
    {
        error = null;
        if (filters.IsEmpty && string.IsNullOrEmpty(limit) && string.IsNullOrEmpty(cursor))
        {
            return null;
        }

        var active = new List<bool>();
        foreach (var text in AirlineFilters.Given(filters.Active))
        {
            if (text is "Y" or "y" or "N" or "n")
            {
                active.Add(text is "Y" or "y");
            }
            else
            {
                error = $"The parameter 'active' is '{DisplayText.Shorten(text)}'; it must be 'Y' or 'N'.";
            }
        }

        error ??= filters.Check();
        var size = Paging.ReadLimit(limit, ref error);
        if (!TryReadCursor(cursor, out var after))
        {
            error = Paging.BadCursor;
        }

        return new AirlineQuery(filters, [.. active], size, after);
    }

    /// <summary>Returns the positions of all matching airlines in order, on every page.</summary>
    public IEnumerable<int> Matching(AirlineCatalog catalog)
    {
        var matching = Enumerable.Range(0, catalog.Airlines.Count).Where(position => Matches(catalog, position));
        return _texts.Length == 0 ? matching : matching.OrderBy(position => !HasCode(catalog.Airlines[position]));
    }

    /// <summary>Returns the cursor of the page behind an airline.</summary>
    public string CursorAfter(Airline airline) =>
        Paging.Cursor('a', (HasCode(airline) ? CodeMark : "") + airline.Id.ToString(CultureInfo.InvariantCulture));

    /// <summary>Returns the positions of the airlines on the page, and the cursor of the next page, if any.</summary>
    public (IReadOnlyList<int> Positions, string? NextCursor) Apply(AirlineCatalog catalog)
    {
        var positions = Matching(catalog).Where(position => IsBehindCursor(catalog.Airlines[position])).Take(_limit + 1).ToList();
        if (positions.Count <= _limit)
        {
            return (positions, null);
        }

        positions.RemoveAt(_limit);
        return (positions, CursorAfter(catalog.Airlines[positions[^1]]));
    }

    private static bool TryReadCursor(string? cursor, out (bool IsCode, int Id)? after)
    {
        after = null;
        if (string.IsNullOrEmpty(cursor))
        {
            return true;
        }

        if (!Paging.TryReadCursor(cursor, 'a', out var text))
        {
            return false;
        }

        var isCode = text.StartsWith(CodeMark, StringComparison.Ordinal);
        if (int.TryParse(isCode ? text[CodeMark.Length..] : text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id))
        {
            after = (isCode, id);
        }

        return after is not null;
    }

    private bool IsBehindCursor(Airline airline)
    {
        if (_after is not var (isCode, id))
        {
            return true;
        }

        var hasCode = HasCode(airline);
        return hasCode == isCode ? airline.Id > id : isCode;
    }

    private bool HasCode(Airline airline) => _texts.Length > 0 && (IsAny(_texts, airline.Iata) || IsAny(_texts, airline.Icao));

    private bool Matches(AirlineCatalog catalog, int position)
    {
        var airline = catalog.Airlines[position];
        return (_active.Length == 0 || _active.Contains(airline.Active))
            && (_countries.Length == 0 || IsAny(_countries, airline.Country))
            && (_iata.Length == 0 || IsAny(_iata, airline.Iata))
            && (_icao.Length == 0 || IsAny(_icao, airline.Icao))
            && (_texts.Length == 0 || Array.Exists(_texts, text => catalog.Contains(position, text)));
    }

    private static bool IsAny(string[] wanted, string? field) =>
        !string.IsNullOrEmpty(field) && wanted.Contains(SearchText.Fold(field), StringComparer.Ordinal);

    private static string[] Folded(string[]? values) => [.. AirlineFilters.Given(values).Select(SearchText.Fold)];
}
