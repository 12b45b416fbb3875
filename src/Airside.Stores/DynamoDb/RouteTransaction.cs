using Airside.Core;
using Airside.Core.Transactions;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace Airside.Stores.DynamoDb;

/// <summary>The outcome of an attempt at a transaction; the first that applies.</summary>
internal enum AttemptOutcome
{
    /// <summary>The entire transaction is durable.</summary>
    Committed,

    /// <summary>At least one of its keys is in the table.</summary>
    KeysKnown,

    /// <summary>The total of the route differs from the one that this process knew.</summary>
    RaceLost,

    /// <summary>The table, the partition or the account was throttled.</summary>
    Throttled,

    /// <summary>Another transaction held one of the items.</summary>
    Conflict,

    /// <summary>It is unknown whether the transaction is durable.</summary>
    Unanswered,

    /// <summary>A retry would fail the same way.</summary>
    Refused,
}

/// <summary>
/// One DynamoDB transaction: some keys of one route, the total of one of its shards, and its hour. The keys come first, so that the
/// position of a cancellation reason identifies its item.
/// </summary>
internal sealed class RouteTransaction(string table, FlightRoute route, int shard, RouteState known, BatchRecording recording)
{
    /// <summary>Maximum keys of one transaction: the limit less the two other items.</summary>
    public const int KeysMax = Limits.DynamoDbTransactionItemsMax - 2;

    private readonly List<TransactWriteItem> _items = [];
    private RouteShard? _after = known.Shards[shard];

    public RouteState After => known.With(shard, _after!);

    /// <summary>Adds a key and returns the total of the route right after it.</summary>
    public long Add(TransactionKey key)
    {
        _after = RouteShard.Add(_after, 1, recording.AtMs);
        var total = After.Total;
        _items.Add(new TransactWriteItem
        {
            Put = new Put
            {
                TableName = table,
                Item = new KeyItem(key, route, total, recording.AtMs, recording.Id).Item(recording.Window),

                // DynamoDB removes a key some days after it has left the window; until then it may be overwritten.
                ConditionExpression = "attribute_not_exists(#pk) OR #recordedAt < :since",
                ExpressionAttributeNames = new()
                {
                    ["#pk"] = TableLayout.PartitionKey, ["#recordedAt"] = TableLayout.RecordedAt,
                },
                ExpressionAttributeValues = new() { [":since"] = TableLayout.Number(recording.RememberedSinceMs) },
            },
        });
        return total;
    }

    /// <summary>Creates the request, once all keys are added.</summary>
    public TransactWriteItemsRequest Request() => new()
    {
        TransactItems = [.. _items, new TransactWriteItem { Update = TotalUpdate() }, new TransactWriteItem { Update = HourUpdate() }],

        // Returned with each response at no cost, so that the cost of a transaction is visible on the wire.
        ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL,
    };

    /// <summary>Returns why the transaction was cancelled, and the current item of the total if it differs from the known one.</summary>
    public (AttemptOutcome Outcome, Dictionary<string, AttributeValue>? Present) WhyCancelled(TransactionCanceledException cancelled)
    {
        var reasons = cancelled.CancellationReasons ?? [];
        var present = reasons.Skip(_items.Count).FirstOrDefault()?.Item;
        return (OutcomeOf(reasons), present is { Count: > 0 } ? present : null);
    }

    private AttemptOutcome OutcomeOf(List<CancellationReason> reasons)
    {
        if (reasons.Exists(reason => reason.Code == "ConditionalCheckFailed"))
        {
            return reasons.Take(_items.Count).Any(reason => reason.Code == "ConditionalCheckFailed")
                ? AttemptOutcome.KeysKnown
                : AttemptOutcome.RaceLost;
        }

        if (reasons.Exists(reason => reason.Code is "ThrottlingError" or "ProvisionedThroughputExceeded"))
        {
            return AttemptOutcome.Throttled;
        }

        return reasons.Exists(reason => reason.Code == "TransactionConflict") ? AttemptOutcome.Conflict : AttemptOutcome.Refused;
    }

    /// <summary>
    /// Creates the update that sets the total, on condition that it is still the one that this process knows: an addition would not reveal
    /// the new total. The first shard also holds the number of shards, which must not have grown: the other shards belong to the total.
    /// </summary>
    private Update TotalUpdate()
    {
        var update = new Update
        {
            TableName = table,
            Key = TableLayout.ShardItem(route, shard),
            UpdateExpression = "SET #total = :total, #firstAt = :firstAt, #lastAt = :lastAt",
            ConditionExpression = "attribute_not_exists(#total)",
            ReturnValuesOnConditionCheckFailure = ReturnValuesOnConditionCheckFailure.ALL_OLD,
            ExpressionAttributeNames = new()
            {
                ["#total"] = TableLayout.Total, ["#firstAt"] = TableLayout.FirstAt, ["#lastAt"] = TableLayout.LastAt,
            },
            ExpressionAttributeValues = new()
            {
                [":total"] = TableLayout.Number(_after!.Total),
                [":firstAt"] = TableLayout.Number(_after.FirstAtMs),
                [":lastAt"] = TableLayout.Number(_after.LastAtMs),
            },
        };
        if (known.Shards[shard] is { } before)
        {
            update.ConditionExpression = "#total = :before";
            update.ExpressionAttributeValues[":before"] = TableLayout.Number(before.Total);
        }

        if (shard == 0)
        {
            update.ExpressionAttributeNames["#shards"] = TableLayout.Shards;
            update.ConditionExpression += known.Shards.Count == 1 ? " AND attribute_not_exists(#shards)" : " AND #shards = :shards";
            if (known.Shards.Count > 1)
            {
                update.ExpressionAttributeValues[":shards"] = TableLayout.Number(known.Shards.Count);
            }
        }

        return update;
    }

    private Update HourUpdate() => new()
    {
        TableName = table,
        Key = TableLayout.HourItem(route, shard, recording.Hour),
        UpdateExpression = "ADD #transactions :count",
        ExpressionAttributeNames = new() { ["#transactions"] = TableLayout.Transactions },
        ExpressionAttributeValues = new() { [":count"] = TableLayout.Number(_items.Count) },
    };
}
