using System.Globalization;
using Airside.Core.Transactions;
using Amazon.DynamoDBv2.Model;

namespace Airside.Stores.DynamoDb;

/// <summary>What one shard of a route has counted. Times are in Unix milliseconds.</summary>
internal sealed record RouteShard(long Total, long FirstAtMs, long LastAtMs)
{
    public static RouteShard From(Dictionary<string, AttributeValue> item) => new(
        TableLayout.NumberOf(item, TableLayout.Total),
        TableLayout.NumberOf(item, TableLayout.FirstAt),
        TableLayout.NumberOf(item, TableLayout.LastAt));

    /// <summary>Returns the shard after more transactions; <paramref name="shard"/> is null if it has none yet.</summary>
    public static RouteShard Add(RouteShard? shard, int transactions, long atMs) => shard is null
        ? new RouteShard(transactions, atMs, atMs)
        : new RouteShard(shard.Total + transactions, Math.Min(shard.FirstAtMs, atMs), Math.Max(shard.LastAtMs, atMs));
}

/// <summary>A route as it was read: its shards, null for those that have counted nothing yet.</summary>
internal sealed record RouteState(IReadOnlyList<RouteShard?> Shards)
{
    /// <summary>A route without transactions.</summary>
    public static readonly RouteState Unknown = new([null]);

    /// <summary>Whether the route has no transactions. A route is never deleted, so one that is not new stays so.</summary>
    public bool IsNew => Shards[0] is null;

    public long Total => Shards.Sum(shard => shard?.Total ?? 0);

    /// <summary>Returns a route from the item of its first shard; the other shards are read by their own keys.</summary>
    public static RouteState From(Dictionary<string, AttributeValue> item)
    {
        var shards = new RouteShard?[ShardsOf(item)];
        shards[0] = RouteShard.From(item);
        return new RouteState(shards);
    }

    public RouteState With(int index, RouteShard shard)
    {
        var shards = Shards.ToArray();
        shards[index] = shard;
        return new RouteState(shards);
    }

    /// <summary>Returns the route with its total, or null for a route without transactions.</summary>
    public RouteSummary? Summary(FlightRoute route)
    {
        var used = Shards.OfType<RouteShard>().ToArray();
        return used.Length == 0 ? null : new RouteSummary(
            route,
            Total,
            DateTimeOffset.FromUnixTimeMilliseconds(used.Min(shard => shard.FirstAtMs)),
            DateTimeOffset.FromUnixTimeMilliseconds(used.Max(shard => shard.LastAtMs)));
    }

    private static int ShardsOf(Dictionary<string, AttributeValue> item) =>
        item.TryGetValue(TableLayout.Shards, out var shards) ? int.Parse(shards.N, CultureInfo.InvariantCulture) : 1;
}
