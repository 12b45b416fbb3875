using Airside.Core;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing.Template;

namespace Airside.Service.Hosting;

/// <summary>Problem details for the statuses that routing and the framework return without a body: what happened and the way out.</summary>
internal static class RoutingProblems
{
    /// <summary>Completes a problem that has only a status.</summary>
    public static void Complete(HttpContext context, ProblemDetails problem)
    {
        if (problem.Type?.StartsWith(Problems.TypePrefix, StringComparison.Ordinal) == true)
        {
            return;
        }

        var request = context.Request;
        var path = DisplayText.Shorten(request.Path);
        var (code, detail) = context.Response.StatusCode switch
        {
            StatusCodes.Status404NotFound => (
                "unknown-url", $"'{path}' is not a URL of this service. /docs and /openapi/v1.json list those of the API."),
            StatusCodes.Status405MethodNotAllowed => (
                "method-not-allowed",
                $"'{path}' does not take {DisplayText.Shorten(request.Method)}. It takes {context.Response.Headers.Allow}."),
            StatusCodes.Status415UnsupportedMediaType => (
                "unsupported-media-type", Problems.ContentTypeNotRead(request.ContentType, AcceptedTypes(context))),
            >= 500 => (
                "internal-error",
                "The request failed for a reason that is not the client's. The log of the service has it under this traceId. A request "
                + "with a transaction key is safe to repeat."),
            _ => ("bad-request", problem.Detail ?? "The server cannot read the request. Correct it and send it again."),
        };
        problem.Type = Problems.TypePrefix + code;
        problem.Title = ProblemTitles.Of(code);
        problem.Detail = detail;
    }

    /// <summary>Returns the content types of the endpoints at the URL of a request, which routing refused because of its own.</summary>
    private static string[] AcceptedTypes(HttpContext context) =>
    [
        .. context.RequestServices.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => new TemplateMatcher(new RouteTemplate(endpoint.RoutePattern), [])
                .TryMatch(context.Request.Path, []))
            .SelectMany(endpoint => endpoint.Metadata.OfType<IAcceptsMetadata>())
            .SelectMany(accepts => accepts.ContentTypes).Distinct(StringComparer.OrdinalIgnoreCase),
    ];
}
