using Airside.Service.Security;

namespace Airside.Service.Telemetry;

/// <summary><c>GET /metrics</c>.</summary>
internal static class MetricsEndpoint
{
    /// <summary>Begins to gather metrics.</summary>
    public static void AddPrometheusMetrics(this WebApplicationBuilder builder) =>
        builder.Services.AddSingleton<PrometheusMetrics>();

    /// <summary>Maps the endpoint.</summary>
    public static void MapMetrics(this IEndpointRouteBuilder routes)
    {
        // Made now rather than at the first request, so that it counts from the start.
        var metrics = routes.ServiceProvider.GetRequiredService<PrometheusMetrics>();
        routes.MapGet("/metrics", () => TypedResults.Text(metrics.Export(), PrometheusText.ContentType))
            .WithTags("Operation")
            .WithName("GetMetrics")
            .WithSummary("Shows metrics in the Prometheus text format")
            .RequireScope(Scopes.Read);
    }
}
