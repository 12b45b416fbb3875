using Airside.Core;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace Airside.Stores.DynamoDb;

/// <summary>How the table has to be, and how it is made in development.</summary>
internal sealed class TableSchema(DynamoDbTable table)
{
    /// <summary>Refuses a table that is missing or not as it has to be.</summary>
    /// <exception cref="StoreUnavailableException">It cannot be used.</exception>
    public async Task DemandAsync(CancellationToken cancellationToken)
    {
        var description = await DescribeAsync(cancellationToken) ?? throw table.Faults.Missing();
        if (FaultOf(description) is { } fault)
        {
            throw table.Faults.Wrong(fault);
        }

        if (await ExpiryFaultAsync(cancellationToken) is { } expiryFault)
        {
            throw table.Faults.Wrong(expiryFault);
        }
    }

    /// <summary>Makes the table where it is missing. Many may do so at once.</summary>
    /// <returns>What was done, one sentence each.</returns>
    public async Task<IReadOnlyList<string>> CreateAsync(CancellationToken cancellationToken)
    {
        var done = new List<string>();
        if (await DescribeAsync(cancellationToken) is null)
        {
            done.Add(await CreateTableAsync(cancellationToken));
        }

        var patience = table.WorkPatience();
        while (await DescribeAsync(cancellationToken) is not { TableStatus.Value: "ACTIVE" })
        {
            await patience.BackOffAsync(cancellationToken);
            if (patience.IsOver)
            {
                throw table.Faults.Wrong($"it was made and is not active after {patience.LimitMs} ms");
            }
        }

        if (await ExpiryFaultAsync(cancellationToken) is not null)
        {
            done.Add(await EnableExpiryAsync(cancellationToken));
        }

        await DemandAsync(cancellationToken);
        return done;
    }

    private static string? FaultOf(TableDescription description)
    {
        string[] expected = [$"{TableLayout.PartitionKey} HASH S", $"{TableLayout.SortKey} RANGE S"];
        var types = description.AttributeDefinitions.ToDictionary(
            attribute => attribute.AttributeName, attribute => attribute.AttributeType);
        string[] present =
            [.. description.KeySchema.Select(key => $"{key.AttributeName} {key.KeyType} {types.GetValueOrDefault(key.AttributeName)}")];
        if (!present.SequenceEqual(expected))
        {
            return $"its key is '{string.Join(", ", present)}' and has to be '{string.Join(", ", expected)}'";
        }

        return description.TableStatus.Value is "ACTIVE" or "UPDATING" ? null : $"its status is {description.TableStatus}";
    }

    private async Task<TableDescription?> DescribeAsync(CancellationToken cancellationToken)
    {
        var patience = table.WorkPatience();
        try
        {
            var response = await table.SendAsync(
                (client, token) => client.DescribeTableAsync(table.Name, token), patience, cancellationToken);
            return response.Table;
        }
        catch (ResourceNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (TableFaults.IsOne(exception) && !cancellationToken.IsCancellationRequested)
        {
            throw table.Faults.Unavailable(exception, patience);
        }
    }

    private async Task<string?> ExpiryFaultAsync(CancellationToken cancellationToken)
    {
        var request = new DescribeTimeToLiveRequest { TableName = table.Name };
        var response = await table.AskAsync(
            (client, token) => client.DescribeTimeToLiveAsync(request, token), table.WorkPatience(), cancellationToken);
        var expiry = response.TimeToLiveDescription;
        var isOn = expiry.TimeToLiveStatus?.Value is "ENABLED" or "ENABLING" && expiry.AttributeName == TableLayout.Expires;
        return isOn ? null : $"its time to live is {expiry.TimeToLiveStatus} and has to be enabled for '{TableLayout.Expires}'";
    }

    private async Task<string> CreateTableAsync(CancellationToken cancellationToken)
    {
        var request = new CreateTableRequest
        {
            TableName = table.Name,
            BillingMode = BillingMode.PAY_PER_REQUEST,
            AttributeDefinitions =
            [
                new AttributeDefinition(TableLayout.PartitionKey, ScalarAttributeType.S),
                new AttributeDefinition(TableLayout.SortKey, ScalarAttributeType.S),
            ],
            KeySchema =
            [
                new KeySchemaElement(TableLayout.PartitionKey, KeyType.HASH), new KeySchemaElement(TableLayout.SortKey, KeyType.RANGE),
            ],
        };
        return await DoneAsync(
            client => client.CreateTableAsync(request, cancellationToken), $"The table '{table.Name}' was made.", cancellationToken);
    }

    private async Task<string> EnableExpiryAsync(CancellationToken cancellationToken)
    {
        var request = new UpdateTimeToLiveRequest
        {
            TableName = table.Name,
            TimeToLiveSpecification = new TimeToLiveSpecification { AttributeName = TableLayout.Expires, Enabled = true },
        };
        return await DoneAsync(
            client => client.UpdateTimeToLiveAsync(request, cancellationToken),
            $"Keys of the table '{table.Name}' expire by '{TableLayout.Expires}'.",
            cancellationToken);
    }

    /// <summary>Does a step that another process may have done meanwhile; the check at the end tells whether all is well.</summary>
    private async Task<string> DoneAsync<TResponse>(
        Func<IAmazonDynamoDB, Task<TResponse>> step, string sentence, CancellationToken cancellationToken)
    {
        var patience = table.WorkPatience();
        try
        {
            await table.SendAsync((client, _) => step(client), patience, cancellationToken);
            return sentence;
        }
        catch (AmazonDynamoDBException exception) when (exception is ResourceInUseException || exception.ErrorCode == "ValidationException")
        {
            return $"{sentence[..^1]} by another process: {exception.Message}";
        }
        catch (Exception exception) when (TableFaults.IsOne(exception) && !cancellationToken.IsCancellationRequested)
        {
            throw table.Faults.Unavailable(exception, patience);
        }
    }
}
