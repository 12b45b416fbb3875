using System.Globalization;
using Airside.Core.Transactions;
using Amazon.DynamoDBv2.Model;

namespace Airside.Stores.DynamoDb;

/// <summary>What one shard of a route has counted. Times are Unix milliseconds.</summary>
internal sealed record RouteShard(long Total, long FirstAtMs, long LastAtMs)
{
    public static RouteShard From(Dictionary<string, AttributeValue> item) => new(
        TableLayout.NumberOf(item, TableLayout.Total),
        TableLayout.NumberOf(item, TableLayout.FirstAt),
        TableLayout.NumberOf(item, TableLayout.LastAt));

    /// <summary>The shard after some more transactions; <paramref name="shard"/> is null where it has none yet.</summary>
    public static RouteShard Add(RouteShard? shard, int transactions, long atMs) => shard is null
        ? new RouteShard(transactions, atMs, atMs)
        : new RouteShard(shard.Total + transactions, Math.Min(shard.FirstAtMs, atMs), Math.Max(shard.LastAtMs, atMs));
}

/// <summary>A route as it was read: its shards, of which those that have counted nothing yet are null.</summary>
internal sealed record RouteState(IReadOnlyList<RouteShard?> Shards)
{
    /// <summary>A route never seen.</summary>
    public static readonly RouteState Unknown = new([null]);

    public long Total => Shards.Sum(shard => shard?.Total ?? 0);

    /// <summary>A route as far as the item of its first shard tells it; the other shards are read by their own keys.</summary>
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

    /// <summary>The route with its total, or null for a route never seen.</summary>
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
