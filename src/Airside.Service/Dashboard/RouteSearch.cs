using Airside.Core;
using Airside.Core.Airlines;
using Airside.Core.Transactions;

namespace Airside.Service.Dashboard;

/// <summary>Finds routes by the beginning of their name, by their designator, or by the name of their airline.</summary>
internal static class RouteSearch
{
    // Each airline is a question to the store, and one or two letters stand in most names.
    private const int AirlinesMax = 20;
    private const int NameLengthMin = 3;

    /// <summary>Finds routes; at most one more than a page shows.</summary>
    /// <returns>The routes, and the route that the text names in full, whether it was ever seen or not.</returns>
    public static async Task<(IReadOnlyList<RouteSummary> Routes, FlightRoute? Exact)> FindAsync(
        string text, RouteSort sort, ITransactionLedger ledger, AirlineCatalog catalog, CancellationToken cancellationToken)
    {
        var name = text.ToUpperInvariant();
        FlightRoute? exact = FlightRoute.TryParse(name, out var route) ? route : null;
        var routes = new Dictionary<FlightRoute, RouteSummary>();
        foreach (var designator in DesignatorsOf(name, catalog))
        {
            var found = await ledger.RoutesAsync(new RouteQuery(designator.Name, sort, Limits.PageSizeMax), cancellationToken);
            foreach (var summary in found.Where(summary =>
                designator.IsByAirline || summary.Route.ToString().StartsWith(name, StringComparison.Ordinal)))
            {
                routes[summary.Route] = summary;
            }
        }

        // The list of a designator ends somewhere, so what is asked for by its full name is looked up.
        if (exact is { } known && await ledger.RouteAsync(known, cancellationToken) is { } seen)
        {
            routes[known] = seen;
        }

        var sorted = sort == RouteSort.Route
            ? routes.Values.OrderBy(summary => summary.Route)
            : routes.Values.OrderByDescending(summary => summary.Total).ThenBy(summary => summary.Route);
        return ([.. sorted.Take(Limits.DashboardRowsMax + 1)], exact);
    }

    private static IEnumerable<(string Name, bool IsByAirline)> DesignatorsOf(string name, AirlineCatalog catalog)
    {
        var designators = new Dictionary<string, bool>(StringComparer.Ordinal);
        if (name.Length <= FlightRoute.LengthMax && name.All(char.IsAsciiLetterOrDigit))
        {
            for (var length = 2; length <= 3 && length <= name.Length; length++)
            {
                designators[name[..length]] = false;
            }
        }

        foreach (var airline in catalog.Airlines
            .Where(airline => name.Length >= NameLengthMin && airline.Name.Contains(name, StringComparison.OrdinalIgnoreCase))
            .Take(AirlinesMax))
        {
            foreach (var designator in catalog.DesignatorsOf(airline))
            {
                designators[designator] = true;
            }
        }

        return designators.Select(pair => (pair.Key, pair.Value));
    }
}
