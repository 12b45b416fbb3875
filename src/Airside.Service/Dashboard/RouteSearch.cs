using System.Runtime.CompilerServices;
using Airside.Core;
using Airside.Core.Airlines;
using Airside.Core.Transactions;
using Airside.Service.Dashboard.Live;

namespace Airside.Service.Dashboard;

/// <summary>Finds routes by the beginning of their name, by their designator, or by the name of their airline.</summary>
internal sealed class RouteSearch(ITransactionLedger ledger, LiveCounts counts)
{
    // Each designator is a question to the store, and one or two letters stand in most names.
    private const int DesignatorsMax = 20;
    private const int NameLengthMin = 3;

    /// <summary>Finds routes; at most one more than a page shows.</summary>
    /// <param name="text">What to look for.</param>
    /// <param name="sort">Order of the routes.</param>
    /// <param name="after">The last route of the page before, or null for the first page.</param>
    /// <param name="catalog">The airlines whose names are looked through.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<RouteSummary>> FindAsync(
        string text, RouteSort sort, RoutePosition? after, AirlineCatalog catalog, CancellationToken cancellationToken)
    {
        var name = text.ToUpperInvariant();
        var routes = new Dictionary<FlightRoute, RouteSummary>();
        foreach (var (designator, prefix) in await WhereToLookAsync(name, catalog, cancellationToken))
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
    /// The routes of a designator whose name begins with a text: as many as a page takes, wherever they are among the others.
    /// </summary>
    private async IAsyncEnumerable<RouteSummary> StartingWithAsync(
        string prefix, RouteQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var found = 0;
        for (var page = 0; page < Limits.RouteSearchPagesMax && found <= Limits.DashboardRowsMax; page++)
        {
            var routes = await ledger.RoutesAsync(query, cancellationToken);
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

    /// <summary>Designators of which routes may match, each with what the names of its routes have to begin with.</summary>
    private async Task<Dictionary<string, string>> WhereToLookAsync(
        string name, AirlineCatalog catalog, CancellationToken cancellationToken)
    {
        var prefixes = new Dictionary<string, string>(StringComparer.Ordinal);
        if (name.Length <= FlightRoute.LengthMax && name.All(char.IsAsciiLetterOrDigit))
        {
            for (var length = 2; length <= 3 && length <= name.Length; length++)
            {
                prefixes[name[..length]] = name;
            }

            var known = (await counts.ReadAsync(cancellationToken)).Designators;
            foreach (var total in known.Where(total => total.Designator.StartsWith(name, StringComparison.Ordinal)).Take(DesignatorsMax))
            {
                prefixes[total.Designator] = "";
            }
        }

        foreach (var designator in catalog.Airlines
            .Where(airline => name.Length >= NameLengthMin && airline.Name.Contains(name, StringComparison.OrdinalIgnoreCase))
            .SelectMany(catalog.DesignatorsOf).Take(DesignatorsMax))
        {
            prefixes[designator] = "";
        }

        return prefixes;
    }
}
