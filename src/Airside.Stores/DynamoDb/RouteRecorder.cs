using System.Collections.Concurrent;
using System.Security.Cryptography;
using Airside.Core;
using Airside.Core.Transactions;
using Amazon.DynamoDBv2.Model;

namespace Airside.Stores.DynamoDb;

/// <summary>Records the transactions of one route after another, in as few transactions of DynamoDB as fit.</summary>
/// <remarks>
/// Between two transactions of a route nothing is read: the total is remembered from the last one, and where that is wrong the answer
/// gives the right one. What an attempt leaves open, repeats and lost answers alike, is settled by reading its keys.
/// </remarks>
internal sealed class RouteRecorder(DynamoDbTable table, StoreWatch watch, TimeProvider timeProvider)
{
    private readonly ConcurrentDictionary<FlightRoute, RouteState> _remembered = new();
    private readonly LostRaces _races = new(timeProvider);

    /// <summary>Records the transactions at the given places of the batch.</summary>
    /// <exception cref="StoreUnavailableException">Not all of them could be made durable.</exception>
    public async ValueTask RecordAsync(FlightRoute route, List<int> places, Recording recording, CancellationToken stop)
    {
        foreach (var chunk in places.Chunk(RouteTransaction.KeysMax))
        {
            // Another route of the batch has failed, so nothing of it is acknowledged and the rest need not be sent.
            if (stop.IsCancellationRequested)
            {
                return;
            }

            await RecordAsync(route, chunk, recording);
        }
    }

    private async Task RecordAsync(FlightRoute route, IReadOnlyList<int> places, Recording recording)
    {
        var patience = table.RequestPatience();
        var shard = -1;
        while (places.Count > 0)
        {
            await watch.DemandWritableAsync(CancellationToken.None);
            var known = await KnownAsync(route, patience);
            TransactionRefusedException.DemandRoom(route, known.Total + places.Count - 1);
            shard = shard < 0 || shard >= known.Shards.Count ? AnyShard(known) : shard;
            var transaction = new RouteTransaction(table.Name, route, shard, known, recording);
            var totals = places.Select(place => transaction.Add(recording.KeyAt(place))).ToArray();

            var attempt = await TryAsync(transaction, patience);
            if (attempt.Outcome == AttemptOutcome.Committed)
            {
                Remember(route, transaction.After);
                foreach (var (index, place) in places.Index())
                {
                    recording.SetRecorded(place, route, totals[index]);
                }

                return;
            }

            Learn(route, shard, attempt);
            if (attempt.Outcome is AttemptOutcome.KeysKnown or AttemptOutcome.Unanswered)
            {
                places = await SettleAsync(places, recording, patience);
            }

            if (attempt.Outcome is AttemptOutcome.RaceLost or AttemptOutcome.Conflict)
            {
                await CountLostRaceAsync(route, known, patience);
                shard = AnyShard(known);
            }

            if (places.Count > 0)
            {
                await PrepareNextAsync(attempt, patience);
            }
        }
    }

    private static int AnyShard(RouteState state) => state.Shards.Count == 1 ? 0 : RandomNumberGenerator.GetInt32(state.Shards.Count);

    /// <summary>
    /// The route as this process knows it. With more than one shard it is read each time: the total after a transaction counts what
    /// the other shards hold.
    /// </summary>
    private async Task<RouteState> KnownAsync(FlightRoute route, Patience patience)
    {
        if (_remembered.TryGetValue(route, out var state) && state.Shards.Count == 1)
        {
            return state;
        }

        state = await table.RouteAsync(route, patience, CancellationToken.None);
        Remember(route, state);
        return state;
    }

    private void Remember(FlightRoute route, RouteState state)
    {
        if (_remembered.Count >= Limits.DynamoDbRoutesRememberedMax)
        {
            _remembered.Clear();
        }

        _remembered[route] = state;
    }

    /// <summary>Takes over the total that DynamoDB gave with the reason; one that is in doubt is read the next time.</summary>
    private void Learn(FlightRoute route, int shard, Attempt attempt)
    {
        if (shard == 0 && attempt.Present is not null)
        {
            Remember(route, RouteState.From(attempt.Present));
        }
        else if (attempt.Outcome is AttemptOutcome.RaceLost or AttemptOutcome.Unanswered)
        {
            _remembered.TryRemove(route, out _);
        }
    }

    private async Task<Attempt> TryAsync(RouteTransaction transaction, Patience patience)
    {
        try
        {
            await table.SendOnceAsync(
                (client, token) => client.TransactWriteItemsAsync(transaction.Request(), token), patience, CancellationToken.None);
            return new Attempt(AttemptOutcome.Committed);
        }
        catch (TransactionCanceledException cancelled)
        {
            var (outcome, present) = transaction.WhyCancelled(cancelled);
            return new Attempt(outcome, cancelled, present);
        }
        catch (Exception exception) when (TableFaults.IsOne(exception))
        {
            return new Attempt(
                TableFaults.KindOf(exception) switch
                {
                    TableFault.Conflict => AttemptOutcome.Conflict,
                    TableFault.Throttled => AttemptOutcome.Throttled,
                    TableFault.Unanswered => AttemptOutcome.Unanswered,
                    _ => AttemptOutcome.Refused,
                },
                exception);
        }
    }

