using Airside.Service.Security;
using Microsoft.Net.Http.Headers;

namespace Airside.Service.Telemetry;

/// <summary><c>GET /metrics</c>.</summary>
internal static class MetricsEndpoint
{
    private const string OpenMetrics = "application/openmetrics-text";
    private const string Text = "text/plain";

    /// <summary>Maps the endpoint, and begins to gather.</summary>
    public static void MapMetrics(this IEndpointRouteBuilder routes)
    {
        // Made now rather than at the first request, so that they count from the start; and before the store, so that what is told of
        // its end is still sent.
        _ = routes.ServiceProvider.GetService<TelemetryExport>();
        var metrics = routes.ServiceProvider.GetRequiredService<PrometheusMetrics>();
        routes.MapGet("/metrics", IResult (HttpContext context) =>
            {
                var text = metrics.Export(WantsOpenMetrics(context.Request));
                context.Response.Headers.Vary = HeaderNames.Accept;
                return TypedResults.Text(text.ToString(), text.ContentType);
            })
            .WithTags("Operation")
            .WithName("GetMetrics")
            .WithSummary("Shows metrics in the Prometheus text format, or in OpenMetrics with exemplars where that is preferred")
            .RequireScope(Scopes.Read);
    }

    /// <summary>Whether a client names OpenMetrics, and likes the older format no better.</summary>
    internal static bool WantsOpenMetrics(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted))
        {
            return false;
        }

        var openMetrics = QualityOf(OpenMetrics);
        return openMetrics > 0 && openMetrics >= QualityOf(Text);

        double QualityOf(string type) => accepted
            .Where(one => one.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase))
            .Select(one => one.Quality ?? 1).DefaultIfEmpty(0).Max();
    }
}
