using System.Globalization;
using Airside.Core;
using Airside.Core.Transactions;
using Airside.Service.Airlines;
using Airside.Service.Dashboard.Live;
using Airside.Service.Dashboard.Pages;

namespace Airside.Service.Dashboard;

/// <summary><c>GET /airlines</c>, <c>GET /airlines/{id}</c> and <c>GET /airlines/load</c>.</summary>
internal static class AirlinePages
{
    private static readonly string PageSize = Limits.DashboardRowsMax.ToString(CultureInfo.InvariantCulture);

    /// <summary>Shows a page of the airlines that match.</summary>
    public static Page List(CurrentCatalog current, string? q, string? country, string? active, string? cursor)
    {
        var catalog = current.Current.Catalog;
        var query = AirlineQuery.Read(q?.Trim(), country?.Trim(), active, null, null, PageSize, cursor, out var error);
        if (error is not null)
        {
            return ErrorPages.BadRequest(error);
        }

        // A page is cut out of all that match, so that it can say how many there are and where the page before it begins.
        var matches = query!.Matching(catalog).ToArray();
        var (page, next) = query.Apply(catalog);
        var before = page.Count == 0 ? matches.Length : Array.IndexOf(matches, page[0]);
        return Page.Of<AirlinesPage>(new AirlinesModel(
            new AirlineFilter(q ?? "", country ?? "", active?.ToUpperInvariant() ?? ""),
            [.. page.Select(position => catalog.Airlines[position])],
            new Place(before, matches.Length),
            PreviousCursor(catalog, matches, before),
            next,
            CatalogFacts.Of(catalog),
            CountriesOf(catalog)));
    }

    /// <summary>The cursor of the page before, empty where that is the first one, or null where there is none.</summary>
    private static string? PreviousCursor(Core.Airlines.AirlineCatalog catalog, int[] matches, int before) => before switch
    {
        0 => null,
        <= Limits.DashboardRowsMax => "",
        _ => AirlineQuery.CursorAfter(catalog.Airlines[matches[before - Limits.DashboardRowsMax - 1]]),
    };

    /// <summary>Shows an airline with its routes.</summary>
    public static async Task<Page> ShowAsync(
        CurrentCatalog current, ITransactionLedger ledger, LiveCounts counts, string id, CancellationToken cancellationToken)
    {
        var catalog = current.Current.Catalog;
        if (!int.TryParse(id, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            || !catalog.TryGet(number, out var airline))
        {
            return ErrorPages.NotFound($"There is no airline with the id '{Shown.Text(id)}'.");
        }

        var designators = catalog.DesignatorsOf(airline);
        var routes = new List<RouteSummary>();
        var (total, count) = (0L, 0);
        foreach (var designator in designators)
        {
            var busiest = await ledger.RoutesAsync(new RouteQuery(designator, RouteSort.Total, Limits.PageSizeMax), cancellationToken);
            var sum = await SumAsync(designator, busiest, counts, cancellationToken);
            routes.AddRange(busiest);
            total += sum.Total;
            count += sum.Routes;
        }

        return Page.Of<AirlinePage>(new AirlineModel(
            airline,
            designators,
            [.. routes.OrderByDescending(route => route.Total).ThenBy(route => route.Route).Take(Limits.DashboardRowsMax)],
            total,
            count));
    }

    /// <summary>What a designator comes to: the sum of its routes, or where not all of them are at hand what the overview says.</summary>
    private static async Task<DesignatorTotal> SumAsync(
        string designator, IReadOnlyList<RouteSummary> busiest, LiveCounts counts, CancellationToken cancellationToken)
    {
        var sum = new DesignatorTotal(designator, busiest.Sum(route => route.Total), busiest.Count);
        return busiest.Count < Limits.PageSizeMax
            ? sum
            : (await counts.ReadAsync(cancellationToken)).Designators.FirstOrDefault(total => total.Designator == designator) ?? sum;
    }

    /// <summary>Shows the form that loads airlines.</summary>
    public static Page Load(CurrentCatalog current, AirlineSource source) =>
        Page.Of<LoadPage>(new LoadModel(CatalogFacts.Of(current.Current.Catalog), source.Name));

    private static string[] CountriesOf(Core.Airlines.AirlineCatalog catalog) =>
    [
        .. catalog.Airlines.Select(airline => airline.Country).OfType<string>().Where(country => country.Length > 0)
            .Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase),
    ];
}
