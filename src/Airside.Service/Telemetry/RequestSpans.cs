using System.Collections.Frozen;
using System.Diagnostics;
using Airside.Core;
using Airside.Service.Configuration;

namespace Airside.Service.Telemetry;

/// <summary>
/// Creates a span for a request whose trace is kept. It describes the request and its outcome by OpenTelemetry's conventions for HTTP
/// servers (opentelemetry.io/docs/specs/semconv/http/http-spans).
/// </summary>
/// <remarks>
/// With a listener, the server would create a span for each request, at about a thirtieth of the cost of a transaction, and one in a
/// hundred would be kept. So nothing listens to the server, and whether a trace is kept is decided before a span is created.
/// </remarks>
internal static class RequestSpans
{
    /// <summary>Name of the span unless the request has a known method.</summary>
    public const string Name = "HTTP";

    private static readonly FrozenSet<string> KnownMethods =
        ["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"];

    /// <summary>Adds the spans; must be first in the pipeline.</summary>
    public static void UseRequestSpans(this WebApplication app, AirsideOptions options)
    {
        var share = options.Otlp?.ShareOfRequests ?? 0;

        // Not an async method, so the server itself is in the span and its measurements of the request have it as exemplar.
        app.Use((context, next) => Begin(context.Request, share) is { } span ? InSpanAsync(context, next, span) : next(context));
    }

    /// <summary>
    /// Starts the span in the caller's trace; the caller has decided whether it is kept (W3C Trace Context). Without a caller's trace,
    /// starts a new one for the share that is kept, and nothing for the rest.
    /// </summary>
    private static Activity? Begin(HttpRequest request, double share)
    {
        if (ActivityContext.TryParse(request.Headers.TraceParent, request.Headers.TraceState, isRemote: true, out var caller))
        {
            return Traces.Source.StartActivity(Name, ActivityKind.Server, caller) ?? TraceIds.Begin(caller);
        }

        return Random.Shared.NextDouble() < share ? Traces.Source.StartActivity(Name, ActivityKind.Server) : null;
    }

    private static async Task InSpanAsync(HttpContext context, RequestDelegate next, Activity span)
    {
        using (span)
        {
            if (!span.Recorded)
            {
                await next(context);
                return;
            }

            DescribeRequest(span, context.Request);
            await next(context);
            DescribeOutcome(span, context);
        }
    }

    /// <summary>Describes the request without its query, which may contain a key by mistake.</summary>
    private static void DescribeRequest(Activity span, HttpRequest request)
    {
        if (KnownMethods.Contains(request.Method))
        {
            span.DisplayName = request.Method;
            span.SetTag("http.request.method", request.Method);
        }
        else
        {
            // Anyone can invent a method, and the number of names must stay small.
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

        // After an exception, only the exception handler knows the endpoint.
        var endpoint = context.GetEndpoint()
            ?? context.Features.Get<Microsoft.AspNetCore.Diagnostics.IExceptionHandlerFeature>()?.Endpoint;
        if ((endpoint as RouteEndpoint)?.RoutePattern.RawText is { } route)
        {
            span.SetTag("http.route", route);
            span.DisplayName = $"{span.DisplayName} {route}";
        }
    }
}
