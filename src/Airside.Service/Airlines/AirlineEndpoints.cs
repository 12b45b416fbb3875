using Airside.Core;
using Airside.Core.Airlines;
using Airside.Service.Configuration;
using Airside.Service.Hosting;
using Airside.Service.Security;
using Airside.Service.Telemetry;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace Airside.Service.Airlines;

/// <summary><c>GET /api/v1/airlines</c>, <c>GET /api/v1/airlines/{id}</c>, <c>POST /api/v1/load/airlines</c> and its preview.</summary>
internal static class AirlineEndpoints
{
    private const string Csv = "text/csv";

    /// <summary>Adds the active catalog and the source that it is loaded from.</summary>
    public static void AddAirlines(this WebApplicationBuilder builder)
    {
        builder.AddJson(AirlinesJson.Default);
        builder.Services.AddExceptionHandler<AirlineExceptions>();
        builder.Services.AddSingleton<CatalogMetrics>();
        builder.Services.AddSingleton<CurrentCatalog>();
        builder.Services.AddSingleton<AirlineSource>();
        builder.Services.AddHostedService<CatalogFollower>();
    }

    public static void MapAirlines(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1").WithTags("Airlines").RequireScope(Scopes.Read);
        var loading = routes.MapGroup("/api/v1").WithTags("Airlines").RequireScope(Scopes.LoadAirlines);
        group.MapGet("/airlines", List)
            .WithName("ListAirlines")
            .WithSummary("Lists airlines")
            .WithDescription(
                "Without parameters: all airlines in one response, with an ETag. With parameters: a page of those that match all of them, "
                + "with any of the values of a repeated one. A search ignores case and accents; airlines with exactly that code come "
                + "first.")
            .Produces<AirlineListResponse>()
            .Produces(StatusCodes.Status304NotModified)
            .ProducesProblem(StatusCodes.Status400BadRequest);
        group.MapGet("/airlines/{id}", Get)
            .WithName("GetAirline")
            .WithSummary("Shows one airline")
            .Produces<AirlineResponse>()
            .Produces(StatusCodes.Status304NotModified)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);
        Describe(loading.MapPost("/load/airlines", LoadAsync))
            .WithName("LoadAirlines")
            .WithSummary("Loads airlines, all or nothing")
            .WithDescription(
                "Without a body: from the configured source. With a body (text/csv): from the body, in the OpenFlights format. With "
                + "`version`: only if the airlines have the version that a preview showed. A load that would drop more than half of the "
                + "airlines, other than the sample, returns 409 until `confirm` has that version.")
            .ProducesProblem(StatusCodes.Status409Conflict);
        Describe(loading.MapPost("/load/airlines/preview", PreviewAsync))
            .WithName("PreviewAirlines")
            .WithSummary("Shows what a load would change, without changing anything")
            .WithDescription(
                "Reads and checks the airlines as a load does. Send the response's `version` with the load, as `confirm` if the response "
                + "says `dropsMost`.");
    }

    private static RouteHandlerBuilder Describe(RouteHandlerBuilder load) => load
        .Accepts<string>(isOptional: true, Csv)
        .WithMetadata(new RequestSizeLimitAttribute(Limits.AirlineFileBytesMax))
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status502BadGateway)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
        .ProducesProblem(StatusCodes.Status504GatewayTimeout);

    private static Results<EncodedJson, ProblemHttpResult> List(
        CurrentCatalog catalog, HttpContext context,
        [FromQuery] string[]? q, [FromQuery] string[]? country, [FromQuery] string[]? active, [FromQuery] string[]? iata,
        [FromQuery] string[]? icao, string? limit, string? cursor)
    {
        var current = catalog.Current;
        var query = AirlineQuery.Read(new AirlineFilters(q, country, active, iata, icao), limit, cursor, out var error);
        if (error is not null)
        {
            return Problems.BadRequest("invalid-parameter", error);
        }

        if (query is null)
        {
            var (body, contentEncoding) = current.ListFor(context.Request.Headers.AcceptEncoding);
            return new EncodedJson(body, current.ETag(contentEncoding), contentEncoding);
        }

        var (positions, nextCursor) = query.Apply(current.Catalog);
        return new EncodedJson(current.ListOf(positions, nextCursor), current.ETag());
    }

    private static Results<EncodedJson, ProblemHttpResult> Get(CurrentCatalog catalog, string id)
    {
        var current = catalog.Current;
        if (!int.TryParse(id, out var number) || current.Catalog.PositionOf(number) is var position && position < 0)
        {
            return Problems.NotFound("unknown-airline", $"No airline has the id '{DisplayText.Shorten(id)}'. /api/v1/airlines lists all.");
        }

        return new EncodedJson(current.AirlineAt(position), current.ETag());
    }

    private static async Task<Results<Ok<LoadResponse>, ProblemHttpResult>> LoadAsync(
        CurrentCatalog catalog,
        AirlineSource source,
        AuditLog audit,
        HttpContext context,
        string? version,
        string? confirm,
        CancellationToken cancellationToken)
    {
        // The audit log records who changed what, with the request's trace id.
        TraceIds.Ensure(context);
        if (FileOf(context, source) is not { } file)
        {
            return NotCsv(context);
        }

        EncodedCatalog loaded;
        try
        {
            loaded = await catalog.LoadAsync(file.Name, file.Open, new ExpectedLoad(version, confirm), cancellationToken);
        }
        catch (Exception exception) when (exception is AirlineSourceException or InvalidAirlineFileException or UnconfirmedLoadException)
        {
            audit.CatalogRefused(context, file.Name, exception.Message);
            throw;
        }

        audit.CatalogLoaded(context, file.Name, loaded.Catalog.Version, loaded.Catalog.Airlines.Count);
        return TypedResults.Ok(new LoadResponse(
            "Data Loaded", loaded.Catalog.Source, loaded.Catalog.Airlines.Count, loaded.Catalog.Version));
    }

    private static async Task<Results<Ok<PreviewResponse>, ProblemHttpResult>> PreviewAsync(
        CurrentCatalog catalog, AirlineSource source, HttpContext context, CancellationToken cancellationToken)
    {
        if (FileOf(context, source) is not { } file)
        {
            return NotCsv(context);
        }

        var (before, after) = await catalog.PreviewAsync(file.Name, file.Open, cancellationToken);
        return TypedResults.Ok(PreviewResponse.From(CatalogChanges.Between(before, after), after));
    }

    /// <summary>Returns the configured source, or the body if there is one; null if the body is not CSV.</summary>
    private static (string Name, Func<CancellationToken, Task<Stream>> Open)? FileOf(HttpContext context, AirlineSource source)
    {
        var request = context.Request;
        if (!HasBody(context))
        {
            return (source.Name, source.OpenAsync);
        }

        return IsCsv(request.ContentType) ? ("body", _ => Task.FromResult(request.Body)) : null;
    }

    private static ProblemHttpResult NotCsv(HttpContext context) =>
        Problems.UnsupportedMediaType(context.Request.ContentType, Csv);

    /// <summary>
    /// Returns whether the request sends a file. An empty body declared as CSV is an empty file, not a request for the configured source.
    /// </summary>
    private static bool HasBody(HttpContext context) =>
        IsCsv(context.Request.ContentType)
        || context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true };

    private static bool IsCsv(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && type.MediaType.Equals(Csv, StringComparison.OrdinalIgnoreCase)
        && (!type.Charset.HasValue || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase));
}

/// <summary>The result of a load.</summary>
/// <param name="Message">Always <c>Data Loaded</c>, as in the predecessors.</param>
/// <param name="Source">Where the airlines came from.</param>
/// <param name="Airlines">Number of airlines.</param>
/// <param name="Version">Version of the catalog that is now active.</param>
internal sealed record LoadResponse(string Message, string Source, int Airlines, string Version);
