using Airside.Core;
using Airside.Core.Transactions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Airside.Service.Transactions;

/// <summary>Records the one transaction of a request: checks route and key, waits for the commit, marks a repeat.</summary>
internal sealed class Recorder(GroupCommit groupCommit, GroupCommitMetrics metrics, TransactionLog log, TimeProvider timeProvider)
{
    /// <summary>The request header that holds the transaction key.</summary>
    public const string KeyHeader = "Idempotency-Key";

    /// <summary>The response header that marks a repeat.</summary>
    public const string ReplayedHeader = "Idempotent-Replayed";

    /// <summary>Records the transaction of a request, or says what is wrong with it.</summary>
    public async ValueTask<Recording> RecordAsync(string route, HttpContext context)
    {
        if (!FlightRoute.TryParse(route, out var flightRoute))
        {
            metrics.Invalid(1);
            return new Recording(RouteProblems.Invalid(route));
        }

        if (!TryReadKey(context.Request, out var key, out var cause))
        {
            metrics.Invalid(1);
            return new Recording(Problems.BadRequest("invalid-key", cause!));
        }

        var transaction = new Transaction(flightRoute, key);

        // Not cancelled when the client goes away: the wait is one commit, and whoever sent it has to repeat it by its key anyway.
        var outcomes = await groupCommit.RecordAsync(new[] { transaction }, CancellationToken.None);
        var outcome = outcomes[0];
        log.Settled(outcome.Route != flightRoute ? "refused" : outcome.IsReplay ? "replayed" : "recorded");
        if (outcome.Route != flightRoute)
        {
            return new Recording(Problems.Problem(
                StatusCodes.Status422UnprocessableEntity, "key-reused", KeyReused(outcome.Route, flightRoute)));
        }

        if (outcome.IsReplay)
        {
            context.Response.Headers[ReplayedHeader] = "true";
        }

        return new Recording(transaction, outcome);
    }

    /// <summary>What is said of a key that stands for another route already.</summary>
    public static string KeyReused(FlightRoute recorded, FlightRoute asked) =>
        $"The transaction key is recorded for route {recorded} already, so it cannot be used for {asked}. Nothing was recorded.";

    private bool TryReadKey(HttpRequest request, out TransactionKey key, out string? cause)
    {
        var values = request.Headers[KeyHeader];
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

/// <summary>What became of the transaction of a request: recorded, or a problem.</summary>
internal readonly struct Recording
{
    public Recording(Transaction transaction, RecordOutcome outcome) => Recorded = (transaction, outcome);

    public Recording(ProblemHttpResult problem) => Problem = problem;

    /// <summary>Why nothing was recorded, or null.</summary>
    public ProblemHttpResult? Problem { get; }

    /// <summary>The transaction and its outcome, when there is no problem.</summary>
    public (Transaction Transaction, RecordOutcome Outcome) Recorded { get; }
}
