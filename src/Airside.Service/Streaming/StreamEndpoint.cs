using System.Globalization;
using System.Text;
using Airside.Core;
using Airside.Core.Transactions;
using Airside.Service.Airlines;
using Airside.Service.Configuration;
using Airside.Service.Hosting;
using Airside.Service.Security;
using Airside.Service.Transactions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Airside.Service.Streaming;

/// <summary><c>GET /api/v1/stream</c>: the counts as they change, as server-sent events.</summary>
internal static class StreamEndpoint
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(Limits.StreamEveryMs);
    private static readonly TimeSpan SilenceMax = TimeSpan.FromMilliseconds(Limits.StreamSilenceMsMax);

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
            .WithMetadata(new SendsEvents())
            .DisableHttpMetrics() // The duration of a stream is not a latency.
            .WithTags("Operation")
            .WithName("GetStream")
            .WithSummary("Sends the counts as they change, as server-sent events: of the entire store, or of some routes")
            .WithDescription(
                "At most two events a second. Each `counts` event is complete, so the next one makes up for a missed one: a client that "
                + "reconnects with `Last-Event-ID` gets the newest event unless it already has it. With `route`, events hold only "
                + "`at`, `transactions` and `routes` of these routes. `unavailable` means that the counts currently cannot be read. "
                + "The stream goes on while the service drains and ends when it stops. A limit that is reached is an error only for "
                + "clients that do not accept `text/event-stream`; an EventSource, which gives up after an error, gets a stream that "
                + "ends and says with `retry` when to come back.")
            .Produces<CountsNow>(StatusCodes.Status200OK, StreamRefusal.ContentType)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<Results<EmptyHttpResult, ProblemHttpResult>> SendAsync(
        CountsStream stream,
        ITransactionLedger ledger,
        CurrentCatalog catalog,
        TimeProvider timeProvider,
        HttpContext context,
        [FromQuery] string[]? route)
    {
        if (route?.Length > Limits.StreamRoutesPerViewerMax)
        {
            return Problems.BadRequest(
                "invalid-parameter",
                $"The parameter 'route' occurs {route.Length} times; at most {Limits.StreamRoutesPerViewerMax} routes can be followed.");
        }

        var routes = new List<FlightRoute>();
        foreach (var name in route ?? [])
        {
            if (!FlightRoute.TryParse(name, out var flightRoute))
            {
                return RouteProblems.Invalid(name);
            }

            if (!routes.Contains(flightRoute))
            {
                routes.Add(flightRoute);
            }
        }

        if (stream.IsEnding || !stream.TryEnter(routes))
        {
            return await RefuseAsync(stream, context);
        }

        try
        {
            await BeginAsync(context);
            if (!HeadRequests.IsHead(context))
            {
                await FollowAsync(stream, routes.Count > 0 ? new RouteFilter(routes, ledger, catalog) : null, timeProvider, context);
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The viewer disconnected.
        }
        finally
        {
            stream.Leave(routes);
        }

        return TypedResults.Empty;
    }

    private static async Task<Results<EmptyHttpResult, ProblemHttpResult>> RefuseAsync(CountsStream stream, HttpContext context)
    {
        var cause = stream.IsEnding
            ? "The service is stopping; another replica serves the stream."
            : $"{stream.Viewers} viewers follow the stream. The limits are {Limits.StreamViewersMax} viewers "
                + $"({nameof(Limits.StreamViewersMax)}) and {Limits.StreamRoutesMax} different routes "
                + $"({nameof(Limits.StreamRoutesMax)}). Try again.";
        if (StreamRefusal.IsFor(context))
        {
            await StreamRefusal.SendAsync(context, cause);
            return TypedResults.Empty;
        }

        context.Response.Headers.RetryAfter = Limits.RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        return Problems.Problem(StatusCodes.Status503ServiceUnavailable, "overloaded", cause);
    }

    private static async Task BeginAsync(HttpContext context)
    {
        var response = context.Response;
        response.ContentType = StreamRefusal.ContentType;
        response.Headers["X-Accel-Buffering"] = "no"; // nginx and similar proxies would buffer events.
        await response.Body.WriteAsync(Encoding.UTF8.GetBytes($"retry: {Limits.StreamRetryMs}\n\n"), context.RequestAborted);
        await response.Body.FlushAsync(context.RequestAborted);
    }

    /// <summary>Sends each frame as it comes, and a comment when nothing was sent for long, so no proxy closes the connection.</summary>
    internal static async Task FollowAsync(CountsStream stream, RouteFilter? filter, TimeProvider timeProvider, HttpContext context)
    {
        var body = context.Response.BodyWriter;
        var seen = context.Request.Headers["Last-Event-ID"].ToString();
        var (isFirst, sent, sentAt) = (true, default(StreamFrame), timeProvider.GetTimestamp());
        while (!stream.IsEnding)
        {
            var frame = stream.Latest;
            ReadOnlyMemory<byte> bytes = default;
            if (frame != sent && !frame.Bytes.IsEmpty && !(isFirst && frame.Id == seen))
            {
                bytes = filter is null ? frame.Bytes : await filter.ApplyAsync(frame);
                sent = filter?.HasFailed == true ? null : frame;
            }

            if (bytes.IsEmpty && timeProvider.GetElapsedTime(sentAt) >= SilenceMax)
            {
                bytes = StreamFrame.StillHere;
            }

            if (!bytes.IsEmpty)
            {
                if ((await body.WriteAsync(bytes, context.RequestAborted)).IsCompleted)
                {
                    return;
                }

                sentAt = timeProvider.GetTimestamp();
            }

            if (isFirst && sent is not null)
            {
                // The next event may be due immediately; the limit is two a second.
                await Task.Delay(Limits.StreamEveryMs, context.RequestAborted);
                isFirst = false;
            }

            await WaitAsync(frame, filter?.HasFailed == true ? Every : SilenceMax - timeProvider.GetElapsedTime(sentAt));
        }

        async Task WaitAsync(StreamFrame frame, TimeSpan timeout)
        {
            await frame.Replaced.WaitAsync(timeout > TimeSpan.Zero ? timeout : TimeSpan.Zero, timeProvider, context.RequestAborted)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            context.RequestAborted.ThrowIfCancellationRequested();
        }
    }
}
