using System.Globalization;
using Airside.Core.Transactions;
using Amazon.DynamoDBv2.Model;

namespace Airside.Stores.DynamoDb;

/// <summary>
/// The names in the table: a partition key and a sort key for each kind of item, and the attributes. <c>docs/operate/dynamodb.md</c> lists
/// them.
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
    public const string Version = "version";
    public const string ChangedAt = "changedAt";

    /// <summary>Prefix of the partition key of every transaction key.</summary>
    public const string KeyPrefix = "key#";

    public const string StatePartition = "state";
    public const string CatalogSort = "catalog";
    public const string ImportSort = "import";
    public const string RoutesSort = "routes";
    public const string CatalogPartition = "catalog";

    /// <summary>
    /// Number of partitions for the routes. A list of routes reads all of them; a single one would limit the writes of all routes
    /// together.
    /// </summary>
    public const int RoutePartitions = 16;

    /// <summary>Sorts before everything that a sort key can contain.</summary>
    public const string First = " ";

    private const string OnlySort = "-";
    private const string ShardSort = "total";
    private const string HourFormat = "yyyy-MM-ddTHH";
    private const string DayFormat = "yyyy-MM-dd";
    private const string VersionSort = "version";

    public static Dictionary<string, AttributeValue> ItemOf(TransactionKey key) => ItemKey(KeyPrefix + key, OnlySort);

    public static TransactionKey KeyOf(Dictionary<string, AttributeValue> item) =>
        TransactionKey.FromStored(item[PartitionKey].S[KeyPrefix.Length..]);

    /// <summary>
    /// Returns the item key of a shard's total. The first shard is stored among the routes, where lists find it; any other has its own
    /// partition, to spread the load.
    /// </summary>
    public static Dictionary<string, AttributeValue> ShardItem(FlightRoute route, int shard) => shard == 0
        ? ItemKey(RoutePartition(PartitionOf(route)), route.ToString())
        : ItemKey($"shard#{route}#{shard}", ShardSort);

    public static string RoutePartition(int number) => $"routes#{number:x}";

    public static FlightRoute RouteOf(Dictionary<string, AttributeValue> item) => FlightRoute.FromStored(item[SortKey].S);

    public static Dictionary<string, AttributeValue> HourItem(FlightRoute route, int shard, DateTimeOffset hour) =>
        ItemKey(HourPartition(route, shard), HourSort(hour));

    public static string HourPartition(FlightRoute route, int shard) => $"hours#{route}#{shard}";

    public static string HourSort(DateTimeOffset hour) => hour.UtcDateTime.ToString(HourFormat, CultureInfo.InvariantCulture);

    public static DateTimeOffset HourOf(Dictionary<string, AttributeValue> item) => DateTimeOffset.ParseExact(
        item[SortKey].S, HourFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    public static Dictionary<string, AttributeValue> DayItem(FlightRoute route, DateTimeOffset day) =>
        ItemKey(DayPartition(route), DaySort(day));

    /// <summary>
    /// Returns the partition of a route's days. It is not that of the hours, where programs of before would take a day for an hour.
    /// </summary>
    public static string DayPartition(FlightRoute route) => $"days#{route}";

    public static string DaySort(DateTimeOffset day) => day.UtcDateTime.ToString(DayFormat, CultureInfo.InvariantCulture);

    public static DateTimeOffset DayOf(string sort) => DateTimeOffset.ParseExact(
        sort, DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    /// <summary>Returns the key of the item that counts how often hours of a route became days.</summary>
    public static Dictionary<string, AttributeValue> HistoryVersionItem(FlightRoute route) => ItemKey(DayPartition(route), VersionSort);

    /// <summary>
    /// Returns the key of the item that says how far hours have become days. It is not in the partition of the state, which monitors read.
    /// </summary>
    public static Dictionary<string, AttributeValue> RollUpItem() => ItemKey("rollup", OnlySort);

    /// <summary>Returns the key of the item that says that all names were read. Monitors do not read it either.</summary>
    public static Dictionary<string, AttributeValue> NamesItem() => ItemKey("names", OnlySort);

    public static Dictionary<string, AttributeValue> KeyOfItem(Dictionary<string, AttributeValue> item) =>
        new() { [PartitionKey] = item[PartitionKey], [SortKey] = item[SortKey] };

    public static Dictionary<string, AttributeValue> ItemKey(string partition, string sort) => new()
    {
        [PartitionKey] = new AttributeValue { S = partition },
        [SortKey] = new AttributeValue { S = sort },
    };

    public static AttributeValue Number(long value) => new() { N = value.ToString(CultureInfo.InvariantCulture) };

    public static AttributeValue Text(string value) => new() { S = value };

    public static long NumberOf(Dictionary<string, AttributeValue> item, string attribute) =>
        long.Parse(item[attribute].N, CultureInfo.InvariantCulture);

    /// <summary>Returns the partition of a route. The golden ratio spreads names that differ only in their last digit.</summary>
    private static int PartitionOf(FlightRoute route) => (int)((route.Packed * 0x9E37_79B9_7F4A_7C15) >> 60);
}
