using Airside.Core;
using Airside.Core.Stores;
using Airside.Core.Transactions;
using Airside.Service.Configuration;
using Airside.Service.Hosting;
using Airside.Service.Security;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Airside.Service.Transactions;

/// <summary><c>POST</c> and <c>GET /api/v1/routes/{route}/transactions</c>, <c>POST /api/v1/transactions</c>.</summary>
internal static class TransactionEndpoints
{
    /// <summary>Adds the recorder of transactions, the group commit in front of the ledger, and what turns old hours into days.</summary>
    public static void AddTransactions(this WebApplicationBuilder builder, AirsideOptions options)
    {
        builder.AddJson(TransactionsJson.Default);
        var services = builder.Services;
        services.AddSingleton<GroupCommitMetrics>();
        services.AddSingleton(provider => new GroupCommit(
            provider.GetRequiredService<ITransactionLedger>(),
            provider.GetRequiredService<GroupCommitMetrics>(),
            work: new BackgroundWork(
                "commit telemetry",
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<GroupCommit>>())));
        services.AddSingleton<TransactionLog>();
        services.AddSingleton<Recorder>();
        services.AddSingleton(provider => new HourlyHistory(
            options.HourlyHistoryDays,
            (TimeProvider?)provider.GetRequiredService<IStore>().Clock ?? provider.GetRequiredService<TimeProvider>()));
        services.AddHostedService<HistoryRollUp>();
        services.AddSingleton(_ => BatchEndpoint.Limiter());
    }

    public static void MapTransactions(this IEndpointRouteBuilder routes)
    {
        var reading = routes.MapGroup("/api/v1").WithTags("Transactions").RequireScope(Scopes.Read)
            .ProducesProblem(StatusCodes.Status400BadRequest);
        var writing = routes.MapGroup("/api/v1").WithTags("Transactions").RequireScope(Scopes.WriteTransactions)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType);
        writing.MapPost("/routes/{route}/transactions", RecordAsync)
            .WithName("RecordTransaction")
            .WithSummary("Records one transaction of a route, exactly once")
            .WithDescription("201 when it is recorded, 200 with Idempotent-Replayed: true when the key was already recorded.")
            .WithMetadata(new AcceptsTransactionKey())
            .Produces<RecordResponse>(StatusCodes.Status201Created)
            .Produces<RecordResponse>()
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .ProducesProblem(StatusCodes.Status507InsufficientStorage);
        reading.MapGet("/routes/{route}/transactions", TotalAsync)
            .WithName("GetTransactionTotal")
            .WithSummary("Shows the number of transactions of a route; 0 for a route without transactions")
            .Produces<TotalResponse>();
        writing.MapPost("/transactions", BatchEndpoint.RecordAsync)
            .WithName("RecordTransactions")
            .WithSummary("Records many transactions in one commit")
            .WithDescription(
                "The entire batch is validated first: one invalid item, and nothing is recorded. Items are recorded in order, each with "
                + "its own result. A key that is already recorded for another route refuses only its item.")
            .Accepts<BatchItem[]>(BatchReader.Json, BatchReader.NdJsonNames)
            .WithMetadata(new RequestSizeLimitAttribute(Limits.BatchBodyBytesMax))
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .ProducesProblem(StatusCodes.Status507InsufficientStorage);
        routes.MapRoutes();
    }

    private static async Task<Results<JsonResponse<RecordResponse>, ProblemHttpResult>> RecordAsync(
        Recorder recorder, string route, HttpContext context)
    {
        var recording = await recorder.RecordAsync(route, context);
        if (recording.Problem is { } problem)
        {
            return problem;
        }

        var (transaction, outcome) = recording.Recorded;
        var name = transaction.Route.ToString();
        var answer = new RecordResponse(name, outcome.Total, transaction.Key.ToString());
        return outcome.IsReplay
            ? new JsonResponse<RecordResponse>(answer, TransactionsJson.Default.RecordResponse)
            : new JsonResponse<RecordResponse>(
                answer,
                TransactionsJson.Default.RecordResponse,
                StatusCodes.Status201Created,
                $"{context.Request.PathBase}/api/v1/routes/{name}/transactions");
    }

    private static async Task<Results<JsonResponse<TotalResponse>, ProblemHttpResult>> TotalAsync(
        ITransactionLedger ledger, string route)
    {
        if (!FlightRoute.TryParse(route, out var flightRoute))
        {
            return RouteProblems.Invalid(route);
        }

        // One lookup by key ends before a client could cancel it; creating a token for that costs more than the lookup.
        var total = await ledger.TotalAsync(flightRoute, CancellationToken.None);
        return new JsonResponse<TotalResponse>(new TotalResponse(flightRoute.ToString(), total), TransactionsJson.Default.TotalResponse);
    }
}

/// <summary>Problem details for text that is not a route.</summary>
internal static class RouteProblems
{
    public static ProblemHttpResult Invalid(string route) => Problems.BadRequest("invalid-route", Detail(route));

    public static string Detail(string route) =>
        $"'{DisplayText.Shorten(route)}' is not a flight route. The name of one is {FlightRoute.Form}.";
}

/// <summary>A recorded transaction.</summary>
/// <param name="Route">Its route.</param>
/// <param name="Transactions">Total of the route right after it; a replay gets the original total.</param>
/// <param name="Key">Its key: the one sent, or the one that the service created.</param>
internal sealed record RecordResponse(string Route, long Transactions, string Key);

/// <summary>The number of transactions of a route.</summary>
/// <param name="Route">The route.</param>
/// <param name="Transactions">Its total.</param>
internal sealed record TotalResponse(string Route, long Transactions);
