using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Airside.Core.Airlines;

/// <summary>All airlines of one load: an immutable snapshot, replaced as a whole and never edited.</summary>
public sealed class AirlineCatalog
{
    private readonly FrozenDictionary<int, int> _positionById;
    private readonly FrozenDictionary<string, Airline[]> _byDesignator;
    private readonly Lazy<string[]> _searchTexts;
    private readonly IReadOnlyDictionary<string, int> _assigned = FrozenDictionary<string, int>.Empty;

    /// <summary>Creates a catalog of airlines with distinct ids.</summary>
    /// <param name="airlines">The airlines in any order; the catalog sorts them by ascending id.</param>
    /// <param name="source">Where they came from, as shown to users.</param>
    /// <param name="loadedAt">When they were loaded; kept to the millisecond.</param>
    /// <param name="isSample">Whether this is the built-in sample rather than a real load.</param>
    /// <exception cref="ArgumentException">Two airlines have the same id, or there are more than the limit.</exception>
    public AirlineCatalog(IEnumerable<Airline> airlines, string source, DateTimeOffset loadedAt, bool isSample = false)
    {
        var sorted = airlines.OrderBy(airline => airline.Id).ToArray();
        if (sorted.Length > Limits.AirlinesMax)
        {
            throw new ArgumentException(
                $"The catalog has {sorted.Length} airlines; at most {Limits.AirlinesMax} are allowed.", nameof(airlines));
        }

        for (var i = 1; i < sorted.Length; i++)
        {
            if (sorted[i].Id == sorted[i - 1].Id)
            {
                throw new ArgumentException($"Two airlines have the id {sorted[i].Id}.", nameof(airlines));
            }
        }

        Airlines = sorted;
        Source = source;
        LoadedAt = DateTimeOffset.FromUnixTimeMilliseconds(loadedAt.ToUnixTimeMilliseconds());
        IsSample = isSample;
        Version = VersionOf(sorted);
        _positionById = sorted.Index().ToFrozenDictionary(pair => pair.Item.Id, pair => pair.Index);
        _byDesignator = IndexDesignators(sorted);
        _searchTexts = new Lazy<string[]>(() => [.. sorted.Select(SearchTextOf)]);
    }

    /// <summary>Creates the same catalog with designators assigned to airlines.</summary>
    private AirlineCatalog(AirlineCatalog catalog, IReadOnlyDictionary<string, int> assigned)
    {
        Airlines = catalog.Airlines;
        Source = catalog.Source;
        LoadedAt = catalog.LoadedAt;
        IsSample = catalog.IsSample;
        Version = catalog.Version;
        _positionById = catalog._positionById;
        _searchTexts = catalog._searchTexts;
        _assigned = assigned;
        _byDesignator = IndexDesignators(catalog.Airlines);
    }

    /// <summary>The airlines by ascending id.</summary>
    public IReadOnlyList<Airline> Airlines { get; }

    /// <summary>Where the airlines came from: a URL, a path, <c>body</c> or <c>sample</c>.</summary>
    public string Source { get; }

    /// <summary>When the airlines were loaded, in whole milliseconds of UTC, a precision that every store keeps.</summary>
    public DateTimeOffset LoadedAt { get; }

    /// <summary>Whether this is the built-in sample rather than a real load.</summary>
    public bool IsSample { get; }

    /// <summary>
    /// Identifies the content: 16 hexadecimal digits of a SHA-256 over all fields. Every replica gets the same version for the same
    /// content, so a client's cached copy stays valid when the same file is reloaded.
    /// </summary>
    public string Version { get; }

    /// <summary>Returns the position of an airline in <see cref="Airlines"/>, or -1 if the id is unknown.</summary>
    public int PositionOf(int id) => _positionById.TryGetValue(id, out var position) ? position : -1;

    /// <summary>Finds an airline by its id.</summary>
    public bool TryGet(int id, [NotNullWhen(true)] out Airline? airline)
    {
        var position = PositionOf(id);
        airline = position < 0 ? null : Airlines[position];
        return airline is not null;
    }

