using System.Globalization;
using Airside.Core;
using Airside.Core.Transactions;
using Airside.Service.Airlines;
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

        var (positions, next) = query!.Apply(catalog);
        return Page.Of<AirlinesPage>(new AirlinesModel(
            new AirlineFilter(q ?? "", country ?? "", active?.ToUpperInvariant() ?? ""),
            [.. positions.Select(position => catalog.Airlines[position])],
            next,
            string.IsNullOrEmpty(cursor),
            CatalogFacts.Of(catalog),
            CountriesOf(catalog)));
    }

    /// <summary>Shows an airline with its routes.</summary>
    public static async Task<Page> ShowAsync(
        CurrentCatalog current, ITransactionLedger ledger, string id, CancellationToken cancellationToken)
    {
        var catalog = current.Current.Catalog;
        if (!int.TryParse(id, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            || !catalog.TryGet(number, out var airline))
        {
            return ErrorPages.NotFound($"There is no airline with the id '{Shown.Text(id)}'.");
        }

        var routes = new List<RouteSummary>();
        foreach (var designator in catalog.DesignatorsOf(airline))
        {
            routes.AddRange(await ledger.RoutesAsync(
                new RouteQuery(designator, RouteSort.Total, Limits.PageSizeMax), cancellationToken));
        }

        return Page.Of<AirlinePage>(new AirlineModel(
            airline,
            catalog.DesignatorsOf(airline),
            [.. routes.OrderByDescending(route => route.Total).ThenBy(route => route.Route)]));
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
