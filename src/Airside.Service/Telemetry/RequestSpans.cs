using System.Diagnostics;
using Airside.Service.Configuration;
using Microsoft.AspNetCore.Http.Features;

namespace Airside.Service.Telemetry;

/// <summary>
/// Says in the span of a request what became of it, by OpenTelemetry's conventions for HTTP servers. The server makes the span and says
/// what was asked; route and status are known only at the end.
/// </summary>
internal static class RequestSpans
{
    /// <summary>Takes effect only where telemetry is sent, so that nobody else pays for it.</summary>
    public static void UseRequestSpans(this WebApplication app, AirsideOptions options)
    {
        if (options.Otlp is not null)
        {
            app.Use(async (context, next) =>
            {
                await next(context);
                if (context.Features.Get<IHttpActivityFeature>()?.Activity is { Recorded: true } span)
                {
                    Describe(span, context);
                }
            });
        }
    }

    private static void Describe(Activity span, HttpContext context)
    {
        var status = context.Response.StatusCode;
        span.SetTag("http.response.status_code", status);
        if (status >= StatusCodes.Status500InternalServerError)
        {
            span.SetStatus(ActivityStatusCode.Error);
            span.SetTag("error.type", $"{status}");
        }

        // Of a request that ended in an exception the endpoint is known only to its handler.
        var endpoint = context.GetEndpoint()
            ?? context.Features.Get<Microsoft.AspNetCore.Diagnostics.IExceptionHandlerFeature>()?.Endpoint;
        if ((endpoint as RouteEndpoint)?.RoutePattern.RawText is { } route)
        {
            span.SetTag("http.route", route);
            span.DisplayName = $"{context.Request.Method} {route}";
        }
        else
        {
            span.DisplayName = context.Request.Method;
        }
    }
}
