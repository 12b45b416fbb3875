using Airside.Stores.Shared;
using Amazon.DynamoDBv2.Model;

namespace Airside.Stores.DynamoDb;

/// <summary>Reads that wait for transactions in progress.</summary>
internal static class TransactionalReads
{
    /// <summary>Returns items as of one moment, in the order of their keys; empty ones for those that do not exist.</summary>
    public static async Task<IReadOnlyList<Dictionary<string, AttributeValue>>> GetTogetherAsync(
        this DynamoDbTable table,
        IEnumerable<Dictionary<string, AttributeValue>> keys,
        RetryBudget budget,
        CancellationToken cancellationToken)
    {
        var request = new TransactGetItemsRequest
        {
            TransactItems = [.. keys.Select(key => new TransactGetItem { Get = new Get { TableName = table.Name, Key = key } })],
        };
        while (true)
        {
            try
            {
                var response = await table.SendAsync(
                    (client, token) => client.TransactGetItemsAsync(request, token), budget, cancellationToken);
                return [.. response.Responses.Select(item => item.Item ?? [])];
            }
            catch (TransactionCanceledException) when (!budget.IsOver)
            {
                await budget.BackOffAsync(cancellationToken);
            }
            catch (Exception exception) when (DynamoDbFaults.IsOne(exception) && !cancellationToken.IsCancellationRequested)
            {
                throw table.Faults.Unavailable(exception, budget);
            }
        }
    }
}
