using System.Globalization;
using Airside.Core;
using Airside.Core.Transactions;
using Airside.Service.Airlines;
using Airside.Service.Configuration;
using Airside.Service.Dashboard.Pages;
using Airside.Service.Dashboard.Parts;
using Airside.Service.Security;
using Airside.Service.Streaming;

namespace Airside.Service.Dashboard;

/// <summary>
/// The pages for people. <c>GET /</c> returns a page to browsers, and to other clients such as curl a line of text that says what runs
/// here.
/// </summary>
internal static class DashboardEndpoint
{
    public static void AddDashboard(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<RouteSearch>();
        builder.Services.AddScoped<Addresses>();

        // The framework uses the first writer that can write, and its own can write anything.
        builder.Services.Insert(0, ServiceDescriptor.Singleton<IProblemDetailsWriter, ProblemPages>());
    }

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

    /// <summary>Returns whether the client accepts HTML.</summary>
    public static bool WantsPage(HttpRequest request) =>
        request.Headers.Accept.Any(accept => accept?.Contains("text/html", StringComparison.OrdinalIgnoreCase) == true);

    /// <summary>Returns whether the request is for a page and the client accepts HTML.</summary>
    public static bool IsForPage(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<ForPeople>() is not null && WantsPage(context.Request);

    private static async Task<IResult> ShowAsync(
        HttpContext context, LiveCounts counts, CurrentCatalog catalog, ITransactionLedger ledger, CancellationToken cancellationToken)
    {
        var airlines = catalog.Current.Catalog;
        if (WantsPage(context.Request))
        {
            var now = await counts.ReadAsync(cancellationToken);
            return Page.Create<OverviewPage>(new OverviewModel(now, airlines.Airlines.Count, airlines.IsSample, ledger.WriteFault));
        }

        var top = await ledger.TopAsync(1, cancellationToken);
        var busiest = top.Count == 0
            ? "no transactions yet"
            : $"busiest route {top[0].Route} with {Figures.Count(top[0].Total, "transaction", "transactions")}";
        context.Response.Headers.Vary = "Accept";
        return TypedResults.Text(
            $"Airside {BuildVersion.Current.Version}: {airlines.Airlines.Count} airlines{(airlines.IsSample ? " (sample)" : "")}, "
            + $"{busiest}. API at {context.Request.PathBase}/docs.\n");
    }

    /// <summary>Shows in a page what programs get as problem details.</summary>
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
