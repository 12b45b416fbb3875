using Airside.Core.Transactions;
using Airside.Stores.DynamoDb;
using Airside.Stores.Shared;
using Amazon.DynamoDBv2.Model;

namespace Airside.Stores.Tests.DynamoDb;

/// <summary>Why a transaction was cancelled, by the codes and positions of the reasons. Needs no server.</summary>
public sealed class CancelledTransactionTests
{
    private static readonly FlightRoute Route = FlightRoute.Parse("AR1133");

    // Two keys, then the route's total, then its hour.
    [Theory]
    [InlineData("ConditionalCheckFailed None None None", "KeysKnown")]
    [InlineData("None ConditionalCheckFailed None None", "KeysKnown")]
    [InlineData("ConditionalCheckFailed ConditionalCheckFailed ConditionalCheckFailed None", "KeysKnown")]
    [InlineData("ConditionalCheckFailed TransactionConflict ThrottlingError None", "KeysKnown")]
    [InlineData("None None ConditionalCheckFailed None", "RaceLost")]
    [InlineData("TransactionConflict None ConditionalCheckFailed None", "RaceLost")]
    [InlineData("TransactionConflict None None None", "Conflict")]
    [InlineData("None None TransactionConflict TransactionConflict", "Conflict")]
    [InlineData("None None None TransactionConflict", "Conflict")]
    [InlineData("None ThrottlingError None None", "Throttled")]
    [InlineData("None None None ProvisionedThroughputExceeded", "Throttled")]
    [InlineData("TransactionConflict None ThrottlingError None", "Throttled")]
    [InlineData("None ValidationError None None", "Refused")]
    [InlineData("None None ItemCollectionSizeLimitExceeded None", "Refused")]
    [InlineData("", "Refused")]
    public void Each_reason_has_its_own_outcome(string reasons, string outcome) =>
        Assert.Equal(outcome, Transaction().WhyCancelled(Cancelled(reasons)).Outcome.ToString());

    [Fact]
    public void A_lost_race_tells_the_new_total()
    {
        var cancelled = Cancelled("None None ConditionalCheckFailed None");
        var present = new Dictionary<string, AttributeValue> { ["total"] = new() { N = "7" } };
        cancelled.CancellationReasons[2].Item = present;

        Assert.Equal((AttemptOutcome.RaceLost, present), Transaction().WhyCancelled(cancelled));
    }

    [Fact]
    public void The_total_is_counted_on_from_the_known_one_and_over_all_shards()
    {
        var recording = NewRecording();
        var known = new RouteState([new RouteShard(10, 5, 6), new RouteShard(3, 7, 8), null]);
        var transaction = new RouteTransaction("airside", Route, shard: 1, known, recording);

        Assert.Equal([14, 15], new[] { "a", "b" }.Select(key => transaction.Add(TransactionKey.Parse(key))));
        Assert.Equal(new RouteShard(5, 7, recording.AtMs), transaction.After.Shards[1]);
        Assert.Equal(15, transaction.After.Total);
    }

    private static BatchRecording NewRecording() =>
        new(DistinctBatch.From([]), TestTime.Start, TimeSpan.FromHours(48));

    private static RouteTransaction Transaction()
    {
        var transaction = new RouteTransaction("airside", Route, shard: 0, RouteState.Unknown, NewRecording());
        transaction.Add(TransactionKey.Parse("a"));
        transaction.Add(TransactionKey.Parse("b"));
        return transaction;
    }

    private static TransactionCanceledException Cancelled(string reasons) => new("Cancelled by the test.")
    {
        CancellationReasons = [.. reasons.Split(' ').Select(reason => new CancellationReason { Code = reason })],
    };
}
