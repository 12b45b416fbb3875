using Airside.Core;
using System.Globalization;
using System.Text.Json.Serialization;
using Airside.Core.Airlines;
using Airside.Core.Transactions;
using Airside.Service.Airlines;
using Airside.Service.Configuration;
using Airside.Service.Hosting;
using Airside.Service.Security;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Airside.Service.Transactions;

/// <summary><c>GET /api/v1/routes</c> and <c>GET /api/v1/routes/{route}</c>.</summary>
internal static class RouteEndpoints
{
    public static void MapRoutes(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/routes").WithTags("Routes").RequireScope(Scopes.Read)
            .ProducesProblem(StatusCodes.Status400BadRequest);
        group.MapGet("", ListAsync)
            .WithName("ListRoutes")
            .WithSummary("Lists routes with their totals")
            .WithDescription(
                "`airline` selects the routes of an airline designator, repeated those of any; `sort` is `route` (default) or `total` "
                + "(highest first). By total, the response says `asOf` which moment it is: on PostgreSQL and DynamoDB, all "
                + "routes by total may be some seconds old.");
        group.MapGet("/{route}", GetAsync)
            .WithName("GetRoute")
            .WithSummary("Shows a route: its airline, total, first and last time; a route without transactions has the total 0");
        group.MapGet("/{route}/history", HistoryEndpoint.GetAsync)
            .WithName("GetRouteHistory")
            .WithSummary("Shows the transactions of a route per hour or day (UTC)")
            .WithDescription(
                "`bucket` is `hour` (default) or `day`. `from` and `to` are ISO 8601 times; the default is the last 24 hours or 30 days. "
                + "Buckets are complete; those without transactions are omitted.");
    }

    private static async Task<Results<Ok<RouteListResponse>, ProblemHttpResult>> ListAsync(
        ITransactionLedger ledger, CurrentCatalog catalog,
        [FromQuery] string[]? airline, string? sort, string? limit, string? cursor, CancellationToken cancellationToken)
    {
        string? error = null;
        RouteSort? order = sort?.ToLowerInvariant() switch
        {
            null or "" or "route" => RouteSort.Route,
            "total" => RouteSort.Total,
            _ => null,
        };
        if (order is null)
        {
            error = $"The parameter 'sort' is '{DisplayText.Shorten(sort!)}'; it must be 'route' or 'total'.";
        }

        var designators = DesignatorsOf(airline, ref error);
        var size = Paging.ReadLimit(limit, ref error);
        if (!TryReadPosition(cursor, out var after))
        {
            error ??= Paging.BadCursor;
        }

        if (error is not null)
        {
            return Problems.BadRequest("invalid-parameter", error);
        }

        var (routes, asOf) = await ReadAsync(ledger, designators, new RouteQuery(null, order!.Value, size + 1, after), cancellationToken);
        var page = routes.Take(size).Select(route => RouteResponse.From(route, catalog.Current.Catalog)).ToArray();
        return TypedResults.Ok(new RouteListResponse(
            page, routes.Count > size ? Cursor(routes[size - 1]) : null, order == RouteSort.Total ? asOf : null));
    }

    private static string[] DesignatorsOf(string[]? airline, ref string? error)
    {
        var designators = (airline ?? []).Where(value => !string.IsNullOrEmpty(value))
            .Select(value => value.ToUpperInvariant()).Distinct(StringComparer.Ordinal).ToArray();
        if (Array.Find(designators, value => !FlightRoute.IsDesignator(value)) is { } wrong)
        {
            error ??= $"The parameter 'airline' is '{DisplayText.Shorten(wrong)}'; "
                + "it must be an airline designator: two characters, at least one of them a letter, or three letters.";
        }
        else if (designators.Length > Limits.FilterValuesMax)
        {
            error ??= $"The parameter 'airline' has {designators.Length} values; at most {Limits.FilterValuesMax} are allowed.";
        }

        return designators;
    }

