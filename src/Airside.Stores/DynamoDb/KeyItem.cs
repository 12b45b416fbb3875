using Airside.Core;
using Airside.Core.Transactions;
using Amazon.DynamoDBv2.Model;

namespace Airside.Stores.DynamoDb;

/// <summary>The item of a transaction key.</summary>
/// <param name="Key">The key.</param>
/// <param name="Route">The route for which it was recorded.</param>
/// <param name="Total">Total of the route right after it.</param>
/// <param name="RecordedAtMs">When it was recorded, in Unix milliseconds.</param>
/// <param name="Recording">
/// Identifies the call that recorded it, so that after a lost response that call recognizes its own work instead of reporting a replay.
/// Empty for an imported key.
/// </param>
internal sealed record KeyItem(TransactionKey Key, FlightRoute Route, long Total, long RecordedAtMs, string Recording)
{
    public static KeyItem From(Dictionary<string, AttributeValue> item) => new(
        TableLayout.KeyOf(item),
        FlightRoute.FromStored(item[TableLayout.Route].S),
        TableLayout.NumberOf(item, TableLayout.Total),
        TableLayout.NumberOf(item, TableLayout.RecordedAt),
        item.GetValueOrDefault(TableLayout.Recording)?.S ?? "");

    /// <summary>Returns the item, which DynamoDB removes some time after the key has left the window.</summary>
    public Dictionary<string, AttributeValue> Item(TimeSpan window)
    {
        var expires = (RecordedAtMs / 1000) + (long)window.TotalSeconds + Limits.DynamoDbExpiryMarginSeconds;
        var item = new Dictionary<string, AttributeValue>(TableLayout.ItemOf(Key))
        {
            [TableLayout.Route] = TableLayout.Text(Route.ToString()),
            [TableLayout.Total] = TableLayout.Number(Total),
            [TableLayout.RecordedAt] = TableLayout.Number(RecordedAtMs),
            [TableLayout.Expires] = TableLayout.Number(expires),
        };
        if (Recording.Length > 0)
        {
            item[TableLayout.Recording] = TableLayout.Text(Recording);
        }

        return item;
    }
}
