using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Airside.Core.Airlines;

/// <summary>All airlines of one load: an immutable snapshot, replaced as a whole and never edited.</summary>
public sealed class AirlineCatalog
{
    private readonly FrozenDictionary<int, int> _positionById;
    private readonly FrozenDictionary<string, Airline> _byDesignator;

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

    /// <summary>
    /// Finds the airline of a designator (IATA or ICAO, uppercase). If several share one, an active airline takes precedence over an
    /// inactive one, then the lower id.
    /// </summary>
    public bool TryGetByDesignator(string designator, [NotNullWhen(true)] out Airline? airline) =>
        _byDesignator.TryGetValue(designator, out airline);

    /// <summary>
    /// Returns the designators that identify an airline, IATA before ICAO, without those for which another airline takes precedence.
    /// </summary>
    public IReadOnlyList<string> DesignatorsOf(Airline airline) =>
    [
        .. new[] { airline.Iata, airline.Icao }.OfType<string>().Select(code => code.ToUpperInvariant())
            .Where(code => TryGetByDesignator(code, out var first) && first.Id == airline.Id),
    ];

    private static FrozenDictionary<string, Airline> IndexDesignators(Airline[] airlines)
    {
        // An IATA designator has two characters and an ICAO designator three, so one dictionary serves both.
        var byDesignator = new Dictionary<string, Airline>(StringComparer.Ordinal);
        foreach (var airline in airlines)
        {
            Index(airline.Iata, length: 2, airline);
            Index(airline.Icao, length: 3, airline);
        }

        return byDesignator.ToFrozenDictionary(StringComparer.Ordinal);

        void Index(string? code, int length, Airline airline)
        {
            if (code is null || code.Length != length || !code.All(char.IsAsciiLetterOrDigit))
            {
                return;
            }

            code = code.ToUpperInvariant();
            if (!byDesignator.TryGetValue(code, out var present) || (airline.Active && !present.Active))
            {
                byDesignator[code] = airline;
            }
        }
    }

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
