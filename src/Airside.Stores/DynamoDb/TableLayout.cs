using System.Globalization;
using Airside.Core.Transactions;
using Amazon.DynamoDBv2.Model;

namespace Airside.Stores.DynamoDb;

/// <summary>
/// How the items of the one table are named: a partition key and a sort key for each kind, and the names of the attributes.
/// <c>docs/operate/dynamodb.md</c> shows it as a table.
/// </summary>
internal static class TableLayout
{
    public const string PartitionKey = "pk";
    public const string SortKey = "sk";
    public const string Expires = "expires";

    public const string Route = "route";
    public const string Total = "total";
    public const string RecordedAt = "recordedAt";
    public const string Recording = "recording";
    public const string FirstAt = "firstAt";
    public const string LastAt = "lastAt";
    public const string Shards = "shards";
    public const string Transactions = "transactions";

    /// <summary>Begins the partition key of every transaction key.</summary>
    public const string KeyPrefix = "key#";

    public const string StatePartition = "state";
    public const string CatalogSort = "catalog";
    public const string ImportSort = "import";
    public const string CatalogPartition = "catalog";

    /// <summary>
    /// Partitions over which the routes are spread. A list of routes reads all of them; one partition would bound the writes of all
    /// routes together.
    /// </summary>
    public const int RoutePartitions = 16;

    private const string OnlySort = "-";
    private const string ShardSort = "total";
    private const string HourFormat = "yyyy-MM-ddTHH";

    public static Dictionary<string, AttributeValue> ItemOf(TransactionKey key) => ItemKey(KeyPrefix + key, OnlySort);

    /// <summary>The transaction key whose item this is.</summary>
    public static TransactionKey KeyOf(Dictionary<string, AttributeValue> item) =>
        TransactionKey.Parse(item[PartitionKey].S[KeyPrefix.Length..]);

    /// <summary>
    /// The item that holds the total of a shard. The first shard stands among the routes, so that a list finds it; any other has a
    /// partition of its own, so that it takes load off.
    /// </summary>
    public static Dictionary<string, AttributeValue> ShardItem(FlightRoute route, int shard) => shard == 0
        ? ItemKey(RoutePartition(PartitionOf(route)), route.ToString())
        : ItemKey($"shard#{route}#{shard}", ShardSort);

    public static string RoutePartition(int number) => $"routes#{number:x}";

    public static FlightRoute RouteOf(Dictionary<string, AttributeValue> item) => FlightRoute.Parse(item[SortKey].S);

    public static Dictionary<string, AttributeValue> HourItem(FlightRoute route, int shard, DateTimeOffset hour) =>
        ItemKey(HourPartition(route, shard), HourSort(hour));

    public static string HourPartition(FlightRoute route, int shard) => $"hours#{route}#{shard}";

    public static string HourSort(DateTimeOffset hour) => hour.UtcDateTime.ToString(HourFormat, CultureInfo.InvariantCulture);

    public static DateTimeOffset HourOf(Dictionary<string, AttributeValue> item) => DateTimeOffset.ParseExact(
        item[SortKey].S, HourFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    public static Dictionary<string, AttributeValue> ItemKey(string partition, string sort) => new()
    {
        [PartitionKey] = new AttributeValue { S = partition },
        [SortKey] = new AttributeValue { S = sort },
    };

    public static AttributeValue Number(long value) => new() { N = value.ToString(CultureInfo.InvariantCulture) };

    public static AttributeValue Text(string value) => new() { S = value };

    public static long NumberOf(Dictionary<string, AttributeValue> item, string attribute) =>
        long.Parse(item[attribute].N, CultureInfo.InvariantCulture);

    /// <summary>Multiplying by the golden ratio spreads names that differ in their last digit only.</summary>
    private static int PartitionOf(FlightRoute route) => (int)((route.Packed * 0x9E37_79B9_7F4A_7C15) >> 60);
}
