using System.Globalization;
using Airside.Core;
using Airside.Core.Transactions;
using Airside.Service.Airlines;
using Airside.Service.Dashboard.Pages;
using Airside.Service.Streaming;

namespace Airside.Service.Dashboard;

/// <summary><c>GET /airlines</c>, <c>GET /airlines/{id}</c> and <c>GET /airlines/load</c>.</summary>
internal static class AirlinePages
{
    private static readonly string PageSize = Limits.DashboardRowsMax.ToString(CultureInfo.InvariantCulture);

    public static Page List(CurrentCatalog current, string? q, string? country, string? active, string? cursor)
    {
        var catalog = current.Current.Catalog;
        var filters = new AirlineFilters([q ?? ""], [country ?? ""], [active ?? ""]);
        var query = AirlineQuery.Read(filters, PageSize, cursor, out var error);
        if (error is not null)
        {
            return ErrorPages.BadRequest(error);
        }

        // The page is a slice of all matches, so it can show their number and where the previous page begins.
        var matches = query!.Matching(catalog).ToArray();
        var (page, next) = query.Apply(catalog);
        var before = page.Count == 0 ? matches.Length : Array.IndexOf(matches, page[0]);
        return Page.Create<AirlinesPage>(new AirlinesModel(
            new AirlineFilter(q ?? "", country ?? "", active?.ToUpperInvariant() ?? ""),
            [.. page.Select(position => catalog.Airlines[position])],
            new Place(before, matches.Length),
            PreviousCursor(query, catalog, matches, before),
            next,
            CatalogFacts.From(catalog),
            CountriesOf(catalog)));
    }

    /// <summary>Returns the cursor of the previous page: empty if that is the first page, null if there is none.</summary>
    private static string? PreviousCursor(
        AirlineQuery query, Core.Airlines.AirlineCatalog catalog, int[] matches, int before) => before switch
    {
        0 => null,
        <= Limits.DashboardRowsMax => "",
        _ => query.CursorAfter(catalog.Airlines[matches[before - Limits.DashboardRowsMax - 1]]),
    };

    public static async Task<Page> ShowAsync(
        CurrentCatalog current, ITransactionLedger ledger, LiveCounts counts, string id, CancellationToken cancellationToken)
    {
        var catalog = current.Current.Catalog;
        if (!int.TryParse(id, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            || !catalog.TryGet(number, out var airline))
        {
            return ErrorPages.NotFound($"No airline has the id '{DisplayText.Shorten(id)}'.");
        }

        var designators = catalog.DesignatorsOf(airline);
        var routes = new List<RouteSummary>();
        var (total, count) = (0L, 0);
        foreach (var designator in designators)
        {
            var query = new RouteQuery(designator, RouteSort.Total, Limits.PageSizeMax);
            var busiest = (await ledger.RoutesAsync(query, cancellationToken)).Routes;
            var sum = await SumAsync(designator, busiest, counts, cancellationToken);
            routes.AddRange(busiest);
            total += sum.Total;
            count += sum.Routes;
        }

        return Page.Create<AirlinePage>(new AirlineModel(
            airline,
            designators,
            [.. routes.OrderByDescending(route => route.Total).ThenBy(route => route.Route).Take(Limits.DashboardRowsMax)],
            total,
            count));
    }

    /// <summary>Returns the total of a designator: the sum of its routes, or the overview's total if not all routes were read.</summary>
    private static async Task<DesignatorTotal> SumAsync(
        string designator, IReadOnlyList<RouteSummary> busiest, LiveCounts counts, CancellationToken cancellationToken)
    {
        var sum = new DesignatorTotal(designator, busiest.Sum(route => route.Total), busiest.Count);
        return busiest.Count < Limits.PageSizeMax
            ? sum
            : (await counts.ReadAsync(cancellationToken)).Designators.FirstOrDefault(total => total.Designator == designator) ?? sum;
    }

    public static Page Load(CurrentCatalog current, AirlineSource source) =>
        Page.Create<LoadPage>(new LoadModel(CatalogFacts.From(current.Current.Catalog), source.Name));

    private static string[] CountriesOf(Core.Airlines.AirlineCatalog catalog) =>
    [
        .. catalog.Airlines.Select(airline => airline.Country).OfType<string>().Where(country => country.Length > 0)
            .Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase),
    ];
}
