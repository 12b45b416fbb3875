using System.Globalization;
using System.Text;
using Airside.Core;
using Airside.Service.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Airside.Service.Dashboard.Live;

/// <summary><c>GET /api/v1/stream</c>: the counts as they change, as server-sent events.</summary>
internal static class StreamEndpoint
{
    private const string ContentType = "text/event-stream";

    /// <summary>Adds the counts and the producer of the stream.</summary>
    public static void AddStream(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<LiveCounts>();
        builder.Services.AddSingleton<CountsStream>();
        builder.Services.AddSingleton<RouteSearch>();
        builder.Services.AddSingleton<RateSampler>();
        builder.Services.AddHostedService(services => services.GetRequiredService<RateSampler>());
    }

    /// <summary>Maps the endpoint.</summary>
    public static void MapStream(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/stream", SendAsync)
            .RequireScope(Scopes.Read)
            .WithoutConcurrencyLimit() // It has one of its own, the most viewers.
            .DisableHttpMetrics() // Hours that somebody watches are no latency.
            .WithTags("Operation")
            .WithName("GetStream")
            .WithSummary("Sends the counts of the whole store as they change, as server-sent events")
            .WithDescription(
                "At most two events a second. Each event `counts` holds everything, so one that was missed is made up for by the next: a "
                + "client that comes back with `Last-Event-ID` gets the newest one, unless it has that already. `unavailable` says that "
                + "the store cannot be read at present. Ends when the service drains; come back to another replica.")
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
                    ? "The service is stopping; another replica has the stream."
                    : $"{Limits.StreamViewersMax} viewers follow the stream, the limit {nameof(Limits.StreamViewersMax)}. Try again.");
        }

        try
        {
            response.ContentType = ContentType;
            response.Headers.CacheControl = "no-store";
            response.Headers["X-Accel-Buffering"] = "no"; // Proxies of the nginx kind would hold events back.
            await response.Body.WriteAsync(Encoding.UTF8.GetBytes($"retry: {Limits.StreamRetryMs}\n\n"), context.RequestAborted);
            await response.Body.FlushAsync(context.RequestAborted);
            if (!HeadRequests.IsHead(context))
            {
                await FollowAsync(stream, context);
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The viewer has gone.
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
                    // The next event may be due at once; two a second are the most.
                    await Task.Delay(Limits.StreamEveryMs, context.RequestAborted);
                }

                isFirst = false;
            }

            await frame.Replaced.WaitAsync(context.RequestAborted);
        }
    }
}
