using Airside.Core;
using Airside.Core.Transactions;
using Airside.Service.Airlines;
using Airside.Service.Dashboard.Pages;
using Airside.Service.Transactions;

namespace Airside.Service.Dashboard;

/// <summary><c>GET /routes</c> and <c>GET /routes/{route}</c>.</summary>
internal static class RoutePages
{
    public static async Task<Page> ListAsync(
        ITransactionLedger ledger, RouteSearch search, CurrentCatalog catalog, TimeProvider timeProvider,
        string? q, string? sort, string? cursor, CancellationToken cancellationToken)
    {
        var order = string.Equals(sort, "route", StringComparison.OrdinalIgnoreCase) ? RouteSort.Route : RouteSort.Total;
        var text = q?.Trim() ?? "";
        if (text.Length > Limits.SearchLengthMax)
        {
            return ErrorPages.BadRequest($"The search has {text.Length} characters; at most {Limits.SearchLengthMax} are allowed.");
        }

        if (!RouteEndpoints.TryReadPosition(cursor, out var after))
        {
            return ErrorPages.BadRequest("The address of this page of routes is incomplete. Start with the first page.");
        }

        var airlines = catalog.Current.Catalog;
        var (routes, asOf) = text.Length > 0
            ? new RouteList(await search.FindAsync(text, order, after, airlines, cancellationToken), timeProvider.GetUtcNow())
            : await ledger.RoutesAsync(new RouteQuery(null, order, Limits.DashboardRowsMax + 1, after), cancellationToken);
        var page = routes.Take(Limits.DashboardRowsMax).ToArray();
        var isExact = FlightRoute.TryParse(text, out var exact) && page.All(route => route.Route != exact);
        return Page.Create<RoutesPage>(new RoutesModel(
            text,
            order,
            Rows(page),
            routes.Count > page.Length ? RouteEndpoints.Cursor(page[^1]) : null,
            after is null,
            isExact ? exact.ToString() : null,
            asOf));

        RouteRow[] Rows(IEnumerable<RouteSummary> summaries) => [.. summaries.Select(route => new RouteRow(
            route, airlines.TryGetByDesignator(route.Route.Designator, out var airline) ? airline : null))];
    }

    public static async Task<Page> ShowAsync(
        ITransactionLedger ledger, CurrentCatalog catalog, TimeProvider timeProvider, string route, CancellationToken cancellationToken)
    {
        if (!FlightRoute.TryParse(route, out var flightRoute))
        {
            return ErrorPages.BadRequest(RouteProblems.Detail(route));
        }

        var now = timeProvider.GetUtcNow();
        var hours = await ledger.HistoryAsync(
            flightRoute, now - HistoryEndpoint.HoursShown, now, HistoryBucket.Hour, cancellationToken);
        var days = await ledger.HistoryAsync(flightRoute, now - HistoryEndpoint.DaysShown, now, HistoryBucket.Day, cancellationToken);
        return Page.Create<RoutePage>(new RouteModel(
            flightRoute,
            await ledger.RouteAsync(flightRoute, cancellationToken),
            catalog.Current.Catalog.TryGetByDesignator(flightRoute.Designator, out var airline) ? airline : null,
            SharedDesignator.Of(flightRoute.Designator, catalog.Current.Catalog),
            Whole(hours, now, HistoryEndpoint.HoursShown, TimeSpan.FromHours(1), HistoryBucket.Hour),
            Whole(days, now, HistoryEndpoint.DaysShown, TimeSpan.FromDays(1), HistoryBucket.Day),
            ledger.WriteFault));
    }

    /// <summary>Returns the points including empty ones, up to the current hour or day.</summary>
    private static HistoryPoint[] Whole(
        IReadOnlyList<HistoryPoint> points, DateTimeOffset now, TimeSpan shown, TimeSpan width, HistoryBucket bucket)
    {
        var last = HistoryRange.Floor(now, bucket);
        var counts = points.ToDictionary(point => point.Start, point => point.Transactions);
        var count = (int)(shown / width);
        return
        [
            .. Enumerable.Range(1 - count, count).Select(i => last + (i * width))
                .Select(start => new HistoryPoint(start, counts.GetValueOrDefault(start))),
        ];
    }
}
