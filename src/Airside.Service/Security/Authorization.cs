using Airside.Service.Configuration;
using Airside.Service.Telemetry;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;

namespace Airside.Service.Security;

/// <summary>Authorization by scope: each group of endpoints names the scope that it needs.</summary>
internal static class Authorization
{
    /// <summary>What may come before any endpoint with a scope: host, key, scope or origin, rate, and load.</summary>
    private static readonly int[] Refusals =
    [
        StatusCodes.Status400BadRequest, StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden,
        StatusCodes.Status429TooManyRequests, StatusCodes.Status503ServiceUnavailable,
    ];

    /// <summary>Adds keys and, if they are required, a policy for each scope.</summary>
    public static void AddKeys(this WebApplicationBuilder builder, SecurityOptions options)
    {
        var services = builder.Services;
        services.AddSingleton(options);
        services.AddSingleton<AuditLog>();
        services.AddSingleton<SecurityMetrics>();
        services.AddSingleton<CurrentKeys>();
        if (options.HasKeys)
        {
            services.AddAuthentication(ApiKeyAuthentication.SchemeName)
                .AddScheme<AuthenticationSchemeOptions, ApiKeyAuthentication>(ApiKeyAuthentication.SchemeName, null);
        }

        if (options.RequiresKeys)
        {
            services.AddAuthorization(AddPolicies);
        }
    }

    /// <summary>Identifies callers by their keys. Without a configured key no caller is identified, at no cost.</summary>
    public static void UseKeys(this WebApplication app, SecurityOptions options)
    {
        var (audit, keys) = (app.Services.GetRequiredService<AuditLog>(), app.Services.GetRequiredService<CurrentKeys>());
        app.Lifetime.ApplicationStarted.Register(() => audit.Started(options, keys.Ring.Keys.Count));
        if (options.HasKeys)
        {
            app.UseAuthentication();
        }
    }

    /// <summary>Refuses requests whose key does not have the scope of the endpoint.</summary>
    public static void UseScopes(this WebApplication app, SecurityOptions options)
    {
        if (options.RequiresKeys)
        {
            app.UseAuthorization();
        }
    }

    /// <summary>Requires a key with the scope. Set only one scope for each endpoint: a second one would be required too.</summary>
    public static TBuilder RequireScope<TBuilder>(this TBuilder builder, string scope)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.Add(endpoint =>
        {
            endpoint.Metadata.Add(new RequiredScope(scope));
            foreach (var status in Refusals)
            {
                endpoint.Metadata.Add(new ProducesResponseTypeMetadata(status, typeof(ProblemDetails), ["application/problem+json"]));
            }

            endpoint.Metadata.Add(endpoint.ApplicationServices.GetRequiredService<SecurityOptions>().Requires(scope)
                ? new AuthorizeAttribute(scope)
                : new AllowAnonymousAttribute());
        });
        return builder;
    }

    /// <summary>Opens endpoints to everyone, regardless of settings: probes, and what a page needs to prompt for a key.</summary>
    public static TBuilder AllowEveryone<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.Add(endpoint =>
        {
            endpoint.Metadata.Add(new RequiredScope(null));
            endpoint.Metadata.Add(new DisableRateLimitingAttribute());
            endpoint.Metadata.Add(new AllowAnonymousAttribute());
        });
        return builder;
    }

    private static void AddPolicies(AuthorizationOptions authorization)
    {
        foreach (var scope in Scopes.All)
        {
            authorization.AddPolicy(scope, policy => policy.RequireClaim(ApiKeyAuthentication.ScopeClaim, scope));
        }

        // An endpoint without a scope is refused. Routing's own responses, such as 404 and 405, are for everyone.
        authorization.FallbackPolicy = new AuthorizationPolicyBuilder()
            .RequireAssertion(context => context.Resource is HttpContext http && http.GetEndpoint() is not RouteEndpoint)
            .Build();
    }
}

/// <summary>The scope that an endpoint requires.</summary>
/// <param name="Scope">The scope, or null if no key is ever needed.</param>
internal sealed record RequiredScope(string? Scope);
