using Airside.Core;
using Airside.Service.Configuration;
using Microsoft.Net.Http.Headers;

namespace Airside.Service.Security;

/// <summary>Which pages of other origins may call the API from a browser (CORS): none, unless the setting lists their origins.</summary>
internal static class CrossOrigin
{
    public static void AddCrossOrigin(this WebApplicationBuilder builder, SecurityOptions options)
    {
        if (options.CorsOrigins.Count == 0)
        {
            return;
        }

        // A function rather than a list: with a list of one, responses would not vary by origin, and a cache could mix them.
        builder.Services.AddCors(cors => cors.AddDefaultPolicy(policy => policy
            .SetIsOriginAllowed(options.CorsOrigins.Contains)
            .WithMethods(HttpMethods.Get, HttpMethods.Head, HttpMethods.Post)
            .WithHeaders(
                HeaderNames.Authorization, ApiKeyAuthentication.KeyHeader, "Idempotency-Key", HeaderNames.ContentType,
                HeaderNames.IfNoneMatch, "Last-Event-ID", HeaderNames.TraceParent, HeaderNames.TraceState)
            .WithExposedHeaders(HeaderNames.ETag, "Idempotent-Replayed", HeaderNames.Location, HeaderNames.RetryAfter)
            .SetPreflightMaxAge(TimeSpan.FromSeconds(Limits.PreflightAgeSeconds))));
    }

    public static void UseCrossOrigin(this WebApplication app, SecurityOptions options)
    {
        if (options.CorsOrigins.Count > 0)
        {
            app.UseCors();
        }
    }
}
