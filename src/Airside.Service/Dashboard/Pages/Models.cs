using Airside.Core.Airlines;
using Airside.Core.Transactions;
using Airside.Service.Airlines;
using Airside.Service.Streaming;
using Airside.Service.Telemetry;

namespace Airside.Service.Dashboard.Pages;

/// <summary>What the overview shows.</summary>
/// <param name="Counts">The counts.</param>
/// <param name="Airlines">Number of airlines in the catalog.</param>
/// <param name="IsSample">Whether they are the built-in sample.</param>
/// <param name="WriteFault">Why transactions currently cannot be recorded, or null.</param>
public sealed record OverviewModel(CountsNow Counts, int Airlines, bool IsSample, string? WriteFault);

/// <summary>What a list of routes shows.</summary>
/// <param name="Search">The search text, or empty.</param>
/// <param name="Sort">Order of the routes.</param>
/// <param name="Rows">The routes.</param>
/// <param name="NextCursor">Where the next page begins, or null on the last one.</param>
/// <param name="IsFirst">Whether this is the first page.</param>
/// <param name="Exact">The route whose full name was searched and that the page does not show, or null.</param>
/// <param name="AsOf">The totals include everything acknowledged before this moment.</param>
public sealed record RoutesModel(
    string Search, RouteSort Sort, IReadOnlyList<RouteRow> Rows, string? NextCursor, bool IsFirst, string? Exact, DateTimeOffset AsOf);

/// <summary>A route in a list.</summary>
/// <param name="Summary">The route.</param>
/// <param name="Airline">The airline that its designator stands for, or null.</param>
public sealed record RouteRow(RouteSummary Summary, Airline? Airline);

/// <summary>What the page of a route shows.</summary>
/// <param name="Route">The route.</param>
/// <param name="Summary">Its total and times, or null for a route without transactions.</param>
/// <param name="Airline">The airline that its designator stands for, or null.</param>
/// <param name="Sharing">All airlines that share its designator and why one was chosen, or null if there is only one.</param>
/// <param name="Hours">Its last hours, including empty ones.</param>
/// <param name="Days">Its last days, including empty ones.</param>
/// <param name="WriteFault">Why transactions currently cannot be recorded, or null.</param>
public sealed record RouteModel(
    FlightRoute Route, RouteSummary? Summary, Airline? Airline, SharedDesignator? Sharing, IReadOnlyList<HistoryPoint> Hours,
    IReadOnlyList<HistoryPoint> Days, string? WriteFault);

/// <summary>What a list of airlines shows.</summary>
/// <param name="Filter">The filter.</param>
/// <param name="Rows">The airlines.</param>
/// <param name="Place">Position of the page among all matches.</param>
/// <param name="PreviousCursor">Where the previous page begins, empty for the start, or null on the first page.</param>
/// <param name="NextCursor">Where the next page begins, or null on the last one.</param>
/// <param name="Catalog">The catalog that they belong to.</param>
/// <param name="Countries">Every country of the catalog.</param>
public sealed record AirlinesModel(
    AirlineFilter Filter, IReadOnlyList<Airline> Rows, Place Place, string? PreviousCursor, string? NextCursor, CatalogFacts Catalog,
    IReadOnlyList<string> Countries);

/// <summary>Position of a page in a list.</summary>
/// <param name="Before">Number of rows before it.</param>
/// <param name="Of">Total number of rows.</param>
public sealed record Place(int Before, int Of);

/// <summary>The filter of the list of airlines; empty for no condition.</summary>
/// <param name="Search">Text in name, alias, codes, callsign or country.</param>
/// <param name="Country">Country.</param>
/// <param name="Active"><c>Y</c> or <c>N</c>.</param>
public sealed record AirlineFilter(string Search, string Country, string Active)
{
    /// <summary>Whether any condition is set.</summary>
    public bool IsSet => Search.Length + Country.Length + Active.Length > 0;
}

