using System.Text;
using System.Text.Json;
using Airside.Core;

namespace Airside.Service.Hosting;

/// <summary>
/// Refuses a viewer of a stream. A standard EventSource never connects again after an HTTP error, so it gets a stream that says why and
/// when to come back, and ends. Other clients get the error.
/// </summary>
internal static class StreamRefusal
{
    /// <summary>The media type of server-sent events.</summary>
    public const string ContentType = "text/event-stream";

    /// <summary>Whether a request to this endpoint comes from a client that waits for events.</summary>
    public static bool IsFor(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<SendsEvents>() is not null
        && context.Request.Headers.Accept.Any(accept => accept?.Contains(ContentType, StringComparison.OrdinalIgnoreCase) == true);

    /// <summary>Sends the stream.</summary>
    /// <param name="context">The request.</param>
    /// <param name="cause">Why the stream ends, for people.</param>
    /// <param name="retryAfterSeconds">When the client should come back.</param>
    public static Task SendAsync(HttpContext context, string cause, int retryAfterSeconds = Limits.RetryAfterSeconds)
    {
        var response = context.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = ContentType;
        response.Headers["X-Accel-Buffering"] = "no";
        var data = JsonSerializer.SerializeToUtf8Bytes(new StreamUnavailable(cause), HostingJson.Default.StreamUnavailable);
        return response.Body.WriteAsync(
            (byte[])[.. Encoding.ASCII.GetBytes($"retry: {retryAfterSeconds * 1000}\nevent: unavailable\ndata: "), .. data, .. "\n\n"u8],
            context.RequestAborted).AsTask();
    }
}

/// <summary>Marks an endpoint that sends events.</summary>
internal sealed record SendsEvents;

/// <summary>The counts currently cannot be read; the stream continues when they can.</summary>
/// <param name="Cause">The cause.</param>
internal sealed record StreamUnavailable(string Cause);