    /// <summary>Returns the catalog with designators (uppercase) assigned to the airlines of these ids.</summary>
    public AirlineCatalog Assign(IReadOnlyDictionary<string, int> airlineIds) => airlineIds.Count == 0 ? this : new(this, airlineIds);

    /// <summary>
    /// Finds the airline of a designator (IATA or ICAO, uppercase). If several share one, the assigned airline takes precedence, then an
    /// active one over an inactive one, then the lower id.
    /// </summary>
    public bool TryGetByDesignator(string designator, [NotNullWhen(true)] out Airline? airline)
    {
        airline = _byDesignator.TryGetValue(designator, out var sharing) ? sharing[0] : null;
        return airline is not null;
    }

    /// <summary>Returns the airlines that share a designator (uppercase), in order of precedence.</summary>
    public IReadOnlyList<Airline> AirlinesOf(string designator) => _byDesignator.GetValueOrDefault(designator) ?? [];

    /// <summary>Returns the id of the airline that a designator is assigned to, even one that the catalog lacks; otherwise null.</summary>
    public int? AssignedTo(string designator) => _assigned.TryGetValue(designator, out var id) ? id : null;

    /// <summary>
    /// Returns the designators that identify an airline, IATA before ICAO, without those for which another airline takes precedence.
    /// </summary>
    public IReadOnlyList<string> DesignatorsOf(Airline airline) =>
    [
        .. new[] { airline.Iata, airline.Icao }.OfType<string>().Select(code => code.ToUpperInvariant())
            .Concat(_assigned.Where(assigned => assigned.Value == airline.Id).Select(assigned => assigned.Key)).Distinct()
            .Where(code => TryGetByDesignator(code, out var first) && first.Id == airline.Id),
    ];

    private FrozenDictionary<string, Airline[]> IndexDesignators(IReadOnlyList<Airline> airlines)
    {
        // An IATA designator has two characters and an ICAO designator three, so one dictionary serves both.
        var byDesignator = new Dictionary<string, List<Airline>>(StringComparer.Ordinal);
        foreach (var (designator, id) in _assigned)
        {
            if (TryGet(id, out var assigned))
            {
                byDesignator[designator] = [assigned];
            }
        }

        foreach (var airline in airlines.OrderByDescending(airline => airline.Active).ThenBy(airline => airline.Id))
        {
            Index(airline.Iata, length: 2, airline);
            Index(airline.Icao, length: 3, airline);
        }

        return byDesignator.ToFrozenDictionary(pair => pair.Key, pair => pair.Value.ToArray(), StringComparer.Ordinal);

        void Index(string? code, int length, Airline airline)
        {
            if (code is null || code.Length != length || !code.All(char.IsAsciiLetterOrDigit))
            {
                return;
            }

            code = code.ToUpperInvariant();
            if (!byDesignator.TryGetValue(code, out var sharing))
            {
                byDesignator[code] = [airline];
            }
            else if (sharing[0].Id != airline.Id)
            {
                sharing.Add(airline);
            }
        }
    }

    /// <summary>Returns whether a text of an airline contains a text, both as <see cref="SearchText"/> compares them.</summary>
    /// <param name="position">Position of the airline in <see cref="Airlines"/>.</param>
    /// <param name="folded">The text to search for, folded.</param>
    public bool Contains(int position, string folded) => _searchTexts.Value[position].Contains(folded, StringComparison.Ordinal);

    // NUL cannot occur in a field, so no match spans two of them.
    private static string SearchTextOf(Airline airline) => SearchText.Fold(string.Join(
        '\0', airline.Name, airline.Alias, airline.Iata, airline.Icao, airline.Callsign, airline.Country));

    private static string VersionOf(Airline[] airlines)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var airline in airlines)
        {
            foreach (var (_, text) in Airline.Columns)
            {
                Append(text(airline));
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));

        // NUL cannot occur in a field, so it separates them; the mark before a field distinguishes null from empty.
        void Append(string? field) => hash.AppendData(Encoding.UTF8.GetBytes(field is null ? "-\0" : $"+{field}\0"));
    }
}
