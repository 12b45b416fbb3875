using Airside.Core;
using Airside.Service.Security;

namespace Airside.Service.Dashboard;

/// <summary>Writes problems as pages if a browser requested a page.</summary>
internal sealed class ProblemPages : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context) => PageOf(context.HttpContext, context.ProblemDetails.Detail) is not null;

    public async ValueTask WriteAsync(ProblemDetailsContext context) =>
        await PageOf(context.HttpContext, context.ProblemDetails.Detail)!.ExecuteAsync(context.HttpContext);

    private static Page? PageOf(HttpContext context, string? detail) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound when context.GetEndpoint() is not RouteEndpoint && DashboardEndpoint.WantsPage(context.Request) =>
            ErrorPages.NotFound($"The page {DisplayText.Shorten(context.Request.Path)} does not exist."),
        var status and (StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden) when DashboardEndpoint.IsForPage(context) =>
            ErrorPages.KeyNeeded(status, context.Features.Get<KeyRefusal>()?.Reason ?? detail ?? ""),
        _ => null,
    };
}
