using System.Collections.Frozen;
using System.Diagnostics;
using Airside.Core;
using Airside.Service.Configuration;

namespace Airside.Service.Telemetry;

/// <summary>
/// Gives a request a span where its trace is kept, and says in it what was asked and what became of it, by OpenTelemetry's conventions
/// for HTTP servers (opentelemetry.io/docs/specs/semconv/http/http-spans).
/// </summary>
/// <remarks>
/// The server would make a span for each request as soon as anybody listens, for about a thirtieth of the cost of a transaction, and of a
/// hundred of them one is kept. So nobody listens to the server, and whether a trace is kept is decided before there is a span.
/// </remarks>
internal static class RequestSpans
{
    /// <summary>Name of the span until the request's method is known to be one of few.</summary>
    public const string Name = "HTTP";

    private static readonly FrozenSet<string> KnownMethods =
        ["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"];

    /// <summary>Has to be the first in the pipeline.</summary>
    public static void UseRequestSpans(this WebApplication app, AirsideOptions options)
    {
        var share = options.Otlp?.ShareOfRequests ?? 0;

        // Not in an async method: the server itself is in the span then, so that what it measures of the request has it as exemplar.
        app.Use((context, next) => Begin(context.Request, share) is { } span ? InSpanAsync(context, next, span) : next(context));
    }

    /// <summary>
    /// Begins the span in the trace of the caller, who has decided whether it is kept (W3C Trace Context), or in a new one for the share
    /// that is kept of all others; of these nothing is begun.
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

    /// <summary>Without the query, in which somebody may have put a key by mistake.</summary>
    private static void DescribeRequest(Activity span, HttpRequest request)
    {
        if (KnownMethods.Contains(request.Method))
        {
            span.DisplayName = request.Method;
            span.SetTag("http.request.method", request.Method);
        }
        else
        {
            // Anybody can make up a method, and names must stay few.
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
