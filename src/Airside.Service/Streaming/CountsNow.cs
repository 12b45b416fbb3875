using System.Text.Json.Serialization;
using Airside.Core;
using Airside.Core.Airlines;
using Airside.Core.Transactions;

namespace Airside.Service.Streaming;

/// <summary>The counts of the entire store at one time: what the overview shows and each event of the stream contains.</summary>
/// <param name="At">They include everything acknowledged before this moment.</param>
/// <param name="Transactions">Number of transactions of all routes.</param>
/// <param name="Routes">Number of routes with transactions.</param>
/// <param name="ActiveRoutes">Number of routes with transactions in the last 24 hours.</param>
/// <param name="PerSecond">Transactions per second.</param>
/// <param name="Busiest">The ten busiest routes, highest total first.</param>
/// <param name="Airlines">The ten busiest airlines, highest total first.</param>
/// <param name="Latest">The ten routes that changed last, newest first.</param>
/// <param name="Hours">
/// Transactions per UTC hour over the last 24 hours, oldest first, including empty hours; the last is the current hour.
/// </param>
/// <param name="Designators">Totals of the airline designators, highest first, at most <see cref="Limits.PageSizeMax"/>.</param>
/// <param name="KeepFor">After how long newer ones are available.</param>
public sealed record CountsNow(
    DateTimeOffset At,
    long Transactions,
    int Routes,
    int ActiveRoutes,
    TransactionRates PerSecond,
    IReadOnlyList<RouteNow> Busiest,
    IReadOnlyList<AirlineNow> Airlines,
    IReadOnlyList<RouteNow> Latest,
    IReadOnlyList<HistoryPoint> Hours,
    [property: JsonIgnore] IReadOnlyList<DesignatorTotal> Designators,
    [property: JsonIgnore] TimeSpan KeepFor);

/// <summary>A route with its total.</summary>
/// <param name="Route">The route.</param>
/// <param name="Airline">Name of the airline that its designator stands for, or null if the catalog has none.</param>
/// <param name="Transactions">Its total.</param>
/// <param name="LastAt">Time of its last transaction.</param>
public sealed record RouteNow(string Route, string? Airline, long Transactions, DateTimeOffset LastAt)
{
    internal static RouteNow From(RouteSummary route, AirlineCatalog catalog) => new(
        route.Route.ToString(),
        catalog.TryGetByDesignator(route.Route.Designator, out var airline) ? airline.Name : null,
        route.Total,
        route.LastAt);
}

/// <summary>The totals of the routes of an airline.</summary>
/// <param name="Id">Its OpenFlights identifier, or null for a designator that the catalog does not have.</param>
/// <param name="Name">Its name, or null for a designator that the catalog does not have.</param>
/// <param name="Designators">Its designators that occur in routes: IATA, ICAO or both, separated by a comma.</param>
/// <param name="Transactions">Number of transactions.</param>
/// <param name="Routes">Number of routes.</param>
public sealed record AirlineNow(int? Id, string? Name, string Designators, long Transactions, int Routes)
{
    /// <summary>Returns the busiest airlines, each with the sum of its designators.</summary>
    internal static AirlineNow[] Busiest(IReadOnlyList<DesignatorTotal> designators, AirlineCatalog catalog) =>
    [
        .. designators
            .GroupBy(total => catalog.TryGetByDesignator(total.Designator, out var airline)
                ? ((int?)airline.Id, "")
                : (null, total.Designator))
            .Select(group => From([.. group], catalog))
            .OrderByDescending(airline => airline.Transactions).ThenBy(airline => airline.Designators, StringComparer.Ordinal)
            .Take(Limits.OverviewRowsMax),
    ];

    private static AirlineNow From(DesignatorTotal[] totals, AirlineCatalog catalog)
    {
        catalog.TryGetByDesignator(totals[0].Designator, out var airline);
        return new AirlineNow(
            airline?.Id,
            airline?.Name,
            string.Join(", ", totals.Select(total => total.Designator).Order(StringComparer.Ordinal)),
            totals.Sum(total => total.Total),
            totals.Sum(total => total.Routes));
    }
}
