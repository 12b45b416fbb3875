namespace Airside.Core.Transactions;

/// <summary>A range of whole hours or days of UTC.</summary>
/// <param name="First">Start of the first bucket.</param>
/// <param name="End">End of the last bucket, exclusive.</param>
public readonly record struct HistoryRange(DateTimeOffset First, DateTimeOffset End)
{
    /// <summary>Returns the complete buckets that a time span touches; none if the span is empty.</summary>
    public static HistoryRange Around(DateTimeOffset from, DateTimeOffset to, HistoryBucket bucket)
    {
        var first = Floor(from, bucket);
        if (to <= from)
        {
            return new HistoryRange(first, first);
        }

        var last = Floor(to.AddTicks(-1), bucket);
        return new HistoryRange(first, last > DateTimeOffset.MaxValue - Width(bucket) ? DateTimeOffset.MaxValue : last + Width(bucket));
    }

    /// <summary>Returns the start of the bucket that contains a moment.</summary>
    public static DateTimeOffset Floor(DateTimeOffset moment, HistoryBucket bucket) =>
        new(moment.UtcTicks - (moment.UtcTicks % Width(bucket).Ticks), TimeSpan.Zero);

    private static TimeSpan Width(HistoryBucket bucket) =>
        bucket == HistoryBucket.Hour ? TimeSpan.FromHours(1) : TimeSpan.FromDays(1);
}
