namespace Airside.Service.Dashboard.Live;

/// <summary>
/// Transactions per second over some spans of time, from totals that are read now and then. For one caller at a time.
/// </summary>
internal sealed class RateMeter(TimeProvider timeProvider)
{
    /// <summary>What counts as now: long enough for a steady figure, short enough to follow.</summary>
    public static readonly TimeSpan Now = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    private readonly Queue<(long At, long Total)> _samples = new();

    /// <summary>Takes a total that was read now.</summary>
    public void Add(long total)
    {
        var at = timeProvider.GetTimestamp();
        _samples.Enqueue((at, total));
        while (_samples.Count > 0 && timeProvider.GetElapsedTime(_samples.Peek().At, at) > Longest * 2)
        {
            _samples.Dequeue();
        }
    }

    /// <summary>The rates up to the last total; null where there are not yet two totals to compare.</summary>
    public TransactionRates Rates() =>
        new(Over(Now), Over(TimeSpan.FromMinutes(1)), Over(TimeSpan.FromMinutes(5)), Over(Longest));

    /// <summary>
    /// From the youngest total that is as old as the span, or up to twice as old; where looking began later than that, from the first
    /// one since.
    /// </summary>
    private double? Over(TimeSpan span)
    {
        if (_samples.Count == 0)
        {
            return null;
        }

        var last = _samples.Last();
        (TimeSpan Age, long Total)? from = null;
        foreach (var (at, total) in _samples)
        {
            var age = timeProvider.GetElapsedTime(at, last.At);
            if (age > span * 2 || age < Shortest || (age < span && from is not null))
            {
                continue;
            }

            from = (age, total);
        }

        // An import may put a ledger in force that has fewer. Rounded, so that an average that fades is not news twice a second.
        return from is { } first ? Math.Round(Math.Max(0, last.Total - first.Total) / first.Age.TotalSeconds, 3) : null;
    }
}

/// <summary>Transactions per second; null where nothing has been measured yet.</summary>
/// <param name="Now">Over the last five seconds.</param>
/// <param name="Minute">Over the last minute.</param>
/// <param name="FiveMinutes">Over the last five minutes.</param>
/// <param name="FifteenMinutes">Over the last fifteen minutes.</param>
public sealed record TransactionRates(double? Now, double? Minute, double? FiveMinutes, double? FifteenMinutes);
