using System.Runtime.CompilerServices;
using Airside.Core;
using Airside.Core.Transactions;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace Airside.Stores.DynamoDb;

/// <summary>The one table: sends requests, repeats those that may be repeated, and bounds the time. Every read is consistent.</summary>
internal sealed class DynamoDbTable(
    IAmazonDynamoDB client, DynamoDbSettings settings, TableFaults faults, TimeProvider timeProvider, Timeouts timeouts) : IDisposable
{
    /// <summary>Name of the table.</summary>
    public string Name => settings.Table;

    /// <summary>Puts faults into words.</summary>
    public TableFaults Faults => faults;

    public Patience RequestPatience() => Patience.OfRequest(timeProvider, timeouts);

    public Patience WatchPatience() => Patience.OfWatch(timeProvider, timeouts);

    public Patience WorkPatience() => Patience.OfWork(timeProvider, timeouts);

    /// <summary>
    /// Sends a request that does the same when it is repeated, until it is answered or the time is over. A refusal is thrown as the
    /// SDK throws it, so that the caller can look for the one that it expects.
    /// </summary>
    /// <exception cref="StoreUnavailableException">There was no answer in time.</exception>
    public async Task<TResponse> SendAsync<TResponse>(
        Func<IAmazonDynamoDB, CancellationToken, Task<TResponse>> send, Patience patience, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await SendOnceAsync(send, patience, cancellationToken);
            }
            catch (Exception exception) when (TableFaults.IsOne(exception) && !cancellationToken.IsCancellationRequested)
            {
                if (TableFaults.KindOf(exception) == TableFault.Refused)
                {
                    throw;
                }

                await patience.BackOffAsync(cancellationToken);
                if (patience.IsOver)
                {
                    throw faults.Unavailable(exception, patience);
                }
            }
        }
    }

    /// <summary>Sends a request once.</summary>
    public async Task<TResponse> SendOnceAsync<TResponse>(
        Func<IAmazonDynamoDB, CancellationToken, Task<TResponse>> send, Patience patience, CancellationToken cancellationToken)
    {
        var attempt = TimeSpan.FromMilliseconds(patience.AttemptMs);
        using var timeout = new CancellationTokenSource(patience.Rest < attempt ? Positive(patience.Rest) : attempt, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        return await send(client, either.Token);
    }

    /// <summary>Sends a request as <see cref="SendAsync{TResponse}"/> does; a refusal, too, is put into words.</summary>
    /// <exception cref="StoreUnavailableException">It was refused or not answered in time.</exception>
    public async Task<TResponse> AskAsync<TResponse>(
        Func<IAmazonDynamoDB, CancellationToken, Task<TResponse>> send, Patience patience, CancellationToken cancellationToken)
    {
        try
        {
            return await SendAsync(send, patience, cancellationToken);
        }
        catch (Exception exception) when (TableFaults.IsOne(exception) && !cancellationToken.IsCancellationRequested)
        {
            throw faults.Unavailable(exception, patience);
        }
    }

    /// <summary>Reads one item, or gives null when it is not there.</summary>
    public async Task<Dictionary<string, AttributeValue>?> GetAsync(
        Dictionary<string, AttributeValue> key, Patience patience, CancellationToken cancellationToken)
    {
        var request = new GetItemRequest { TableName = Name, Key = key, ConsistentRead = true };
        var response = await AskAsync((client, token) => client.GetItemAsync(request, token), patience, cancellationToken);
        return response.IsItemSet ? response.Item : null;
    }

    /// <summary>Reads many items by their keys; what is not there is left out. The order is that of the answers.</summary>
    public async Task<List<Dictionary<string, AttributeValue>>> GetManyAsync(
        IEnumerable<Dictionary<string, AttributeValue>> keys, Patience patience, CancellationToken cancellationToken)
    {
        var found = new List<Dictionary<string, AttributeValue>>();
        foreach (var chunk in keys.Chunk(Limits.DynamoDbReadItemsMax))
        {
            var rest = new KeysAndAttributes { Keys = [.. chunk], ConsistentRead = true };
            while (rest is { Keys.Count: > 0 })
            {
                var request = new BatchGetItemRequest { RequestItems = new() { [Name] = rest } };
                var response = await AskAsync((client, token) => client.BatchGetItemAsync(request, token), patience, cancellationToken);
                found.AddRange(response.Responses?.GetValueOrDefault(Name) ?? []);
                rest = response.UnprocessedKeys?.GetValueOrDefault(Name);
                await BackOffBeforeRestAsync(rest, patience, cancellationToken);
            }
        }

        return found;
    }

    /// <summary>Reads the items of a partition whose sort key lies between two texts, both included.</summary>
    public IAsyncEnumerable<Dictionary<string, AttributeValue>> QueryAsync(
        string partition, string from, string to, Func<Patience> patience, int? pageSize, CancellationToken cancellationToken) =>
        QueryAsync(partition, from, to, patience, pageSize, projection: null, cancellationToken);

    /// <summary>Reads the items of a partition whose sort key lies between two texts, both included.</summary>
    /// <param name="partition">The partition key.</param>
    /// <param name="from">First sort key.</param>
    /// <param name="to">Last sort key.</param>
    /// <param name="patience">For each page.</param>
    /// <param name="pageSize">Most items that one request reads, or null for as many as DynamoDB gives.</param>
    /// <param name="projection">The only attribute to give, or null for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async IAsyncEnumerable<Dictionary<string, AttributeValue>> QueryAsync(
        string partition,
        string from,
        string to,
        Func<Patience> patience,
        int? pageSize,
        string? projection,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // DynamoDB takes a range without anything in it for an error.
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
            var response = await AskAsync((client, token) => client.QueryAsync(request, token), patience(), cancellationToken);
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
        return AskAsync((client, token) => client.ScanAsync(request, token), WorkPatience(), cancellationToken);
    }

    /// <summary>Reads a route with all its shards.</summary>
    public async Task<RouteState> RouteAsync(FlightRoute route, Patience patience, CancellationToken cancellationToken)
    {
        var item = await GetAsync(TableLayout.ShardItem(route, 0), patience, cancellationToken);
        return item is null
            ? RouteState.Unknown
            : await CompleteAsync(route, RouteState.From(item), patience, cancellationToken);
    }

    /// <summary>
    /// Reads the shards of a route that stand beside its first. They are read after it, so that a shard that somebody was answered
    /// from is among them.
    /// </summary>
    public async Task<RouteState> CompleteAsync(
        FlightRoute route, RouteState state, Patience patience, CancellationToken cancellationToken)
    {
        if (state.Shards.Count == 1)
        {
            return state;
        }

        var keys = Enumerable.Range(1, state.Shards.Count - 1).Select(shard => TableLayout.ShardItem(route, shard)).ToArray();
        var numbers = keys.Index().ToDictionary(key => key.Item[TableLayout.PartitionKey].S, key => key.Index + 1);
        foreach (var item in await GetManyAsync(keys, patience, cancellationToken))
        {
            state = state.With(numbers[item[TableLayout.PartitionKey].S], RouteShard.From(item));
        }

        return state;
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    private static TimeSpan Positive(TimeSpan span) => span > TimeSpan.Zero ? span : TimeSpan.FromMilliseconds(1);

    private async Task BackOffBeforeRestAsync(KeysAndAttributes? rest, Patience patience, CancellationToken cancellationToken)
    {
        if (rest is not { Keys.Count: > 0 })
        {
            return;
        }

        await patience.BackOffAsync(cancellationToken);
        if (patience.IsOver)
        {
            throw faults.Unavailable(new ThrottlingException("A read was answered in part only."), patience);
        }
    }
}
