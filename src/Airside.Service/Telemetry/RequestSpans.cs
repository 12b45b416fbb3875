using System.Diagnostics;
using Airside.Service.Configuration;

namespace Airside.Service.Telemetry;

/// <summary>
/// Says in the span of a request what was asked and what became of it, by OpenTelemetry's conventions for HTTP servers
/// (opentelemetry.io/docs/specs/semconv/http/http-spans). The server would say what was asked in each span that it makes, also where
/// nobody keeps it, for a twentieth of the cost of a transaction; so it makes them empty.
/// </summary>
internal static class RequestSpans
{
    private static readonly IReadOnlyCollection<string> KnownMethods =
        ["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"];

    /// <summary>Takes effect only where telemetry is sent, so that nobody else pays for it.</summary>
    public static void UseRequestSpans(this WebApplication app, AirsideOptions options)
    {
        if (options.Otlp is not null)
        {
            app.Use((context, next) => Activity.Current is { Recorded: true } span
                ? InSpanAsync(context, next, span)
                : next(context));
        }
    }

    /// <summary>Apart, so that a request that is not recorded has no state to keep.</summary>
    private static async Task InSpanAsync(HttpContext context, RequestDelegate next, Activity span)
    {
        DescribeRequest(span, context.Request);
        await next(context);
        DescribeOutcome(span, context);
    }

    /// <summary>Without the query, in which somebody may have put a key by mistake.</summary>
    private static void DescribeRequest(Activity span, HttpRequest request)
    {
        if (KnownMethods.Contains(request.Method, StringComparer.Ordinal))
        {
            span.DisplayName = request.Method;
            span.SetTag("http.request.method", request.Method);
        }
        else
        {
            // Anybody can make up a method, and names must stay few.
            span.DisplayName = "HTTP";
            span.SetTag("http.request.method", "_OTHER");
            span.SetTag("http.request.method_original", request.Method);
        }

        span.SetTag("url.scheme", request.Scheme);
        span.SetTag("url.path", (request.PathBase + request.Path).Value);
        span.SetTag("network.protocol.version", request.Protocol["HTTP/".Length..]);
        span.SetTag("server.address", request.Host.Host);
        if (request.Host.Port is { } port)
        {
            span.SetTag("server.port", port);
        }

        if (request.Headers.UserAgent is [{ } agent, ..])
        {
            span.SetTag("user_agent.original", agent);
        }
    }

    private static void DescribeOutcome(Activity span, HttpContext context)
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
            span.DisplayName = $"{span.DisplayName} {route}";
        }
    }
}
