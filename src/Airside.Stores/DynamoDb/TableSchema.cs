using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace Airside.Stores.DynamoDb;

/// <summary>The required form of the table, and its creation in development.</summary>
internal sealed class TableSchema(DynamoDbTable table)
{
    /// <summary>Refuses a table that is missing or does not have the required form.</summary>
    public async Task EnsureAsync(CancellationToken cancellationToken)
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

    /// <summary>Creates the table if it is missing. Many processes may do so concurrently.</summary>
    /// <returns>What was done, one sentence each.</returns>
    public async Task<IReadOnlyList<string>> CreateAsync(CancellationToken cancellationToken)
    {
        var done = new List<string>();
        if (await DescribeAsync(cancellationToken) is null)
        {
            done.Add(await CreateTableAsync(cancellationToken));
        }

        var budget = table.BackgroundBudget();
        while (await DescribeAsync(cancellationToken) is not { TableStatus.Value: "ACTIVE" })
        {
            await budget.BackOffAsync(cancellationToken);
            if (budget.IsOver)
            {
                throw table.Faults.Wrong($"it was created but is not active after {budget.LimitMs} ms");
            }
        }

        if (await ExpiryFaultAsync(cancellationToken) is not null)
        {
            done.Add(await EnableExpiryAsync(cancellationToken));
        }

        await EnsureAsync(cancellationToken);
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
            return $"its key is '{string.Join(", ", present)}' but must be '{string.Join(", ", expected)}'";
        }

        return description.TableStatus.Value is "ACTIVE" or "UPDATING" ? null : $"its status is {description.TableStatus}";
    }

    private async Task<TableDescription?> DescribeAsync(CancellationToken cancellationToken)
    {
        var budget = table.BackgroundBudget();
        try
        {
            var response = await table.SendAsync(
                (client, token) => client.DescribeTableAsync(table.Name, token), budget, cancellationToken);
            return response.Table;
        }
        catch (ResourceNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (DynamoDbFaults.IsOne(exception) && !cancellationToken.IsCancellationRequested)
        {
            throw table.Faults.Unavailable(exception, budget);
        }
    }

    private async Task<string?> ExpiryFaultAsync(CancellationToken cancellationToken)
    {
        var request = new DescribeTimeToLiveRequest { TableName = table.Name };
        var response = await table.AskAsync(
            (client, token) => client.DescribeTimeToLiveAsync(request, token), table.BackgroundBudget(), cancellationToken);
        var expiry = response.TimeToLiveDescription;
        var isOn = expiry.TimeToLiveStatus?.Value is "ENABLED" or "ENABLING" && expiry.AttributeName == TableLayout.Expires;
        return isOn ? null : $"its time to live is {expiry.TimeToLiveStatus} but must be enabled for '{TableLayout.Expires}'";
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
            client => client.CreateTableAsync(request, cancellationToken), $"The table '{table.Name}' was created.", cancellationToken);
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
            $"Time to live of the table '{table.Name}' was enabled for '{TableLayout.Expires}'.",
            cancellationToken);
    }

    /// <summary>Runs a step that another process may have done in the meantime; the final check verifies the result.</summary>
    private async Task<string> DoneAsync<TResponse>(
        Func<IAmazonDynamoDB, Task<TResponse>> step, string sentence, CancellationToken cancellationToken)
    {
        var budget = table.BackgroundBudget();
        try
        {
            await table.SendAsync((client, _) => step(client), budget, cancellationToken);
            return sentence;
        }
        catch (AmazonDynamoDBException exception) when (exception is ResourceInUseException || exception.ErrorCode == "ValidationException")
        {
            return $"{sentence[..^1]} by another process: {exception.Message}";
        }
        catch (Exception exception) when (DynamoDbFaults.IsOne(exception) && !cancellationToken.IsCancellationRequested)
        {
            throw table.Faults.Unavailable(exception, budget);
        }
    }
}
