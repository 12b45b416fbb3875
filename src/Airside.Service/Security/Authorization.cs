using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.RateLimiting;

namespace Airside.Service.Security;

/// <summary>Who may do what: each group of endpoints names the scope that it needs.</summary>
internal static class Authorization
{
    /// <summary>Adds keys, and where they are asked for the policies by scope.</summary>
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

        if (options.AsksForKeys)
        {
            services.AddAuthorization(AddPolicies);
        }
    }

    /// <summary>Tells who sends a request. Without a key configured nobody is asked, and it costs nothing.</summary>
    public static void UseKeys(this WebApplication app, SecurityOptions options)
    {
        app.Services.GetRequiredService<AuditLog>().Started(options, app.Services.GetRequiredService<CurrentKeys>().Ring.Keys.Count);
        if (options.HasKeys)
        {
            app.UseAuthentication();
        }
    }

    /// <summary>Refuses requests whose key does not have the scope of the endpoint.</summary>
    public static void UseScopes(this WebApplication app, SecurityOptions options)
    {
        if (options.AsksForKeys)
        {
            app.UseAuthorization();
        }
    }

    /// <summary>Endpoints for those whose key has a scope. One scope for each endpoint: a second one would be demanded as well.</summary>
    public static TBuilder RequireScope<TBuilder>(this TBuilder builder, string scope)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.Add(endpoint =>
        {
            endpoint.Metadata.Add(new RequiredScope(scope));
            endpoint.Metadata.Add(endpoint.ApplicationServices.GetRequiredService<SecurityOptions>().Demands(scope)
                ? new AuthorizeAttribute(scope)
                : new AllowAnonymousAttribute());
        });
        return builder;
    }

    /// <summary>Endpoints for everyone, whatever is configured: probes, and what a page needs to ask for a key.</summary>
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

        // An endpoint that nobody gave a scope is refused. What routing itself answers, such as 404 and 405, is for everyone.
        authorization.FallbackPolicy = new AuthorizationPolicyBuilder()
            .RequireAssertion(context => context.Resource is HttpContext http && http.GetEndpoint() is not RouteEndpoint)
            .Build();
    }
}

/// <summary>What a key must allow for an endpoint to be used.</summary>
/// <param name="Scope">The scope, or null where no key is ever needed.</param>
internal sealed record RequiredScope(string? Scope);
