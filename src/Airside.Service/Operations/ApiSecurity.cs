using Airside.Service.Configuration;
using Airside.Service.Security;
using Microsoft.OpenApi;

namespace Airside.Service.Operations;

/// <summary>Describes how an API key is sent, and which operations need one.</summary>
internal static class ApiSecurity
{
    private const string Bearer = "bearer";
    private const string Header = "header";

    /// <summary>Adds the two ways to send a key.</summary>
    public static void Describe(OpenApiDocument document)
    {
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
        {
            [Bearer] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "An API key, as `Authorization: Bearer ak_…`.",
            },
            [Header] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Header,
                Name = ApiKeyAuthentication.KeyHeader,
                Description = "An API key, for clients that cannot set `Authorization`.",
            },
        };
    }

    /// <summary>Says which keys an operation takes. Reading needs none unless the service is configured so.</summary>
    public static void Describe(OpenApiOperation operation, IList<object> endpointMetadata, OpenApiDocument document)
    {
        var scope = endpointMetadata.OfType<RequiredScope>().LastOrDefault()?.Scope;
        operation.Security = scope is null
            ? NoKey
            : [Requirement(Bearer, document), Requirement(Header, document), .. scope == Scopes.Read ? NoKey : []];
    }

    private static OpenApiSecurityRequirement[] NoKey => [new OpenApiSecurityRequirement()];

    private static OpenApiSecurityRequirement Requirement(string scheme, OpenApiDocument document) =>
        new() { [new OpenApiSecuritySchemeReference(scheme, document)] = [] };
}
