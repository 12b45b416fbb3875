using Airside.Core;
using Airside.Core.Transactions;
using Airside.Service.Security;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Airside.Service.Transactions;

/// <summary>
/// <c>POST</c> and <c>GET /api/v1/routes/{route}/transactions</c>, <c>POST /api/v1/transactions</c>.
/// </summary>
internal static class TransactionEndpoints
{
    /// <summary>Maps the endpoints of transactions.</summary>
    public static void MapTransactions(this IEndpointRouteBuilder routes)
    {
        var reading = routes.MapGroup("/api/v1").WithTags("Transactions").RequireScope(Scopes.Read)
            .ProducesProblem(StatusCodes.Status400BadRequest);
        var writing = routes.MapGroup("/api/v1").WithTags("Transactions").RequireScope(Scopes.WriteTransactions)
            .ProducesProblem(StatusCodes.Status400BadRequest);
        writing.MapPost("/routes/{route}/transactions", RecordAsync)
            .WithName("RecordTransaction")
            .WithSummary("Records one transaction of a route, exactly once")
            .WithDescription("201 when it was recorded now, 200 with Idempotent-Replayed: true when the key was recorded before.")
            .Produces<RecordAnswer>(StatusCodes.Status201Created)
            .Produces<RecordAnswer>()
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        reading.MapGet("/routes/{route}/transactions", TotalAsync)
            .WithName("GetTransactionTotal")
            .WithSummary("Shows the number of transactions of a route; 0 for a route never seen")
            .Produces<TotalAnswer>();
        writing.MapPost("/transactions", BatchEndpoint.RecordAsync)
            .WithName("RecordTransactions")
            .WithSummary("Records many transactions in one commit")
            .WithDescription(
                "Validated whole: one wrong item and nothing is recorded. Recorded in order and answered per item. A key that is "
                + "recorded for another route already is refused for its item alone.")
            .Accepts<BatchItem[]>(BatchReader.Json, BatchReader.NdJsonNames)
            .WithMetadata(new RequestSizeLimitAttribute(Limits.BatchBodyBytesMax))
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<Results<JsonAnswer<RecordAnswer>, ProblemHttpResult>> RecordAsync(
        Recorder recorder, string route, HttpContext context)
    {
        var recording = await recorder.RecordAsync(route, context);
        if (recording.Problem is { } problem)
        {
            return problem;
        }

        var (transaction, outcome) = recording.Recorded;
        var name = transaction.Route.ToString();
        var answer = new RecordAnswer(name, outcome.Total, transaction.Key.ToString());
        return outcome.IsReplay
            ? new JsonAnswer<RecordAnswer>(answer, ApiJson.Default.RecordAnswer)
            : new JsonAnswer<RecordAnswer>(
                answer, ApiJson.Default.RecordAnswer, StatusCodes.Status201Created, $"/api/v1/routes/{name}/transactions");
    }

    private static async Task<Results<JsonAnswer<TotalAnswer>, ProblemHttpResult>> TotalAsync(
        ITransactionLedger ledger, string route)
    {
        if (!FlightRoute.TryParse(route, out var flightRoute))
        {
            return RouteProblems.Invalid(route);
        }

        // One look-up by key, over before a client could give it up; making a token for that costs more than the look-up.
        var total = await ledger.TotalAsync(flightRoute, CancellationToken.None);
        return new JsonAnswer<TotalAnswer>(new TotalAnswer(flightRoute.ToString(), total), ApiJson.Default.TotalAnswer);
    }
}

/// <summary>What is said of text that names no route.</summary>
internal static class RouteProblems
{
    /// <summary>Says how the name of a route must look.</summary>
    public static ProblemHttpResult Invalid(string route) => Problems.BadRequest("invalid-route", Detail(route));

    /// <summary>The same as a sentence.</summary>
    public static string Detail(string route) =>
        $"'{Shown.Text(route)}' is not a flight route. A route such as AR1133 is an airline designator of two or three letters or "
        + "digits, one to four digits and an optional letter: [A-Z0-9]{2,3}[0-9]{1,4}[A-Z]?.";
}

/// <summary>A transaction that is recorded.</summary>
/// <param name="Route">Its route.</param>
/// <param name="Transactions">Total of the route right after it; a repeat gets the total of the first time.</param>
/// <param name="Key">Its key: the one sent, or the one that the service made.</param>
internal sealed record RecordAnswer(string Route, long Transactions, string Key);

/// <summary>The number of transactions of a route.</summary>
/// <param name="Route">The route.</param>
/// <param name="Transactions">Its total.</param>
internal sealed record TotalAnswer(string Route, long Transactions);
