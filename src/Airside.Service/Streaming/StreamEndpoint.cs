using System.Globalization;
using System.Text;
using Airside.Core;
using Airside.Service.Configuration;
using Airside.Service.Hosting;
using Airside.Service.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Airside.Service.Streaming;

/// <summary><c>GET /api/v1/stream</c>: the counts as they change, as server-sent events.</summary>
internal static class StreamEndpoint
{
    private const string ContentType = "text/event-stream";

    public static void AddStream(this WebApplicationBuilder builder)
    {
        builder.AddJson(StreamJson.Default);
        builder.Services.AddSingleton<LiveCounts>();
        builder.Services.AddSingleton<CountsStream>();
        builder.Services.AddSingleton<RateSampler>();
        builder.Services.AddHostedService(services => services.GetRequiredService<RateSampler>());
    }

    public static void MapStream(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/stream", SendAsync)
            .RequireScope(Scopes.Read)
            .WithoutConcurrencyLimit() // It has its own limit, on viewers.
            .DisableHttpMetrics() // The duration of a stream is not a latency.
            .WithTags("Operation")
            .WithName("GetStream")
            .WithSummary("Sends the counts of the entire store as they change, as server-sent events")
            .WithDescription(
                "At most two events a second. Each `counts` event is complete, so the next one makes up for a missed one: a client that "
                + "reconnects with `Last-Event-ID` gets the newest event unless it already has it. `unavailable` means that the store "
                + "currently cannot be read. The stream ends when the service drains; reconnect to another replica.")
            .Produces<CountsNow>(StatusCodes.Status200OK, ContentType)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<Results<EmptyHttpResult, ProblemHttpResult>> SendAsync(CountsStream stream, HttpContext context)
    {
        var response = context.Response;
        if (stream.IsEnding || !stream.TryEnter())
        {
            response.Headers.RetryAfter = Limits.RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
            return Problems.Problem(
                StatusCodes.Status503ServiceUnavailable,
                "overloaded",
                stream.IsEnding
                    ? "The service is stopping; another replica serves the stream."
                    : $"{Limits.StreamViewersMax} viewers follow the stream, the limit {nameof(Limits.StreamViewersMax)}. Try again.");
        }

        try
        {
            response.ContentType = ContentType;
            response.Headers.CacheControl = "no-store";
            response.Headers["X-Accel-Buffering"] = "no"; // nginx and similar proxies would buffer events.
            await response.Body.WriteAsync(Encoding.UTF8.GetBytes($"retry: {Limits.StreamRetryMs}\n\n"), context.RequestAborted);
            await response.Body.FlushAsync(context.RequestAborted);
            if (!HeadRequests.IsHead(context))
            {
                await FollowAsync(stream, context);
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The viewer disconnected.
        }
        finally
        {
            stream.Leave();
        }

        return TypedResults.Empty;
    }

    private static async Task FollowAsync(CountsStream stream, HttpContext context)
    {
        var body = context.Response.BodyWriter;
        var seen = context.Request.Headers["Last-Event-ID"].ToString();
        var isFirst = true;
        while (!stream.IsEnding)
        {
            var frame = stream.Latest;
            if (!frame.Bytes.IsEmpty && !(isFirst && frame.Id == seen))
            {
                if ((await body.WriteAsync(frame.Bytes, context.RequestAborted)).IsCompleted)
                {
                    return;
                }

                if (isFirst)
                {
                    // The next event may be due immediately; the limit is two a second.
                    await Task.Delay(Limits.StreamEveryMs, context.RequestAborted);
                }

                isFirst = false;
            }

            await frame.Replaced.WaitAsync(context.RequestAborted);
        }
    }
}
