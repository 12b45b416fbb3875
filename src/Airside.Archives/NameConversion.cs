using Airside.Core;
using Airside.Core.Transactions;

namespace Airside.Archives;

/// <summary>
/// Gives the entries of a ledger the names of this version. Spellings of a route become its one name, and keys in quotes their content. A
/// name that is not a flight designator gets the one that an operator decided on, or is dropped with all its transactions.
/// </summary>
/// <param name="decided">The new name of each name that is not a flight designator; null drops it.</param>
public sealed class NameConversion(IReadOnlyDictionary<FlightRoute, FlightRoute?> decided)
{
    private readonly Dictionary<FlightRoute, FlightRoute?> _routes = [];
    private readonly Dictionary<FlightRoute, long> _totals = [];
    private readonly HashSet<FlightRoute> _undecided = [];
    private readonly List<string> _keys = [];
    private long _keyCount;

    /// <summary>Creates a conversion without decisions.</summary>
    public NameConversion()
        : this(new Dictionary<FlightRoute, FlightRoute?>())
    {
    }

    /// <summary>
    /// What was changed, one sentence each: routes with other names, and keys that were left out because they differ from an older one in
    /// their quotes only.
    /// </summary>
    public IReadOnlyList<string> Report =>
    [
        .. _routes.OrderBy(pair => pair.Key).Select(pair => Sentence(pair.Key, pair.Value)),
        .. _keys,
        .. _keyCount > _keys.Count ? [$"{_keyCount - _keys.Count} more keys were left out for the same reason."] : Array.Empty<string>(),
    ];

    /// <summary>Returns an entry with the names of this version, or null if its route is dropped or not decided on.</summary>
    public ArchiveEntry? Convert(ArchiveEntry entry) => entry switch
    {
        RouteEntry { Summary: var route } => Route(route),
        DayEntry day => NameOf(day.Route) is { } name ? day with { Route = name } : null,
        HourEntry hour => NameOf(hour.Route) is { } name ? hour with { Route = name } : null,
        KeyEntry key => NameOf(key.Route) is { } name ? key with { Key = key.Key.Canonicalize(), Route = name } : null,
        _ => throw new ArgumentException($"{entry.GetType()} is not part of an archive.", nameof(entry)),
    };

    /// <summary>Returns whether an entry has the names of this version.</summary>
    public static bool IsPresent(ArchiveEntry entry) => entry switch
    {
        RouteEntry route => route.Summary.Route.IsCanonical,
        DayEntry day => day.Route.IsCanonical,
        HourEntry hour => hour.Route.IsCanonical,
        KeyEntry key => key.Route.IsCanonical && key.Key.IsCanonical,
        _ => true,
    };

    /// <summary>Joins two entries that became one.</summary>
    public ArchiveEntry Merge(ArchiveEntry entry, ArchiveEntry other) => (entry, other) switch
    {
        (RouteEntry { Summary: var one }, RouteEntry { Summary: var two }) => new RouteEntry(one with
        {
            Total = one.Total + two.Total,
            FirstAt = one.FirstAt < two.FirstAt ? one.FirstAt : two.FirstAt,
            LastAt = one.LastAt > two.LastAt ? one.LastAt : two.LastAt,
        }),
        (DayEntry one, DayEntry two) => one with { Transactions = one.Transactions + two.Transactions },
        (HourEntry one, HourEntry two) => one with { Transactions = one.Transactions + two.Transactions },
        (KeyEntry one, KeyEntry two) => Older(one, two),
        _ => throw new ArgumentException($"{entry.GetType()} and {other.GetType()} are not the same entry.", nameof(other)),
    };

    /// <summary>Completes the conversion after the last entry.</summary>
    /// <exception cref="UndecidedNamesException">Names are not flight designators, and no one decided on them.</exception>
    public void End()
    {
        var unknown = decided.Keys.Where(route => route.TryCanonicalize(out _) || !_routes.ContainsKey(route)).Order().ToArray();
        if (_undecided.Count > 0 || unknown.Length > 0)
        {
            throw new UndecidedNamesException(
                [.. _undecided.Order().Select(route => (route, _totals.GetValueOrDefault(route)))], unknown);
        }
    }

    private RouteEntry? Route(RouteSummary summary)
    {
        if (!summary.Route.IsCanonical)
        {
            _totals[summary.Route] = summary.Total;
        }

        return NameOf(summary.Route) is { } name ? new RouteEntry(summary with { Route = name }) : null;
    }

    private FlightRoute? NameOf(FlightRoute route)
    {
        if (route.IsCanonical)
        {
            return route;
        }

        if (!_routes.TryGetValue(route, out var name))
        {
            if (route.TryCanonicalize(out var canonical))
            {
                name = canonical;
            }
            else if (!decided.TryGetValue(route, out name))
            {
                _undecided.Add(route);
            }

            _routes[route] = name;
        }

        return name;
    }

    private string Sentence(FlightRoute route, FlightRoute? name) => name is { } present
        ? $"{route} became {present}, with {_totals.GetValueOrDefault(route)} transactions."
        : $"{route} was dropped, with {_totals.GetValueOrDefault(route)} transactions and their keys.";

    private KeyEntry Older(KeyEntry one, KeyEntry two)
    {
        var (older, newer) = one.RecordedAt <= two.RecordedAt ? (one, two) : (two, one);
        if (++_keyCount <= Limits.DifferencesShownMax)
        {
            _keys.Add(
                $"The key {older.Key} was recorded in two spellings that differ only in quotes: for {older.Route} at "
                + $"{older.RecordedAt:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}, which stands, and for {newer.Route} at "
                + $"{newer.RecordedAt:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}, which is left out. Both transactions stay counted.");
        }

        return older;
    }
}

/// <summary>A ledger has names that are not flight designators, and someone has to decide what becomes of them.</summary>
public sealed class UndecidedNamesException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="routes">The names that no one decided on, with their totals.</param>
    /// <param name="unknown">Names that were decided on although the ledger does not have them, or they need no decision.</param>
    public UndecidedNamesException(
        IReadOnlyList<(FlightRoute Route, long Total)> routes, IReadOnlyList<FlightRoute> unknown)
        : base(MessageOf(routes, unknown)) => Routes = routes;

    /// <summary>The names that no one decided on, with their totals.</summary>
    public IReadOnlyList<(FlightRoute Route, long Total)> Routes { get; }

    private static string MessageOf(IReadOnlyList<(FlightRoute Route, long Total)> routes, IReadOnlyList<FlightRoute> unknown)
    {
        var undecided = routes.Count == 0 ? "" :
            $"{(routes.Count == 1 ? "1 name is not a flight designator" : $"{routes.Count} names are not flight designators")}. Give each "
            + "one its right name with --map OLD=NEW, or leave it out, with its transactions, "
            + $"with --drop NAME. A flight designator is {FlightRoute.Form}.{Lines(routes)}\n";
        var needless = unknown.Count == 0 ? "" :
            $"No decision is needed for {string.Join(", ", unknown)}: there is no such name that is not a flight designator. ";
        return $"{undecided}{needless}Nothing was written.";
    }

    private static string Lines(IReadOnlyList<(FlightRoute Route, long Total)> routes) => string.Concat(
        routes.Take(Limits.DifferencesShownMax)
            .Select(route => $"\n- {route.Route}: {route.Total} {(route.Total == 1 ? "transaction" : "transactions")}"))
        + (routes.Count > Limits.DifferencesShownMax ? $"\n- and {routes.Count - Limits.DifferencesShownMax} more" : "");
}
