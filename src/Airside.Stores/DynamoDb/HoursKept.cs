using System.Globalization;
using Airside.Core.Transactions;
using Amazon.DynamoDBv2.Model;

namespace Airside.Stores.DynamoDb;

/// <summary>
/// Since when there are hours, from the item of the roll-up: the day before which hours became days, and the one before which some may have
/// become days or were imported as days. What is in the future comes from a clock that was ahead, and does not count.
/// </summary>
internal sealed class HoursKept(DynamoDbTable table, TimeProvider timeProvider)
{
    public const string FinishedBefore = "finishedBefore";
    private const string BegunBefore = "begunBefore";

    /// <inheritdoc cref="ITransactionLedger.HoursSinceAsync"/>
    public async Task<DateTimeOffset> SinceAsync(CancellationToken cancellationToken)
    {
        var item = await table.GetAsync(TableLayout.RollUpItem(), table.RequestBudget(), cancellationToken) ?? [];
        var now = timeProvider.GetUtcNow();
        string[] marks = [BegunBefore, FinishedBefore];
        return marks.Where(item.ContainsKey).Select(mark => TableLayout.DayOf(item[mark].S))
            .Where(day => day <= now).DefaultIfEmpty(DateTimeOffset.MinValue).Max();
    }

    /// <summary>Notes that hours before a day become days, or are imported as days, before the first of them is gone.</summary>
    public Task BeginAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var request = new UpdateItemRequest
        {
            TableName = table.Name,
            Key = TableLayout.RollUpItem(),
            UpdateExpression = "SET #begun = :before",
            ConditionExpression = "attribute_not_exists(#begun) OR #begun < :before OR #begun > :today",
            ExpressionAttributeNames = new() { ["#begun"] = BegunBefore },
            ExpressionAttributeValues = new()
            {
                [":before"] = TableLayout.Text(TableLayout.DaySort(before)),
                [":today"] = TableLayout.Text(TableLayout.DaySort(timeProvider.GetUtcNow())),
            },
        };
        return table.UpdateAsync(request, table.BackgroundBudget(), cancellationToken);
    }
}
