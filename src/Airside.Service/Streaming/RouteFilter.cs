using System.Text.Json;
using Airside.Core;
using Airside.Core.Transactions;
using Airside.Service.Airlines;

namespace Airside.Service.Streaming;

/// <summary>
/// Makes of each event of the stream one with only the routes that a viewer asked for. Viewers of the same route share one read for each
/// event, and an event comes only after something has changed, so an idle store is not read.
/// </summary>
internal sealed class RouteFilter(IReadOnlyList<FlightRoute> routes, ITransactionLedger ledger, CurrentCatalog catalog)
{
    private string _sent = "";

    /// <summary>Whether the routes of the last frame could not be read, so that it is worth another try.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Returns the bytes for the viewer; none if none of its routes has changed.</summary>
    public async Task<ReadOnlyMemory<byte>> ApplyAsync(StreamFrame frame)
    {
        if (frame.Counts is not { } counts)
        {
            (HasFailed, _sent) = (false, "");
            return frame.Bytes;
        }

        RouteSummary?[] summaries;
        try
        {
            summaries = await Task.WhenAll(routes.Select(route => frame.RouteAsync(route, ledger)));
        }
        catch (StoreUnavailableException exception)
        {
            var wasTold = HasFailed;
            (HasFailed, _sent) = (true, "");
            return wasTold ? default : StreamFrame.UnavailableEvent(exception.Message, id: null);
        }

        HasFailed = false;

        var airlines = catalog.Current.Catalog;
        RouteCount[] shown = [.. routes.Zip(summaries, (route, summary) => RouteCount.From(route, summary, airlines))];
        var values = string.Join(',', shown.Select(route => $"{route.Transactions}{route.Airline}"));
        if (values == _sent)
        {
            return default;
        }

        _sent = values;
        var now = new RouteCountsNow(counts.At, shown.Sum(route => route.Transactions), shown);
        return StreamFrame.Event("counts", frame.Id, JsonSerializer.SerializeToUtf8Bytes(now, StreamJson.Default.RouteCountsNow));
    }
}

/// <summary>The counts of the routes that a viewer of the stream asked for.</summary>
/// <param name="At">They include everything acknowledged before this moment.</param>
/// <param name="Transactions">Number of transactions of these routes.</param>
/// <param name="Routes">The routes, in the order of the request.</param>
public sealed record RouteCountsNow(DateTimeOffset At, long Transactions, IReadOnlyList<RouteCount> Routes);

/// <summary>A route with its total.</summary>
/// <param name="Route">The route.</param>
/// <param name="Airline">Name of the airline that its designator stands for, or null if the catalog has none.</param>
/// <param name="Transactions">Its total; 0 for a route without transactions.</param>
/// <param name="LastAt">Time of its last transaction, or null if there is none.</param>
public sealed record RouteCount(string Route, string? Airline, long Transactions, DateTimeOffset? LastAt)
{
    internal static RouteCount From(FlightRoute route, RouteSummary? summary, Core.Airlines.AirlineCatalog catalog) => new(
        route.ToString(),
        catalog.TryGetByDesignator(route.Designator, out var airline) ? airline.Name : null,
        summary?.Total ?? 0,
        summary?.LastAt);
}
