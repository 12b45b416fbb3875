using Airside.Core.Transactions;
using Airside.Service.Airlines;
using Airside.Service.Configuration;
using Airside.Service.Security;

namespace Airside.Service.Dashboard;

/// <summary><c>GET /</c>: one line of text that tells a person with curl what runs here.</summary>
internal static class DashboardEndpoint
{
    /// <summary>Maps the endpoint.</summary>
    public static void MapDashboard(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/", Show).ExcludeFromDescription().RequireScope(Scopes.Read);

    private static async Task<string> Show(CurrentCatalog catalog, ITransactionLedger ledger, CancellationToken cancellationToken)
    {
        var airlines = catalog.Current.Catalog;
        var top = await ledger.TopAsync(1, cancellationToken);
        var busiest = top.Count == 0 ? "no transaction yet" : $"busiest route {top[0].Route} with {top[0].Total} transactions";
        return $"Airside {InfoEndpoint.Build.Version}: {airlines.Airlines.Count} airlines{(airlines.IsSample ? " (sample)" : "")}, "
            + $"{busiest}. API at /docs.\n";
    }
}
