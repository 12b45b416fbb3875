using System.Runtime.CompilerServices;
using Airside.Core;
using Airside.Core.Transactions;
using Airside.Stores.Shared;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace Airside.Stores.DynamoDb;

/// <summary>The DynamoDB table: sends requests, retries those that are safe, and limits their time. Every read is consistent.</summary>
internal sealed class DynamoDbTable(
    IAmazonDynamoDB client, DynamoDbSettings settings, DynamoDbFaults faults, TimeProvider timeProvider, Timeouts timeouts) : IDisposable
{
    public string Name => settings.Table;

    public DynamoDbFaults Faults => faults;

    public RetryBudget RequestBudget() => timeouts.ForRequest(timeProvider);

    public RetryBudget MonitorBudget() => timeouts.ForMonitor(timeProvider);

    public RetryBudget BackgroundBudget() => timeouts.ForBackground(timeProvider);

    /// <summary>
    /// Sends an idempotent request and retries it until it gets a response or the time runs out. A refusal is thrown as the SDK throws it,
    /// so that the caller can catch the one that it expects.
    /// </summary>
    /// <exception cref="StoreUnavailableException">No response came in time.</exception>
    public async Task<TResponse> SendAsync<TResponse>(
        Func<IAmazonDynamoDB, CancellationToken, Task<TResponse>> send, RetryBudget budget, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await SendOnceAsync(send, budget, cancellationToken);
            }
            catch (Exception exception) when (DynamoDbFaults.IsOne(exception) && !cancellationToken.IsCancellationRequested)
            {
                if (DynamoDbFaults.KindOf(exception) == DynamoDbFault.Refused)
                {
                    throw;
                }

                await budget.BackOffAsync(cancellationToken);
                if (budget.IsOver)
                {
                    throw faults.Unavailable(exception, budget);
                }
            }
        }
    }

    public async Task<TResponse> SendOnceAsync<TResponse>(
        Func<IAmazonDynamoDB, CancellationToken, Task<TResponse>> send, RetryBudget budget, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(budget.AttemptTime, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        return await send(client, either.Token);
    }

    /// <summary>Sends a request as <see cref="SendAsync{TResponse}"/> does, but converts refusals, too.</summary>
    /// <exception cref="StoreUnavailableException">The request was refused or got no response in time.</exception>
    public async Task<TResponse> AskAsync<TResponse>(
        Func<IAmazonDynamoDB, CancellationToken, Task<TResponse>> send, RetryBudget budget, CancellationToken cancellationToken)
    {
        try
        {
            return await SendAsync(send, budget, cancellationToken);
        }
        catch (Exception exception) when (DynamoDbFaults.IsOne(exception) && !cancellationToken.IsCancellationRequested)
        {
            throw faults.Unavailable(exception, budget);
        }
    }

    /// <summary>Updates an item and returns what the request asks for; null if its condition fails.</summary>
    /// <exception cref="StoreUnavailableException">The request was refused or got no response in time.</exception>
    public async Task<Dictionary<string, AttributeValue>?> UpdateAsync(
        UpdateItemRequest request, RetryBudget budget, CancellationToken cancellationToken)
    {
        try
        {
            var response = await SendAsync((client, token) => client.UpdateItemAsync(request, token), budget, cancellationToken);
            return response.Attributes ?? [];
        }
        catch (ConditionalCheckFailedException)
        {
            return null;
        }
        catch (Exception exception) when (DynamoDbFaults.IsOne(exception) && !cancellationToken.IsCancellationRequested)
        {
            throw faults.Unavailable(exception, budget);
        }
    }

    public async Task<Dictionary<string, AttributeValue>?> GetAsync(
        Dictionary<string, AttributeValue> key, RetryBudget budget, CancellationToken cancellationToken)
    {
        var request = new GetItemRequest { TableName = Name, Key = key, ConsistentRead = true };
        var response = await AskAsync((client, token) => client.GetItemAsync(request, token), budget, cancellationToken);
        return response.IsItemSet ? response.Item : null;
    }

    /// <summary>Returns the items with these keys, in the order of the responses; missing ones are left out.</summary>
    public async Task<List<Dictionary<string, AttributeValue>>> GetManyAsync(
        IEnumerable<Dictionary<string, AttributeValue>> keys, RetryBudget budget, CancellationToken cancellationToken)
    {
        var found = new List<Dictionary<string, AttributeValue>>();
        foreach (var chunk in keys.Chunk(Limits.DynamoDbReadItemsMax))
        {
            var rest = new KeysAndAttributes { Keys = [.. chunk], ConsistentRead = true };
            while (rest is { Keys.Count: > 0 })
            {
                var request = new BatchGetItemRequest { RequestItems = new() { [Name] = rest } };
                var response = await AskAsync((client, token) => client.BatchGetItemAsync(request, token), budget, cancellationToken);
                found.AddRange(response.Responses?.GetValueOrDefault(Name) ?? []);
                rest = response.UnprocessedKeys?.GetValueOrDefault(Name);
                await BackOffBeforeRestAsync(rest, budget, cancellationToken);
            }
        }

        return found;
    }

    /// <summary>Returns the items of a partition whose sort key lies between two texts, both inclusive.</summary>
    public IAsyncEnumerable<Dictionary<string, AttributeValue>> QueryAsync(
        string partition, string from, string to, Func<RetryBudget> budget, int? pageSize, CancellationToken cancellationToken) =>
        QueryAsync(partition, from, to, budget, pageSize, projection: null, cancellationToken);

    /// <summary>Returns the items of a partition whose sort key lies between two texts, both inclusive.</summary>
    /// <param name="partition">The partition key.</param>
    /// <param name="from">First sort key.</param>
    /// <param name="to">Last sort key.</param>
    /// <param name="budget">Creates the retry budget of each page.</param>
    /// <param name="pageSize">Maximum items per request, or null for as many as DynamoDB returns.</param>
    /// <param name="projection">The attributes to return, or null for all.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    public async IAsyncEnumerable<Dictionary<string, AttributeValue>> QueryAsync(
        string partition,
        string from,
        string to,
        Func<RetryBudget> budget,
        int? pageSize,
        string? projection,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // DynamoDB rejects an empty range.
        if (string.CompareOrdinal(from, to) > 0)
        {
            yield break;
        }

        var request = new QueryRequest
        {
            TableName = Name,
            ConsistentRead = true,
            Limit = pageSize,
            KeyConditionExpression = "#pk = :pk AND #sk BETWEEN :from AND :to",
            ProjectionExpression = projection,
            ExpressionAttributeNames = new() { ["#pk"] = TableLayout.PartitionKey, ["#sk"] = TableLayout.SortKey },
            ExpressionAttributeValues = new()
            {
                [":pk"] = TableLayout.Text(partition),
                [":from"] = TableLayout.Text(from),
                [":to"] = TableLayout.Text(to),
            },
        };
        do
        {
            var response = await AskAsync((client, token) => client.QueryAsync(request, token), budget(), cancellationToken);
            foreach (var item in response.Items ?? [])
            {
                yield return item;
            }

            request.ExclusiveStartKey = response.LastEvaluatedKey;
        }
        while (request.ExclusiveStartKey is { Count: > 0 });
    }

    /// <summary>Reads one page of one segment of all transaction keys.</summary>
    public Task<ScanResponse> ScanKeysAsync(
        int segment, int segments, Dictionary<string, AttributeValue>? start, CancellationToken cancellationToken)
    {
        var request = new ScanRequest
        {
            TableName = Name,
            ConsistentRead = true,
            Segment = segment,
            TotalSegments = segments,
            ExclusiveStartKey = start,
            FilterExpression = "begins_with(#pk, :prefix)",
            ExpressionAttributeNames = new() { ["#pk"] = TableLayout.PartitionKey },
            ExpressionAttributeValues = new() { [":prefix"] = TableLayout.Text(TableLayout.KeyPrefix) },
        };
        return AskAsync((client, token) => client.ScanAsync(request, token), BackgroundBudget(), cancellationToken);
    }

    /// <summary>Counts the routes, partition by partition. Their items are read for it, but not sent.</summary>
    public async Task<long> CountRoutesAsync(CancellationToken cancellationToken)
    {
        var routes = 0L;
        for (var partition = 0; partition < TableLayout.RoutePartitions; partition++)
        {
            var request = new QueryRequest
            {
                TableName = Name,
                ConsistentRead = true,
                Select = Select.COUNT,
                KeyConditionExpression = "#pk = :pk",
                ExpressionAttributeNames = new() { ["#pk"] = TableLayout.PartitionKey },
                ExpressionAttributeValues = new() { [":pk"] = TableLayout.Text(TableLayout.RoutePartition(partition)) },
            };
            do
            {
                var page = await AskAsync((client, token) => client.QueryAsync(request, token), BackgroundBudget(), cancellationToken);
                routes += page.Count ?? 0;
                request.ExclusiveStartKey = page.LastEvaluatedKey;
            }
            while (request.ExclusiveStartKey is { Count: > 0 });
        }

        return routes;
    }

    /// <summary>Reads a route with all its shards.</summary>
    public async Task<RouteState> RouteAsync(FlightRoute route, RetryBudget budget, CancellationToken cancellationToken)
    {
        var item = await GetAsync(TableLayout.ShardItem(route, 0), budget, cancellationToken);
        return item is null
            ? RouteState.Unknown
            : await CompleteAsync(route, RouteState.From(item), budget, cancellationToken);
    }

    /// <summary>
    /// Reads the other shards of a route. They are read after its first shard, so that every shard that a response has counted is
    /// included.
    /// </summary>
    public async Task<RouteState> CompleteAsync(
        FlightRoute route, RouteState state, RetryBudget budget, CancellationToken cancellationToken)
    {
        if (state.Shards.Count == 1)
        {
            return state;
        }

        var keys = Enumerable.Range(1, state.Shards.Count - 1).Select(shard => TableLayout.ShardItem(route, shard)).ToArray();
        var numbers = keys.Index().ToDictionary(key => key.Item[TableLayout.PartitionKey].S, key => key.Index + 1);
        foreach (var item in await GetManyAsync(keys, budget, cancellationToken))
        {
            state = state.With(numbers[item[TableLayout.PartitionKey].S], RouteShard.From(item));
        }

        return state;
    }

    public void Dispose() => client.Dispose();

    private async Task BackOffBeforeRestAsync(KeysAndAttributes? rest, RetryBudget budget, CancellationToken cancellationToken)
    {
        if (rest is not { Keys.Count: > 0 })
        {
            return;
        }

        await budget.BackOffAsync(cancellationToken);
        if (budget.IsOver)
        {
            throw faults.Unavailable(new ThrottlingException("The response to a read is incomplete."), budget);
        }
    }
}
