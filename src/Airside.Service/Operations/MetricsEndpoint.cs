using Airside.Service.Configuration;
using Airside.Service.Security;
using Airside.Service.Telemetry;
using Microsoft.Net.Http.Headers;

namespace Airside.Service.Operations;

/// <summary><c>GET /metrics</c>.</summary>
internal static class MetricsEndpoint
{
    private const string OpenMetrics = "application/openmetrics-text";
    private const string Text = "text/plain";

    /// <summary>Maps the endpoint and starts collecting.</summary>
    public static void MapMetrics(this IEndpointRouteBuilder routes, AirsideOptions options)
    {
        // Created here rather than at the first request, to count from the start; and before the store, so what the store reports while
        // it closes is still sent.
        var services = routes.ServiceProvider;
        _ = services.GetService<TelemetryExport>();
        var metrics = services.GetRequiredService<PrometheusMetrics>();
        if (options.Otlp is { SendsMetrics: true })
        {
            _ = services.GetRequiredService<StateMetrics>();
        }

        routes.MapGet("/metrics", IResult (HttpContext context) =>
            {
                // Observable instruments read current values and keep no counts, so the first reader can create them.
                _ = services.GetRequiredService<StateMetrics>();
                var text = metrics.Export(WantsOpenMetrics(context.Request));
                context.Response.Headers.Vary = HeaderNames.Accept;
                return TypedResults.Text(text.ToString(), text.ContentType);
            })
            .Produces<string>(StatusCodes.Status200OK, Text, OpenMetrics)
            .WithTags("Operation")
            .WithName("GetMetrics")
            .WithSummary("Shows metrics in the Prometheus text format, or in OpenMetrics with exemplars if the client prefers it")
            .RequireScope(Scopes.Read);
    }

    /// <summary>Returns whether a client accepts OpenMetrics and does not prefer the older format.</summary>
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
