using System.Globalization;
using Airside.Core;
using Airside.Core.Transactions;
using Airside.Service.Airlines;
using Airside.Service.Configuration;
using Airside.Service.Dashboard.Live;
using Airside.Service.Dashboard.Pages;
using Airside.Service.Security;

namespace Airside.Service.Dashboard;

/// <summary>
/// The pages for people. <c>GET /</c> is one of them for browsers, and one line of text that tells a person with curl what runs here.
/// </summary>
internal static class DashboardEndpoint
{
    /// <summary>Maps all pages and gives their group.</summary>
    public static RouteGroupBuilder MapDashboard(this IEndpointRouteBuilder routes)
    {
        routes.MapAssets();
        var pages = routes.MapGroup("");
        pages.ExcludeFromDescription().RequireScope(Scopes.Read).WithMetadata(new ForPeople()).AddEndpointFilter(ShowFaultAsync);
        pages.MapGet("/", ShowAsync);
        pages.MapGet("/routes", RoutePages.ListAsync);
        pages.MapGet("/routes/{route}", RoutePages.ShowAsync);
        pages.MapGet("/airlines", AirlinePages.List);
        pages.MapGet("/airlines/load", AirlinePages.Load);
        pages.MapGet("/airlines/{id}", AirlinePages.ShowAsync);
        pages.MapGet("/system", SystemPageEndpoint.Show);
        return pages;
    }

    /// <summary>Whether whoever asks reads HTML.</summary>
    public static bool WantsPage(HttpRequest request) =>
        request.Headers.Accept.Any(accept => accept?.Contains("text/html", StringComparison.OrdinalIgnoreCase) == true);

    /// <summary>Whether a page is asked for by whoever reads HTML.</summary>
    public static bool IsForPage(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<ForPeople>() is not null && WantsPage(context.Request);

    private static async Task<IResult> ShowAsync(
        HttpContext context, LiveCounts counts, CurrentCatalog catalog, ITransactionLedger ledger, CancellationToken cancellationToken)
    {
        var airlines = catalog.Current.Catalog;
        if (WantsPage(context.Request))
        {
            var now = await counts.ReadAsync(cancellationToken);
            return Page.Of<OverviewPage>(new OverviewModel(now, airlines.Airlines.Count, airlines.IsSample, ledger.WriteFault));
        }

        var top = await ledger.TopAsync(1, cancellationToken);
        var busiest = top.Count == 0 ? "no transaction yet" : $"busiest route {top[0].Route} with {top[0].Total} transactions";
        context.Response.Headers.Vary = "Accept";
        return TypedResults.Text(
            $"Airside {InfoEndpoint.Build.Version}: {airlines.Airlines.Count} airlines{(airlines.IsSample ? " (sample)" : "")}, "
            + $"{busiest}. API at /docs.\n");
    }

    /// <summary>Says in a page what a program is told by problem details.</summary>
    private static async ValueTask<object?> ShowFaultAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (Exception exception) when (
            exception is StoreUnavailableException or OverloadedException && WantsPage(context.HttpContext.Request))
        {
            context.HttpContext.Response.Headers.RetryAfter = Limits.RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
            return ErrorPages.Unavailable(exception.Message);
        }
    }

    private sealed record ForPeople;
}
