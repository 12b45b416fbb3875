using System.Security.Cryptography;
using Airside.Core;
using Airside.Core.Transactions;
using Airside.Stores.Shared;
using Amazon.DynamoDBv2.Model;

namespace Airside.Stores.DynamoDb;

/// <summary>Records the transactions of a route in as few DynamoDB transactions as possible.</summary>
/// <remarks>
/// Nothing is read between two transactions of a route: the total is remembered from the last one, and if it is wrong, the response has the
/// right one. What an attempt leaves open, replays and lost responses alike, is settled by reading its keys.
/// </remarks>
internal sealed class RouteRecorder(
    DynamoDbTable table, DynamoDbMonitor monitor, RememberedRoutes remembered, TimeProvider timeProvider)
{
    private readonly LostRaces _races = new(timeProvider);

    /// <summary>Records the transactions at the given positions of the batch.</summary>
    /// <exception cref="StoreUnavailableException">Not all of them could be made durable.</exception>
    public async ValueTask RecordAsync(FlightRoute route, IEnumerable<int> places, BatchRecording recording, CancellationToken stop)
    {
        foreach (var chunk in places.Chunk(RouteTransaction.KeysMax))
        {
            // Another route has failed, so nothing of the batch is acknowledged and the rest need not be sent.
            if (stop.IsCancellationRequested)
            {
                return;
            }

            await RecordAsync(route, chunk, recording);
        }
    }

    private async Task RecordAsync(FlightRoute route, IReadOnlyList<int> places, BatchRecording recording)
    {
        var budget = table.RequestBudget();
        var shard = -1;
        while (places.Count > 0)
        {
            await monitor.EnsureWritableAsync(CancellationToken.None);
            var known = await remembered.KnownAsync(route, budget);
            TransactionRefusedException.EnsureRoom(route, known.Total + places.Count - 1);
            shard = shard < 0 || shard >= known.Shards.Count ? AnyShard(known) : shard;
            var transaction = new RouteTransaction(table.Name, route, shard, known, recording);
            var totals = places.Select(place => transaction.Add(recording.KeyAt(place))).ToArray();

            var attempt = await TryAsync(transaction, budget);
            if (known.IsNew && attempt.Outcome is AttemptOutcome.Committed or AttemptOutcome.Unanswered)
            {
                recording.NoteCreated(route);
            }

            if (attempt.Outcome == AttemptOutcome.Committed)
            {
                remembered.Remember(route, transaction.After);
                foreach (var (index, place) in places.Index())
                {
                    recording.SetRecorded(place, route, totals[index]);
                }

                return;
            }

            Learn(route, shard, attempt);
            if (attempt.Outcome is AttemptOutcome.KeysKnown or AttemptOutcome.Unanswered)
            {
                places = await SettleAsync(places, recording, budget);
            }

            if (attempt.Outcome is AttemptOutcome.RaceLost or AttemptOutcome.Conflict)
            {
                await CountLostRaceAsync(route, known, budget);
                shard = AnyShard(known);
            }

            if (places.Count > 0)
            {
                await PrepareNextAsync(attempt, budget);
            }
        }
    }

    private static int AnyShard(RouteState state) => state.Shards.Count == 1 ? 0 : RandomNumberGenerator.GetInt32(state.Shards.Count);

    /// <summary>Remembers the total that DynamoDB returned with the failure; a total in doubt is read the next time.</summary>
    private void Learn(FlightRoute route, int shard, Attempt attempt)
    {
        if (shard == 0 && attempt.Present is not null)
        {
            remembered.Remember(route, RouteState.From(attempt.Present));
        }
        else if (attempt.Outcome is AttemptOutcome.RaceLost or AttemptOutcome.Unanswered)
        {
            remembered.Forget(route);
        }
    }

    private async Task<Attempt> TryAsync(RouteTransaction transaction, RetryBudget budget)
    {
        try
        {
            await table.SendOnceAsync(
                (client, token) => client.TransactWriteItemsAsync(transaction.Request(), token), budget, CancellationToken.None);
            return new Attempt(AttemptOutcome.Committed);
        }
        catch (TransactionCanceledException cancelled)
        {
            var (outcome, present) = transaction.WhyCancelled(cancelled);
            return new Attempt(outcome, cancelled, present);
        }
        catch (Exception exception) when (DynamoDbFaults.IsOne(exception))
        {
            return new Attempt(
                DynamoDbFaults.KindOf(exception) switch
                {
                    DynamoDbFault.Conflict => AttemptOutcome.Conflict,
                    DynamoDbFault.Throttled => AttemptOutcome.Throttled,
                    DynamoDbFault.Unanswered => AttemptOutcome.Unanswered,
                    _ => AttemptOutcome.Refused,
                },
                exception);
        }
    }

    /// <summary>Waits as long as the failure requires, and gives up when no time is left.</summary>
    private async Task PrepareNextAsync(Attempt attempt, RetryBudget budget)
    {
        switch (attempt.Outcome)
        {
            case AttemptOutcome.Throttled or AttemptOutcome.Unanswered:
                await budget.BackOffAsync(CancellationToken.None);
                break;
            case AttemptOutcome.Conflict:
                await budget.StepAsideAsync(CancellationToken.None);
                break;
            default:
                // Retry immediately: the failure returned the new total, and waiting would lose the next race, too.
                break;
        }

        if (attempt.Outcome == AttemptOutcome.Refused || budget.IsOver)
        {
            throw table.Faults.Unavailable(
                attempt.Outcome switch
                {
                    AttemptOutcome.Throttled => DynamoDbFault.Throttled,
                    AttemptOutcome.Unanswered => DynamoDbFault.Unanswered,
                    AttemptOutcome.Refused => DynamoDbFault.Refused,
                    _ => DynamoDbFault.Conflict,
                },
                attempt.Fault!,
                budget);
        }
    }

    /// <summary>Settles the transactions whose keys are in the table, and returns the remaining positions.</summary>
    private async Task<IReadOnlyList<int>> SettleAsync(IReadOnlyList<int> places, BatchRecording recording, RetryBudget budget)
    {
        var items = await table.GetManyAsync(
            places.Select(place => TableLayout.ItemOf(recording.KeyAt(place))), budget, CancellationToken.None);
        var known = items.Select(KeyItem.From).ToDictionary(item => item.Key);
        var left = new List<int>(places.Count);
        foreach (var place in places)
        {
            if (known.TryGetValue(recording.KeyAt(place), out var item) && recording.IsRemembered(item))
            {
                recording.SetKnown(place, item);
                await CorrectAsync(item, recording, budget);
            }
            else
            {
                left.Add(place);
            }
        }

        return left;
    }

    /// <summary>Counts a lost race, and doubles the route's shards if races are lost constantly.</summary>
    private async Task CountLostRaceAsync(FlightRoute route, RouteState known, RetryBudget budget)
    {
        if (_races.Lose(route) && known.Shards[0] is not null && known.Shards.Count < Limits.DynamoDbShardsMax)
        {
            await GrowAsync(route, known.Shards.Count, budget);
            remembered.Forget(route);
        }
    }

    private async Task GrowAsync(FlightRoute route, int shards, RetryBudget budget)
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

        // If another process was quicker, the next read finds the shards that it created.
        await table.UpdateAsync(request, budget, CancellationToken.None);
    }

    /// <summary>
    /// Sets a recording time in the future to the current time. It only shows that a clock was wrong, and the key would stay known until
    /// that time plus a window.
    /// </summary>
    private async Task CorrectAsync(KeyItem item, BatchRecording recording, RetryBudget budget)
    {
        if (item.RecordedAtMs <= recording.AtMs + Limits.ClockStepMs)
        {
            return;
        }

        var corrected = (item with { RecordedAtMs = recording.AtMs }).Item(recording.Window);
        await table.UpdateAsync(
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
            budget,
            CancellationToken.None);
    }

    /// <summary>The outcome of an attempt, with its failure and the current total, if known.</summary>
    private sealed record Attempt(AttemptOutcome Outcome, Exception? Fault = null, Dictionary<string, AttributeValue>? Present = null);
}
