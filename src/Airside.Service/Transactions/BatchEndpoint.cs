using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading.RateLimiting;
using Airside.Core;
using Airside.Core.Transactions;
using Airside.Service.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace Airside.Service.Transactions;

/// <summary><c>POST /api/v1/transactions</c>.</summary>
internal static class BatchEndpoint
{
    private const string Item = "{\"route\":\"AR1133\",\"key\":\"…\"}";

    /// <summary>Records a batch.</summary>
    public static async Task<Results<Ok<BatchResponse>, ProblemHttpResult>> RecordAsync(
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
            return Problems.UnsupportedMediaType(request.ContentType, [BatchReader.Json, .. BatchReader.NdJsonNames]);
        }

        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancellationToken);
        if (Read(body.GetBuffer().AsSpan(0, (int)body.Length), isNdJson, out var problem) is not { } transactions)
        {
            metrics.Invalid(1);
            return problem!;
        }

        try
        {
            return TypedResults.Ok(Answer(transactions, await groupCommit.RecordAsync(transactions, cancellationToken)));
        }
        catch (RoutesLimitException limit)
        {
            var index = limit.Indexes[0];
            return Problems.RoutesLimit(
                $"Item {index} of the batch has a new route, {transactions[index].Route}. {limit.Message} Nothing was recorded.",
                new Dictionary<string, object?>(StringComparer.Ordinal) { ["index"] = index });
        }
    }

    /// <summary>Creates the limiter of batches that are read concurrently.</summary>
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
            problem = Problems.BadRequest(
                "malformed-json",
                $"The body cannot be read: {CauseOf(exception, body)} Nothing was recorded. Send an array of {Item} as {BatchReader.Json}, "
                + $"or one item per line as {BatchReader.NdJson}.");
            return null;
        }

        problem = batch switch
        {
            { Items: > Limits.BatchTransactionsMax } => Problems.TooLarge(
                $"The batch has more than {Limits.BatchTransactionsMax} items ({nameof(Limits.BatchTransactionsMax)}). "
                + "Nothing was recorded. Send it in several batches."),
            { Items: 0 } => Problems.BadRequest("empty-batch", $"The batch has no items. Nothing was recorded. An item is {Item}."),
            { Errors.Count: > 0 } => Problems.Problem(
                StatusCodes.Status400BadRequest,
                "invalid-batch",
                $"Item {batch.Errors[0].Index} of the batch is not valid: {batch.Errors[0].Cause} Nothing was recorded. Correct "
                + "the items in 'errors' and send the batch again.",
                new Dictionary<string, object?>(StringComparer.Ordinal) { ["errors"] = batch.Errors.ToArray() }),
            _ => null,
        };
        return problem is null ? [.. batch.Transactions] : null;
    }

    /// <summary>Some shells write UTF-16, which the JSON reader reports as a strange first byte.</summary>
    private static string CauseOf(JsonException exception, ReadOnlySpan<byte> body) =>
        body is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] ? "it is UTF-16, not UTF-8." : exception.Message;

    private static BatchResponse Answer(Transaction[] transactions, RecordOutcome[] outcomes)
    {
        var items = new BatchItemResponse[transactions.Length];
        var (recorded, replayed, refused) = (0, 0, 0);
        for (var i = 0; i < items.Length; i++)
        {
            var (route, key) = transactions[i];
            var outcome = outcomes[i];
            if (outcome.Route != route)
            {
                refused++;
                items[i] = new BatchItemResponse(
                    route.ToString(), key.ToString(), "refused", null, Recorder.KeyReused(outcome.Route, route));
            }
            else
            {
                (recorded, replayed) = outcome.IsReplay ? (recorded, replayed + 1) : (recorded + 1, replayed);
                items[i] = new BatchItemResponse(
                    route.ToString(), key.ToString(), outcome.IsReplay ? "replayed" : "recorded", outcome.Total, null);
            }
        }

        return new BatchResponse(recorded, replayed, refused, items);
    }
}

/// <summary>One transaction of a batch, as sent.</summary>
/// <param name="Route">Its route.</param>
/// <param name="Key">Its key.</param>
internal sealed record BatchItem(string Route, string Key);

/// <summary>The result of a batch.</summary>
/// <param name="Recorded">Number of newly recorded items.</param>
/// <param name="Replayed">Number of items whose key was already recorded.</param>
/// <param name="Refused">Number of items whose key is recorded for another route.</param>
/// <param name="Transactions">The items, in the order sent.</param>
internal sealed record BatchResponse(int Recorded, int Replayed, int Refused, IReadOnlyList<BatchItemResponse> Transactions);

/// <summary>The result of one item of a batch.</summary>
/// <param name="Route">Its route.</param>
/// <param name="Key">Its key.</param>
/// <param name="Status"><c>recorded</c>, <c>replayed</c> or <c>refused</c>.</param>
/// <param name="Transactions">Total of the route right after the item; null if it was refused.</param>
/// <param name="Cause">Why it was refused; absent otherwise.</param>
internal sealed record BatchItemResponse(
    string Route,
    string Key,
    string Status,
    long? Transactions,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Cause);
