namespace Airside.Service.Telemetry;

/// <summary>A summary of a histogram. Percentiles are the upper bounds of the buckets that they fall into.</summary>
/// <param name="Count">Number of values.</param>
/// <param name="Mean">Their mean, or null without a value.</param>
/// <param name="Median">Half of the values are at most this; null without a value, infinite beyond the last bound.</param>
/// <param name="Percentile99">All but one in a hundred values are at most this; null and infinite as for the median.</param>
public sealed record HistogramSummary(long Count, double? Mean, double? Median, double? Percentile99)
{
    /// <summary>Summarizes the buckets of a histogram.</summary>
    /// <param name="sum">Sum of all values.</param>
    /// <param name="bounds">Upper bounds of the buckets; the last bucket has none.</param>
    /// <param name="counts">Values in each bucket; there is one bucket more than bounds.</param>
    internal static HistogramSummary From(double sum, double[] bounds, long[] counts)
    {
        var count = counts.Sum();
        return count == 0
            ? new HistogramSummary(0, null, null, null)
            : new HistogramSummary(count, sum / count, At(0.5), At(0.99));

        double At(double share)
        {
            var seen = 0L;
            for (var i = 0; i < bounds.Length; i++)
            {
                seen += counts[i];
                if (seen >= share * count)
                {
                    return bounds[i];
                }
            }

            return double.PositiveInfinity;
        }
    }
}
