using System.Security.Cryptography;
using Airside.Core;
using Amazon.DynamoDBv2.Model;

namespace Airside.Stores.DynamoDb;

/// <summary>
/// Counts the routes of the table and corrects the item that counts them: the first time, and then once a day. One process does it; what
/// the others reserve meanwhile is kept.
/// </summary>
internal sealed class RouteRecount(DynamoDbTable table, TimeProvider timeProvider)
{
    /// <summary>Longer than a transaction may be on its way: what was reserved before has been created by then, or never will be.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(2 * Limits.StoreTimeoutMs);

    /// <summary>Counts the routes and corrects the item, unless another process has begun to.</summary>
    /// <param name="known">The item as it was read.</param>
    /// <param name="cancellationToken">Cancels the recount; another one follows a day later.</param>
    /// <exception cref="StoreUnavailableException">The table could not be read or written.</exception>
    public async Task RunAsync(RouteCount known, CancellationToken cancellationToken)
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        if (await BeginAsync(known, id, cancellationToken) is { } before)
        {
            await Task.Delay(Settling, timeProvider, cancellationToken);
            var routes = await table.CountRoutesAsync(cancellationToken);
            await CorrectAsync(routes - (before.Routes ?? 0), id, cancellationToken);
        }
    }

    /// <summary>Returns the item at the beginning, or null if another process was quicker.</summary>
    private async Task<RouteCount?> BeginAsync(RouteCount known, string id, CancellationToken cancellationToken)
    {
        var request = new UpdateItemRequest
        {
            TableName = table.Name,
            Key = RouteCount.Key,
            UpdateExpression = "SET #countedAt = :now, #recount = :id",
            ConditionExpression = (known.CountedAtMs == 0 ? "attribute_not_exists(#countedAt)" : "#countedAt = :known")
                + " OR #recount = :id", // An attempt without a response may have taken effect.
            ExpressionAttributeNames = new()
            {
                ["#countedAt"] = RouteCount.CountedAtAttribute, ["#recount"] = RouteCount.RecountAttribute,
            },
            ExpressionAttributeValues = new()
            {
                [":now"] = TableLayout.Number(timeProvider.GetUtcNow().ToUnixTimeMilliseconds()), [":id"] = TableLayout.Text(id),
            },
            ReturnValues = "ALL_NEW",
        };
        if (known.CountedAtMs != 0)
        {
            request.ExpressionAttributeValues[":known"] = TableLayout.Number(known.CountedAtMs);
        }

        return await table.UpdateAsync(request, table.BackgroundBudget(), cancellationToken) is { } item ? RouteCount.From(item) : null;
    }

    /// <summary>Adds the difference, once: an import that finished meanwhile has set the count itself.</summary>
    private Task CorrectAsync(long difference, string id, CancellationToken cancellationToken) => table.UpdateAsync(
        new UpdateItemRequest
        {
            TableName = table.Name,
            Key = RouteCount.Key,
            UpdateExpression = "ADD #routes :difference REMOVE #recount",
            ConditionExpression = "#recount = :id",
            ExpressionAttributeNames = new() { ["#routes"] = RouteCount.RoutesAttribute, ["#recount"] = RouteCount.RecountAttribute },
            ExpressionAttributeValues = new() { [":difference"] = TableLayout.Number(difference), [":id"] = TableLayout.Text(id) },
        },
        table.BackgroundBudget(),
        cancellationToken);
}
