using Airside.Core;
using Amazon.DynamoDBv2.Model;

namespace Airside.Stores.DynamoDb;

/// <summary>
/// The item that counts the routes. A process reserves places here before it creates routes, so that the limit holds across processes. What
/// goes missing, such as the reservation of a process that ended, is corrected by <see cref="RouteRecount"/>.
/// </summary>
/// <param name="Routes">Routes and reserved places; null before the first recount.</param>
/// <param name="CountedAtMs">When the last recount began, in Unix milliseconds; 0 if there was none.</param>
/// <param name="IsRecounting">Whether that recount has not finished.</param>
internal sealed record RouteCount(long? Routes, long CountedAtMs, bool IsRecounting = false)
{
    public const string RoutesAttribute = "routes";
    public const string CountedAtAttribute = "countedAt";

    /// <summary>Identifies the recount in progress.</summary>
    public const string RecountAttribute = "recount";

    /// <summary>No item.</summary>
    public static readonly RouteCount None = new(null, 0);

    public static Dictionary<string, AttributeValue> Key => TableLayout.ItemKey(TableLayout.StatePartition, TableLayout.RoutesSort);

    public static RouteCount From(Dictionary<string, AttributeValue> item) => new(
        item.ContainsKey(RoutesAttribute) ? TableLayout.NumberOf(item, RoutesAttribute) : null,
        item.ContainsKey(CountedAtAttribute) ? TableLayout.NumberOf(item, CountedAtAttribute) : 0,
        item.ContainsKey(RecountAttribute));

    /// <summary>Returns the item after a complete count, without a recount in progress.</summary>
    public Dictionary<string, AttributeValue> Item() => new(Key)
    {
        [RoutesAttribute] = TableLayout.Number(Routes ?? 0),
        [CountedAtAttribute] = TableLayout.Number(CountedAtMs),
    };

    /// <summary>Whether the routes are to be counted again.</summary>
    public bool IsDue(DateTimeOffset now) =>
        now.ToUnixTimeMilliseconds() - CountedAtMs
            >= 1_000L * (IsRecounting ? Limits.DynamoDbRecountSecondsMax : Limits.DynamoDbRecountSeconds);
}
