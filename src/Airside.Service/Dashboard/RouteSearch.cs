using System.Runtime.CompilerServices;
using Airside.Core;
using Airside.Core.Airlines;
using Airside.Core.Transactions;
using Airside.Service.Streaming;

namespace Airside.Service.Dashboard;

/// <summary>Finds routes by the beginning of their name, by their designator, or by the name of their airline.</summary>
internal sealed class RouteSearch(ITransactionLedger ledger, LiveCounts counts)
{
    /// <summary>Finds routes; at most one more than a page shows.</summary>
    /// <param name="text">What to search for.</param>
    /// <param name="sort">Order of the routes.</param>
    /// <param name="after">The last route of the previous page, or null for the first page.</param>
    /// <param name="catalog">The airlines whose names are searched.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    public async Task<IReadOnlyList<RouteSummary>> FindAsync(
        string text, RouteSort sort, RoutePosition? after, AirlineCatalog catalog, CancellationToken cancellationToken)
    {
        // A whole flight designator in any spelling has one name; anything else may be the beginning of one.
        var name = FlightRoute.TryParse(text, out var whole) ? whole.ToString() : text.ToUpperInvariant().Replace(" ", "").Replace("-", "");
        var routes = new Dictionary<FlightRoute, RouteSummary>();
        foreach (var (designator, prefix) in await PrefixesAsync(name, text, catalog, cancellationToken))
        {
            var query = new RouteQuery(designator, sort, Limits.PageSizeMax, after);
            await foreach (var summary in StartingWithAsync(prefix, query, cancellationToken))
            {
                routes[summary.Route] = summary;
            }
        }

        return new RouteQuery(null, sort, Limits.DashboardRowsMax + 1).Page(routes.Values);
    }

    /// <summary>
    /// Returns the routes of a designator whose names begin with a prefix: enough for a page, wherever they are among the others.
    /// </summary>
    private async IAsyncEnumerable<RouteSummary> StartingWithAsync(
        string prefix, RouteQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var found = 0;
        for (var page = 0; page < Limits.RouteSearchPagesMax && found <= Limits.DashboardRowsMax; page++)
        {
            var routes = (await ledger.RoutesAsync(query, cancellationToken)).Routes;
            foreach (var route in routes.Where(route => route.Route.ToString().StartsWith(prefix, StringComparison.Ordinal)))
            {
                found++;
                yield return route;
            }

            if (routes.Count < query.Limit)
            {
                yield break;
            }

            query = query with { After = new RoutePosition(routes[^1].Route, routes[^1].Total) };
        }
    }

    /// <summary>Returns the designators whose routes may match, each with the prefix that the names of its routes must have.</summary>
    private async Task<Dictionary<string, string>> PrefixesAsync(
        string name, string text, AirlineCatalog catalog, CancellationToken cancellationToken)
    {
        var prefixes = new Dictionary<string, string>(StringComparer.Ordinal);
        if (name.Length <= Limits.RouteLengthMax && name.All(char.IsAsciiLetterOrDigit))
        {
            for (var length = 2; length <= 3 && length <= name.Length; length++)
            {
                prefixes[name[..length]] = name;
            }

            var known = (await counts.ReadAsync(cancellationToken)).Designators;
            var starting = known.Where(total => total.Designator.StartsWith(name, StringComparison.Ordinal));
            foreach (var total in starting.Take(Limits.RouteSearchDesignatorsMax))
            {
                prefixes[total.Designator] = "";
            }
        }

        var folded = SearchText.Fold(text);
        foreach (var designator in catalog.Airlines
            .Where(airline => text.Length >= Limits.RouteSearchNameLengthMin
                && SearchText.Fold(airline.Name).Contains(folded, StringComparison.Ordinal))
            .SelectMany(catalog.DesignatorsOf).Take(Limits.RouteSearchDesignatorsMax))
        {
            prefixes[designator] = "";
        }

        return prefixes;
    }
}
