using Airside.Core;
using Airside.Core.Transactions;
using Amazon.DynamoDBv2.Model;

namespace Airside.Stores.DynamoDb;

/// <summary>
/// Turns old hours into days. The hours of one day and shard are deleted in the transaction that adds them to the day, on condition that
/// they are as read: so it takes effect exactly once, however often it is repeated. A lease spares other processes the work.
/// </summary>
internal sealed class DynamoDbRollUp(
    DynamoDbTable table, DynamoDbMonitor monitor, RouteReader reader, HoursKept kept, TimeProvider timeProvider)
{
    private const string Owner = "owner";
    private const string LeaseEnds = "leaseEnds";
    private const int HoursPerDay = 24;

    private readonly string _self = Guid.NewGuid().ToString("n");
    private long _leasedAt;

    /// <inheritdoc cref="ITransactionLedger.RollUpAsync"/>
    public async Task RunAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        // An import may write an hour twice, so its hours must stay until it is finished.
        if ((await monitor.PollAsync(cancellationToken)).Import is { IsUnderWay: true } || !await TryLeaseAsync(before, cancellationToken))
        {
            return;
        }

        await kept.BeginAsync(before, cancellationToken);
        var routes = await reader.RoutesAsync(designator: null, firstOfPartition: null, cancellationToken);
        var shards = routes.SelectMany(found => Enumerable.Range(0, found.State.Shards.Count).Select(shard => (found.Route, shard)))
            .ToArray();
        while (shards.Length > 0)
        {
            // One day each, so that a reader of a route with many old hours meets few changes.
            var rest = new List<(FlightRoute, int)>();
            foreach (var (route, shard) in shards)
            {
                if (!await KeepLeaseAsync(before, cancellationToken))
                {
                    return;
                }

                if (await RollUpDayAsync(route, shard, before, cancellationToken))
                {
                    rest.Add((route, shard));
                }
            }

            shards = [.. rest];
        }

        await FinishAsync(before, cancellationToken);
    }

    /// <summary>Turns the hours of the oldest day of a shard into a day. Returns false if it has no old hours.</summary>
    private async Task<bool> RollUpDayAsync(FlightRoute route, int shard, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var budget = table.BackgroundBudget();
        while (true)
        {
            var hours = await OldestDayAsync(route, shard, before, cancellationToken);
            if (hours.Count == 0)
            {
                return false;
            }

            try
            {
                var request = Request(route, hours);
                await table.SendAsync((client, token) => client.TransactWriteItemsAsync(request, token), budget, cancellationToken);
                return true;
            }
            catch (TransactionCanceledException) when (!budget.IsOver)
            {
                // The hours have changed, or an attempt without a response has taken effect; reading them again tells.
                await budget.BackOffAsync(cancellationToken);
            }
            catch (Exception exception) when (DynamoDbFaults.IsOne(exception) && !cancellationToken.IsCancellationRequested)
            {
                throw table.Faults.Unavailable(exception, budget);
            }
        }
    }

    private async Task<List<Dictionary<string, AttributeValue>>> OldestDayAsync(
        FlightRoute route, int shard, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var hours = new List<Dictionary<string, AttributeValue>>();
        var items = table.QueryAsync(
            TableLayout.HourPartition(route, shard),
            TableLayout.First,
            TableLayout.HourSort(before.AddTicks(-1)),
            table.BackgroundBudget,
            HoursPerDay,
            cancellationToken);
        await foreach (var item in items)
        {
            if (hours.Count > 0 && TableLayout.HourOf(item).Date != TableLayout.HourOf(hours[0]).Date)
            {
                break;
            }

            hours.Add(item);
        }

        return hours;
    }

    private TransactWriteItemsRequest Request(FlightRoute route, List<Dictionary<string, AttributeValue>> hours)
    {
        var sum = hours.Sum(hour => TableLayout.NumberOf(hour, TableLayout.Transactions));
        return new TransactWriteItemsRequest
        {
            TransactItems =
            [
                .. hours.Select(hour => new TransactWriteItem { Delete = DeleteHour(hour) }),
                new TransactWriteItem
                {
                    Update = Add(TableLayout.DayItem(route, TableLayout.HourOf(hours[0])), TableLayout.Transactions, sum),
                },
                new TransactWriteItem { Update = NextVersion(route) },
            ],
        };
    }

    private Delete DeleteHour(Dictionary<string, AttributeValue> hour) => new()
    {
        TableName = table.Name,
        Key = TableLayout.KeyOfItem(hour),
        ConditionExpression = "#transactions = :transactions",
        ExpressionAttributeNames = new() { ["#transactions"] = TableLayout.Transactions },
        ExpressionAttributeValues = new() { [":transactions"] = hour[TableLayout.Transactions] },
    };

    private Update NextVersion(FlightRoute route)
    {
        var update = Add(TableLayout.HistoryVersionItem(route), TableLayout.Version, 1);
        update.UpdateExpression += " SET #changedAt = :now";
        update.ExpressionAttributeNames["#changedAt"] = TableLayout.ChangedAt;
        update.ExpressionAttributeValues[":now"] = TableLayout.Number(timeProvider.GetUtcNow().ToUnixTimeMilliseconds());
        return update;
    }

    private Update Add(Dictionary<string, AttributeValue> key, string attribute, long number) => new()
    {
        TableName = table.Name,
        Key = key,
        UpdateExpression = "ADD #attribute :number",
        ExpressionAttributeNames = new() { ["#attribute"] = attribute },
        ExpressionAttributeValues = new() { [":number"] = TableLayout.Number(number) },
    };

    private async Task<bool> KeepLeaseAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        timeProvider.GetElapsedTime(_leasedAt).TotalMilliseconds < Limits.DynamoDbRollUpLeaseMs / 3.0
        || await TryLeaseAsync(before, cancellationToken);

    /// <summary>
    /// Takes or renews the lease. Returns false if another process has it or the work is done. What is in the future comes from a clock
    /// that was ahead, and does not count.
    /// </summary>
    private async Task<bool> TryLeaseAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        _leasedAt = timeProvider.GetTimestamp();
        var nowMs = timeProvider.GetUtcNow().ToUnixTimeMilliseconds();
        return await UpdateStateAsync(
            "SET #owner = :self, #leaseEnds = :leaseEnds",
            "(attribute_not_exists(#finished) OR #finished < :before OR #finished > :today) "
            + "AND (attribute_not_exists(#owner) OR #owner = :self OR #leaseEnds < :now OR #leaseEnds > :leaseEnds)",
            new()
            {
                [":before"] = TableLayout.Text(TableLayout.DaySort(before)),
                [":today"] = TableLayout.Text(TableLayout.DaySort(timeProvider.GetUtcNow())),
                [":self"] = TableLayout.Text(_self),
                [":now"] = TableLayout.Number(nowMs),
                [":leaseEnds"] = TableLayout.Number(nowMs + Limits.DynamoDbRollUpLeaseMs),
            },
            cancellationToken);
    }

    private Task FinishAsync(DateTimeOffset before, CancellationToken cancellationToken) => UpdateStateAsync(
        "SET #finished = :before REMOVE #owner, #leaseEnds",
        "#owner = :self",
        new() { [":before"] = TableLayout.Text(TableLayout.DaySort(before)), [":self"] = TableLayout.Text(_self) },
        cancellationToken);

    /// <summary>Changes the item of the lease; returns false if its condition fails.</summary>
    private async Task<bool> UpdateStateAsync(
        string change, string condition, Dictionary<string, AttributeValue> values, CancellationToken cancellationToken)
    {
        var request = new UpdateItemRequest
        {
            TableName = table.Name,
            Key = TableLayout.RollUpItem(),
            UpdateExpression = change,
            ConditionExpression = condition,
            ExpressionAttributeNames = new() { ["#owner"] = Owner, ["#leaseEnds"] = LeaseEnds, ["#finished"] = HoursKept.FinishedBefore },
            ExpressionAttributeValues = values,
        };
        return await table.UpdateAsync(request, table.BackgroundBudget(), cancellationToken) is not null;
    }
}
