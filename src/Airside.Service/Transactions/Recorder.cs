using Airside.Core.Transactions;
using Airside.Service.Configuration;
using Airside.Service.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Airside.Service.Transactions;

/// <summary>Records the single transaction of a request: checks route and key, waits for the commit, marks a replay.</summary>
internal sealed class Recorder(
    GroupCommit groupCommit, GroupCommitMetrics metrics, TransactionLog log, TimeProvider timeProvider, AirsideOptions options)
{
    public const string KeyHeader = "Idempotency-Key";

    public const string ReplayedHeader = "Idempotent-Replayed";

    public async ValueTask<RecordResult> RecordAsync(string route, HttpContext context)
    {
        if (!FlightRoute.TryParse(route, out var flightRoute))
        {
            metrics.Invalid(1);
            return new RecordResult(RouteProblems.Invalid(route));
        }

        if (!TryReadKey(context.Request, out var key, out var cause))
        {
            metrics.Invalid(1);
            var isMissing = !context.Request.Headers.ContainsKey(KeyHeader);
            return new RecordResult(Problems.BadRequest(isMissing ? "missing-key" : "invalid-key", cause!));
        }

        var transaction = new Transaction(flightRoute, key);

        // Not cancelled when the client disconnects: the wait is one commit, and the client must retry with its key anyway.
        var outcomes = await groupCommit.RecordAsync(new[] { transaction }, CancellationToken.None);
        var outcome = outcomes[0];
        log.Settled(outcome.Route != flightRoute ? "refused" : outcome.IsReplay ? "replayed" : "recorded");
        if (outcome.Route != flightRoute)
        {
            return new RecordResult(Problems.Problem(
                StatusCodes.Status422UnprocessableEntity, "key-reused", KeyReused(outcome.Route, flightRoute)));
        }

        if (outcome.IsReplay)
        {
            context.Response.Headers[ReplayedHeader] = "true";
        }

        return new RecordResult(transaction, outcome);
    }

    /// <summary>Returns the problem detail of a key that is already recorded for another route.</summary>
    public static string KeyReused(FlightRoute recorded, FlightRoute asked) =>
        $"The transaction key is already recorded for route {recorded}, so it cannot be used for {asked}. Nothing was recorded. Use a "
        + "new key for a new transaction.";

    private bool TryReadKey(HttpRequest request, out TransactionKey key, out string? cause)
    {
        var values = request.Headers[KeyHeader];
        if (values.Count == 0 && options.RequiresTransactionKey)
        {
            key = default;
            cause = $"The request has no header {KeyHeader}, and {Setting.RequireKeySetting} is true. Send an id of your own for the "
                + $"transaction, such as '{KeyHeader}: {TransactionKey.Create(timeProvider)}', and the same one when you send it again.";
            return false;
        }

        if (values.Count == 0)
        {
            key = TransactionKey.Create(timeProvider);
            cause = null;
            return true;
        }

        if (values.Count > 1)
        {
            key = default;
            cause = $"The header {KeyHeader} occurs {values.Count} times; a request has one key.";
            return false;
        }

        return TransactionKey.TryCreate(values[0], out key, out cause);
    }
}

/// <summary>The result of recording the transaction of a request: recorded, or a problem.</summary>
internal readonly struct RecordResult
{
    public RecordResult(Transaction transaction, RecordOutcome outcome) => Recorded = (transaction, outcome);

    public RecordResult(ProblemHttpResult problem) => Problem = problem;

    /// <summary>Why nothing was recorded, or null.</summary>
    public ProblemHttpResult? Problem { get; }

    /// <summary>The transaction and its outcome, if there is no problem.</summary>
    public (Transaction Transaction, RecordOutcome Outcome) Recorded { get; }
}

/// <summary>Marks an endpoint that reads the header <see cref="Recorder.KeyHeader"/>.</summary>
internal sealed record AcceptsTransactionKey;