    /// <summary>Reads a page of the routes of any of the designators, or of all routes if there is none.</summary>
    private static async Task<RouteList> ReadAsync(
        ITransactionLedger ledger, string[] designators, RouteQuery query, CancellationToken cancellationToken)
    {
        if (designators.Length < 2)
        {
            return await ledger.RoutesAsync(query with { Designator = designators.FirstOrDefault() }, cancellationToken);
        }

        // Each designator has its own routes, so a page of all is the first of their pages put together.
        var lists = new List<RouteList>();
        foreach (var designator in designators)
        {
            lists.Add(await ledger.RoutesAsync(query with { Designator = designator }, cancellationToken));
        }

        return new RouteList(query.Page(lists.SelectMany(list => list.Routes)), lists.Min(list => list.AsOf));
    }

    private static async Task<Results<Ok<RouteResponse>, ProblemHttpResult>> GetAsync(
        ITransactionLedger ledger, CurrentCatalog catalog, string route, CancellationToken cancellationToken)
    {
        if (!FlightRoute.TryParse(route, out var flightRoute))
        {
            return RouteProblems.Invalid(route);
        }

        var summary = await ledger.RouteAsync(flightRoute, cancellationToken);
        var airlines = catalog.Current.Catalog;
        var response = summary is null ? RouteResponse.NeverSeen(flightRoute, airlines) : RouteResponse.From(summary, airlines);
        return TypedResults.Ok(response with { SharedDesignator = SharedDesignator.Of(flightRoute.Designator, airlines) });
    }

    public static string Cursor(RouteSummary route) => Paging.Cursor('r', $"{route.Route}/{route.Total}");

    /// <summary>Reads a cursor; no cursor means the start of the list.</summary>
    public static bool TryReadPosition(string? cursor, out RoutePosition? position)
    {
        position = null;
        if (string.IsNullOrEmpty(cursor))
        {
            return true;
        }

        if (Paging.TryReadCursor(cursor, 'r', out var text)
            && text.Split('/') is [var route, var total]
            && FlightRoute.TryParse(route, out var flightRoute)
            && long.TryParse(total, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            position = new RoutePosition(flightRoute, number);
        }

        return position is not null;
    }
}

/// <summary>A list of routes.</summary>
/// <param name="Routes">The routes of the page.</param>
/// <param name="NextCursor">Value of <c>cursor</c> for the next page; absent on the last page.</param>
/// <param name="AsOf">
/// When sorted by total: the totals include everything acknowledged before this moment. Absent when sorted by route, which is exact.
/// </param>
internal sealed record RouteListResponse(
    IReadOnlyList<RouteResponse> Routes,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? NextCursor,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? AsOf);

/// <summary>A route with its total.</summary>
/// <param name="Route">The route.</param>
/// <param name="Airline">The airline that its designator stands for, or null if the catalog has none.</param>
/// <param name="Transactions">Its total.</param>
/// <param name="FirstAt">Time of its first transaction, or null if there is none.</param>
/// <param name="LastAt">Time of its last transaction, or null if there is none.</param>
/// <param name="SharedDesignator">The airlines that share its designator; absent if there is only one, and in lists.</param>
internal sealed record RouteResponse(
    string Route, AirlineResponse? Airline, long Transactions, DateTimeOffset? FirstAt, DateTimeOffset? LastAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] SharedDesignator? SharedDesignator = null)
{
    /// <summary>Converts a route.</summary>
    public static RouteResponse From(RouteSummary route, AirlineCatalog catalog) =>
        new(route.Route.ToString(), AirlineOf(route.Route, catalog), route.Total, route.FirstAt, route.LastAt);

    /// <summary>Creates the response for a route without transactions.</summary>
    public static RouteResponse NeverSeen(FlightRoute route, AirlineCatalog catalog) =>
        new(route.ToString(), AirlineOf(route, catalog), 0, null, null);

    private static AirlineResponse? AirlineOf(FlightRoute route, AirlineCatalog catalog) =>
        catalog.TryGetByDesignator(route.Designator, out var airline) ? AirlineResponse.From(airline) : null;
}