    /// <summary>Waits as long as the fault asks for, and gives up when there is no time left.</summary>
    private async Task PrepareNextAsync(Attempt attempt, Patience patience)
    {
        switch (attempt.Outcome)
        {
            case AttemptOutcome.Throttled or AttemptOutcome.Unanswered:
                await patience.BackOffAsync(CancellationToken.None);
                break;
            case AttemptOutcome.Conflict:
                await patience.StepAsideAsync(CancellationToken.None);
                break;
            default:
                // Who lost a race knows the new total and is back at once, or it would lose the next one, too.
                break;
        }

        if (attempt.Outcome == AttemptOutcome.Refused || patience.IsOver)
        {
            throw table.Faults.Unavailable(
                attempt.Outcome switch
                {
                    AttemptOutcome.Throttled => TableFault.Throttled,
                    AttemptOutcome.Unanswered => TableFault.Unanswered,
                    AttemptOutcome.Refused => TableFault.Refused,
                    _ => TableFault.Conflict,
                },
                attempt.Fault!,
                patience);
        }
    }

    /// <summary>Settles the transactions whose keys are in the table, and gives the places that are left.</summary>
    private async Task<IReadOnlyList<int>> SettleAsync(IReadOnlyList<int> places, Recording recording, Patience patience)
    {
        var items = await table.GetManyAsync(
            places.Select(place => TableLayout.ItemOf(recording.KeyAt(place))), patience, CancellationToken.None);
        var known = items.Select(KeyItem.From).ToDictionary(item => item.Key);
        var left = new List<int>(places.Count);
        foreach (var place in places)
        {
            if (known.TryGetValue(recording.KeyAt(place), out var item) && item.RecordedAtMs >= recording.RememberedSinceMs)
            {
                recording.SetKnown(place, item);
                await CorrectAsync(item, recording, patience);
            }
            else
            {
                left.Add(place);
            }
        }

        return left;
    }

    /// <summary>Counts a lost race, and gives the route twice as many shards when races are lost all the time.</summary>
    private async Task CountLostRaceAsync(FlightRoute route, RouteState known, Patience patience)
    {
        if (_races.Lose(route) && known.Shards[0] is not null && known.Shards.Count < Limits.DynamoDbShardsMax)
        {
            await GrowAsync(route, known.Shards.Count, patience);
            _remembered.TryRemove(route, out _);
        }
    }

    private async Task GrowAsync(FlightRoute route, int shards, Patience patience)
    {
        var request = new UpdateItemRequest
        {
            TableName = table.Name,
            Key = TableLayout.ShardItem(route, 0),
            UpdateExpression = "SET #shards = :more",
            ConditionExpression = shards == 1 ? "attribute_not_exists(#shards)" : "#shards = :shards",
            ExpressionAttributeNames = new() { ["#shards"] = TableLayout.Shards },
            ExpressionAttributeValues = new() { [":more"] = TableLayout.Number(shards * 2L) },
        };
        if (shards > 1)
        {
            request.ExpressionAttributeValues[":shards"] = TableLayout.Number(shards);
        }

        // Where another process was quicker, the shards that it made are found by the next read.
        await UpdateAsync(request, patience);
    }

    /// <summary>
    /// A time that lies ahead says only that a clock was wrong. It counts as the present one from when it is noticed, or the key would stay
    /// known until that time and a window more.
    /// </summary>
    private async Task CorrectAsync(KeyItem item, Recording recording, Patience patience)
    {
        if (item.RecordedAtMs <= recording.AtMs + Limits.ClockStepMs)
        {
            return;
        }

        var corrected = (item with { RecordedAtMs = recording.AtMs }).Item(recording.Window);
        await UpdateAsync(
            new UpdateItemRequest
            {
                TableName = table.Name,
                Key = TableLayout.ItemOf(item.Key),
                UpdateExpression = "SET #recordedAt = :present, #expires = :expires",
                ConditionExpression = "#recordedAt = :wrong",
                ExpressionAttributeNames = new()
                {
                    ["#recordedAt"] = TableLayout.RecordedAt, ["#expires"] = TableLayout.Expires,
                },
                ExpressionAttributeValues = new()
                {
                    [":present"] = corrected[TableLayout.RecordedAt],
                    [":expires"] = corrected[TableLayout.Expires],
                    [":wrong"] = TableLayout.Number(item.RecordedAtMs),
                },
            },
            patience);
    }

    /// <summary>Changes an item, unless its condition fails: then another process was quicker.</summary>
    private async Task UpdateAsync(UpdateItemRequest request, Patience patience)
    {
        try
        {
            await table.SendAsync((client, token) => client.UpdateItemAsync(request, token), patience, CancellationToken.None);
        }
        catch (ConditionalCheckFailedException)
        {
            return;
        }
        catch (Exception exception) when (TableFaults.IsOne(exception))
        {
            throw table.Faults.Unavailable(exception, patience);
        }
    }

    /// <summary>What an attempt came to, with the fault and the total as it is, where there are such.</summary>
    private sealed record Attempt(AttemptOutcome Outcome, Exception? Fault = null, Dictionary<string, AttributeValue>? Present = null);
}
