using Microsoft.Extensions.Primitives;

namespace Airside.Service.Security;

/// <summary>
/// Headers on every response that limit what browsers and caches may do with it. Responses for programs may do nothing; pages may use
/// what the service itself sends, but no inline script or style. A cache may keep only what an endpoint says it may.
/// </summary>
internal static class SecurityHeaders
{
    private const string NoFrames = "base-uri 'none'; frame-ancestors 'none'";

    private static readonly StringValues ForPrograms = $"default-src 'none'; {NoFrames}";

    private static readonly StringValues ForPages =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; "
        + NoFrames;

    // The Swagger UI page has one style element, allowed by its hash; a test detects a version with a different one.
    private static readonly StringValues ForApiDescription =
        "default-src 'none'; script-src 'self'; style-src 'self' 'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='; "
        + "img-src 'self' data:; connect-src 'self'; " + NoFrames;

    private static readonly StringValues NoSniffing = "nosniff";
    private static readonly StringValues NoReferrer = "no-referrer";
    private static readonly StringValues NoDevices = "camera=(), geolocation=(), microphone=()";
    private static readonly StringValues SameOrigin = "same-origin";
    private static readonly StringValues NoStore = "no-store";

    /// <summary>
    /// Adds the headers when a response starts, so a response that replaces another has them too. The content type identifies pages.
    /// </summary>
    public static void UseSecurityHeaders(this WebApplication app) => app.Use((context, next) =>
    {
        context.Response.OnStarting(static state =>
        {
            Add((HttpContext)state);
            return Task.CompletedTask;
        }, context);
        return next(context);
    });

    private static void Add(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = PolicyOf(context);
        headers.XContentTypeOptions = NoSniffing;
        headers["Referrer-Policy"] = NoReferrer;
        headers["Permissions-Policy"] = NoDevices;
        headers["Cross-Origin-Opener-Policy"] = SameOrigin;
        headers["Cross-Origin-Resource-Policy"] = SameOrigin;

        // Without this header a cache may keep a response for as long as it sees fit, even an error, and serve an old count.
        if (headers.CacheControl.Count == 0 || context.Response.StatusCode >= StatusCodes.Status400BadRequest)
        {
            headers.CacheControl = NoStore;
        }
    }

    private static StringValues PolicyOf(HttpContext context)
    {
        if (context.Response.ContentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) != true)
        {
            return ForPrograms;
        }

        return context.Request.Path.StartsWithSegments("/docs", StringComparison.Ordinal) ? ForApiDescription : ForPages;
    }
}
