using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading.RateLimiting;
using Airside.Core;
using Airside.Core.Transactions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace Airside.Service.Transactions;

/// <summary><c>POST /api/v1/transactions</c>.</summary>
internal static class BatchEndpoint
{
    /// <summary>Records a batch.</summary>
    public static async Task<Results<Ok<BatchAnswer>, ProblemHttpResult>> RecordAsync(
        GroupCommit groupCommit, GroupCommitMetrics metrics, ConcurrencyLimiter limiter, HttpContext context,
        CancellationToken cancellationToken)
    {
        using var lease = limiter.AttemptAcquire();
        if (!lease.IsAcquired)
        {
            throw new OverloadedException(
                $"{Limits.BatchRequestsMax} batches are being read, the limit {nameof(Limits.BatchRequestsMax)}. "
                + "Nothing was recorded; try again.");
        }

        var request = context.Request;
        if (!TryReadType(request.ContentType, out var isNdJson))
        {
            return Problems.UnsupportedMediaType(request.ContentType, $"{BatchReader.Json} and {BatchReader.NdJson} in UTF-8");
        }

        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancellationToken);
        if (Read(body.GetBuffer().AsSpan(0, (int)body.Length), isNdJson, out var problem) is not { } transactions)
        {
            metrics.Invalid(1);
            return problem!;
        }

        var outcomes = await groupCommit.RecordAsync(transactions, cancellationToken);
        return TypedResults.Ok(Answer(transactions, outcomes));
    }

    /// <summary>Bounds the batches that are read at once.</summary>
    public static ConcurrencyLimiter Limiter() =>
        new(new ConcurrencyLimiterOptions { PermitLimit = Limits.BatchRequestsMax, QueueLimit = 0 });

    private static bool TryReadType(string? contentType, out bool isNdJson)
    {
        isNdJson = false;
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type)
            || (type.Charset.HasValue
                && !HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase)))
        {
            return false;
        }

        isNdJson = BatchReader.NdJsonNames.Contains(type.MediaType.Value, StringComparer.OrdinalIgnoreCase);
        return isNdJson || type.MediaType.Equals(BatchReader.Json, StringComparison.OrdinalIgnoreCase);
    }

    private static Transaction[]? Read(ReadOnlySpan<byte> body, bool isNdJson, out ProblemHttpResult? problem)
    {
        BatchReader batch;
        try
        {
            batch = BatchReader.Read(body, isNdJson);
        }
        catch (JsonException exception)
        {
            problem = Problems.BadRequest("malformed-json", $"The body cannot be read: {exception.Message} Nothing was recorded.");
            return null;
        }

        problem = batch switch
        {
            { Items: > Limits.BatchTransactionsMax } => Problems.TooLarge(
                $"The batch has more than {Limits.BatchTransactionsMax} items ({nameof(Limits.BatchTransactionsMax)}). "
                + "Nothing was recorded."),
            { Items: 0 } => Problems.BadRequest("empty-batch", "The batch has no item. Nothing was recorded."),
            { Errors.Count: > 0 } => Problems.Problem(
                StatusCodes.Status400BadRequest,
                "invalid-batch",
                $"Item {batch.Errors[0].Index} of the batch is not valid: {batch.Errors[0].Cause} Nothing was recorded.",
                new Dictionary<string, object?>(StringComparer.Ordinal) { ["errors"] = batch.Errors.ToArray() }),
            _ => null,
        };
        return problem is null ? [.. batch.Transactions] : null;
    }

    private static BatchAnswer Answer(Transaction[] transactions, RecordOutcome[] outcomes)
    {
        var items = new BatchItemAnswer[transactions.Length];
        var (recorded, replayed, refused) = (0, 0, 0);
        for (var i = 0; i < items.Length; i++)
        {
            var (route, key) = transactions[i];
            var outcome = outcomes[i];
            if (outcome.Route != route)
            {
                refused++;
                items[i] = new BatchItemAnswer(
                    route.ToString(), key.ToString(), "refused", null, Recorder.KeyReused(outcome.Route, route));
            }
            else
            {
                (recorded, replayed) = outcome.IsReplay ? (recorded, replayed + 1) : (recorded + 1, replayed);
                items[i] = new BatchItemAnswer(
                    route.ToString(), key.ToString(), outcome.IsReplay ? "replayed" : "recorded", outcome.Total, null);
            }
        }

        return new BatchAnswer(recorded, replayed, refused, items);
    }
}

/// <summary>One transaction of a batch as it is sent.</summary>
/// <param name="Route">Its route.</param>
/// <param name="Key">Its key.</param>
internal sealed record BatchItem(string Route, string Key);

/// <summary>What became of a batch.</summary>
/// <param name="Recorded">Number of items recorded now.</param>
/// <param name="Replayed">Number of items whose key was recorded before.</param>
/// <param name="Refused">Number of items whose key stands for another route.</param>
/// <param name="Transactions">The items in the order sent.</param>
internal sealed record BatchAnswer(int Recorded, int Replayed, int Refused, IReadOnlyList<BatchItemAnswer> Transactions);

/// <summary>What became of one item of a batch.</summary>
/// <param name="Route">Its route.</param>
/// <param name="Key">Its key.</param>
/// <param name="Status"><c>recorded</c>, <c>replayed</c> or <c>refused</c>.</param>
/// <param name="Transactions">Total of the route right after it; null when it was refused.</param>
/// <param name="Cause">Why it was refused; absent otherwise.</param>
internal sealed record BatchItemAnswer(
    string Route,
    string Key,
    string Status,
    long? Transactions,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Cause);
