using Airside.Service.Configuration;
using Airside.Service.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Airside.Service.Operations;

/// <summary><c>GET /config</c> and <c>GET /configs</c>: the current settings with their source.</summary>
internal static class ConfigurationEndpoints
{
    public static void MapConfiguration(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").WithTags("Operation").RequireScope(Scopes.Read);
        group.MapGet("/config", Show)
            .WithName("GetConfig")
            .WithSummary("Shows the current settings with their source; secrets only as set or not set");
        group.MapGet("/configs", Show)
            .WithName("GetConfigs")
            .WithSummary("Same as /config");
    }

    private static Ok<ConfigurationResponse> Show(IConfiguration configuration, HttpRequest request)
    {
        var predecessors = Setting.Predecessors
            .Select(setting => configuration.Current(setting))
            .ToDictionary(setting => setting.Key, StringComparer.Ordinal);
        var baseUrl = predecessors["API_BASE_URL"];
        return TypedResults.Ok(new ConfigurationResponse(
            predecessors["SECRET_KEY"].Value,
            predecessors["DB_PASSWORD"].Value,
            baseUrl.Value.Length > 0 ? baseUrl.Value : $"{request.Scheme}://{request.Host}{request.PathBase}",
            predecessors["LOG_LEVEL"].Value,
            predecessors["MAX_CONNECTIONS"].Value,
            [.. predecessors.Values, .. Setting.All.Select(setting => configuration.Current(setting))]));
    }
}
