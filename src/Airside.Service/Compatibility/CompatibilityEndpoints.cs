using Airside.Core.Transactions;
using Airside.Service.Configuration;
using Airside.Service.Hosting;
using Airside.Service.Security;
using Airside.Service.Transactions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Airside.Service.Compatibility;

/// <summary>The URLs and responses of the services that Airside replaces, so their clients need no change.</summary>
internal static class CompatibilityEndpoints
{
    public static void AddCompatibility(this WebApplicationBuilder builder) => builder.AddJson(CompatibilityJson.Default);

    /// <summary>Maps <c>/save-transaction/{route}</c> and <c>/get-transaction/{route}</c>.</summary>
    public static void MapCompatibility(this IEndpointRouteBuilder routes)
    {
        var reading = routes.MapGroup("").WithTags("Compatibility").RequireScope(Scopes.Read)
            .ProducesProblem(StatusCodes.Status400BadRequest);
        var writing = routes.MapGroup("").WithTags("Compatibility").RequireScope(Scopes.WriteTransactions)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType);
        writing.MapPost("/save-transaction/{route}", SaveAsync)
            .WithName("SaveTransaction")
            .WithSummary("Records one transaction and shows the total of its route, as the predecessors did")
            .WithMetadata(new AcceptsTransactionKey())
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .ProducesProblem(StatusCodes.Status507InsufficientStorage);
        reading.MapGet("/get-transaction/{route}", GetAsync)
            .WithName("GetTransaction")
            .WithSummary("Shows the total of a route, as the predecessors did");
        reading.MapPost("/get-transaction/{route}", GetAsync)
            .WithName("PostGetTransaction")
            .WithSummary("Shows the total of a route, as the predecessors did")
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType);
    }

    private static async Task<Results<Ok<Dictionary<string, long>>, ProblemHttpResult>> SaveAsync(
        Recorder recorder, string route, HttpContext context)
    {
        var recording = await recorder.RecordAsync(route, context);
        return recording.Problem is { } problem
            ? problem
            : Totals(route, recording.Recorded.Outcome.Total);
    }

    private static async Task<Results<Ok<Dictionary<string, long>>, ProblemHttpResult>> GetAsync(
        ITransactionLedger ledger, string route, CancellationToken cancellationToken) =>
        FlightRoute.TryParse(route, out var flightRoute)
            ? Totals(route, await ledger.TotalAsync(flightRoute, cancellationToken))
            : RouteProblems.Invalid(route);

    /// <summary>Names the route as it was sent, as the predecessors did: their clients look for that name.</summary>
    private static Ok<Dictionary<string, long>> Totals(string sent, long total) =>
        TypedResults.Ok(new Dictionary<string, long>(StringComparer.Ordinal) { [sent.Trim(' ').ToUpperInvariant()] = total });
}