/// <summary>A summary of a catalog.</summary>
/// <param name="Count">Number of airlines.</param>
/// <param name="Source">Where they came from.</param>
/// <param name="Version">Identifies their content.</param>
/// <param name="LoadedAt">When they were loaded.</param>
/// <param name="IsSample">Whether they are the built-in sample.</param>
public sealed record CatalogFacts(int Count, string Source, string Version, DateTimeOffset LoadedAt, bool IsSample)
{
    internal static CatalogFacts From(AirlineCatalog catalog) =>
        new(catalog.Airlines.Count, catalog.Source, catalog.Version, catalog.LoadedAt, catalog.IsSample);
}

/// <summary>What the page of an airline shows.</summary>
/// <param name="Airline">The airline.</param>
/// <param name="Designators">The designators that assign routes to it.</param>
/// <param name="Busiest">Its busiest routes, highest total first.</param>
/// <param name="Transactions">Number of transactions of all its routes.</param>
/// <param name="Routes">Number of all its routes.</param>
public sealed record AirlineModel(
    Airline Airline, IReadOnlyList<string> Designators, IReadOnlyList<RouteSummary> Busiest, long Transactions, int Routes);

/// <summary>What the form that loads airlines shows.</summary>
/// <param name="Catalog">The active catalog.</param>
/// <param name="Source">The configured source.</param>
public sealed record LoadModel(CatalogFacts Catalog, string Source);

/// <summary>An error.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Title">The error in a few words.</param>
/// <param name="Detail">The error in a sentence.</param>
public sealed record ErrorModel(int Status, string Title, string Detail);

/// <summary>What the system page shows.</summary>
/// <param name="Build">What runs here.</param>
/// <param name="Store">State of the store.</param>
/// <param name="Queue">State of the queue.</param>
/// <param name="CommitSeconds">Durations of the commits since the start, in seconds.</param>
/// <param name="BatchSizes">Transactions in each commit since the start.</param>
/// <param name="Catalog">The active catalog.</param>
/// <param name="Settings">The current settings.</param>
/// <param name="Limits">Every limit by name.</param>
public sealed record SystemModel(
    RunningBuild Build, StoreState Store, QueueState Queue, HistogramSummary CommitSeconds, HistogramSummary BatchSizes,
    CatalogFacts Catalog, IReadOnlyList<SettingRow> Settings, IReadOnlyDictionary<string, long> Limits);

/// <summary>What runs here, and since when.</summary>
/// <param name="Version">Version of Airside.</param>
/// <param name="Commit">Commit that it was built from.</param>
/// <param name="Runtime">Version of .NET.</param>
/// <param name="StartedAt">When the process started.</param>
/// <param name="Now">Current time of the service.</param>
public sealed record RunningBuild(string Version, string Commit, string Runtime, DateTimeOffset StartedAt, DateTimeOffset Now);

/// <summary>The state of the store.</summary>
/// <param name="Kind">Kind of store.</param>
/// <param name="Outage">Why it is unreachable, or null.</param>
/// <param name="WriteFault">Why transactions cannot be recorded, or null.</param>
/// <param name="ClockFault">How the clock of this process differs from that of the store, or null.</param>
/// <param name="KeyWindow">Minimum time for which keys are remembered.</param>
/// <param name="IsDraining">Whether the service is draining.</param>
/// <param name="LedgerDifferences">Differences found by the last ledger check, or null before the first.</param>
public sealed record StoreState(
    string Kind, string? Outage, string? WriteFault, string? ClockFault, TimeSpan KeyWindow, bool IsDraining, long? LedgerDifferences);

/// <summary>The state of the queue, and the viewers.</summary>
/// <param name="Length">Transactions waiting for a commit.</param>
/// <param name="Max">Maximum number of waiting transactions.</param>
/// <param name="Viewers">Viewers of the stream.</param>
/// <param name="ViewersMax">Maximum number of viewers.</param>
public sealed record QueueState(int Length, int Max, int Viewers, int ViewersMax);

/// <summary>A current setting.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Value">Its value; for a secret only whether it is set.</param>
/// <param name="Source">Where the value comes from.</param>
/// <param name="Description">What it does, with code between backticks.</param>
public sealed record SettingRow(string Key, string Value, string Source, string Description);
