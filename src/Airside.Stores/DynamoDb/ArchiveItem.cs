using Airside.Core.Transactions;
using Amazon.DynamoDBv2.Model;

namespace Airside.Stores.DynamoDb;

/// <summary>The table item of an archive's entry.</summary>
internal static class ArchiveItem
{
    public static Dictionary<string, AttributeValue> From(ArchiveEntry entry, TimeSpan keyWindow) => entry switch
    {
        RouteEntry { Summary: var route } => new(TableLayout.ShardItem(route.Route, 0))
        {
            [TableLayout.Total] = TableLayout.Number(route.Total),
            [TableLayout.FirstAt] = TableLayout.Number(route.FirstAt.ToUnixTimeMilliseconds()),
            [TableLayout.LastAt] = TableLayout.Number(route.LastAt.ToUnixTimeMilliseconds()),
        },
        DayEntry day => new(TableLayout.DayItem(day.Route, day.Day))
        {
            [TableLayout.Transactions] = TableLayout.Number(day.Transactions),
        },
        HourEntry hour => new(TableLayout.HourItem(hour.Route, 0, hour.Hour))
        {
            [TableLayout.Transactions] = TableLayout.Number(hour.Transactions),
        },
        KeyEntry key =>
            new KeyItem(key.Key, key.Route, key.Total, key.RecordedAt.ToUnixTimeMilliseconds(), Recording: "").Item(keyWindow),
        _ => throw new ArgumentException($"Unknown kind of entry: {entry.GetType().Name}.", nameof(entry)),
    };
}
