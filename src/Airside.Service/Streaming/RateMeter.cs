namespace Airside.Service.Streaming;

/// <summary>Computes transactions per second over several time spans from totals that are read periodically. Not thread-safe.</summary>
internal sealed class RateMeter(TimeProvider timeProvider)
{
    /// <summary>Span of the current rate: long enough to be steady, short enough to be current.</summary>
    public static readonly TimeSpan Now = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    private readonly Queue<(long At, long Total)> _samples = new();
    private DateTimeOffset? _asOf;

    /// <summary>Adds a total that was read now, unless it is of the same moment as the last one.</summary>
    /// <param name="total">The total.</param>
    /// <param name="asOf">The moment of the total.</param>
    public void Add(long total, DateTimeOffset asOf)
    {
        if (asOf == _asOf)
        {
            return;
        }

        _asOf = asOf;
        var at = timeProvider.GetTimestamp();
        _samples.Enqueue((at, total));
        while (_samples.Count > 0 && timeProvider.GetElapsedTime(_samples.Peek().At, at) > Longest * 2)
        {
            _samples.Dequeue();
        }
    }

    /// <summary>Returns the rates up to the last total; null until there are two totals to compare.</summary>
    public TransactionRates Rates() =>
        new(Over(Now), Over(TimeSpan.FromMinutes(1)), Over(TimeSpan.FromMinutes(5)), Over(Longest));

    /// <summary>
    /// Returns the rate since the newest total that is as old as the span or up to twice as old; if there is none, since the oldest
    /// total that is younger.
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

        // An import may activate a ledger with a lower total. Rounded, so a fading average does not cause two events a second.
        return from is { } first ? Math.Round(Math.Max(0, last.Total - first.Total) / first.Age.TotalSeconds, 3) : null;
    }
}

/// <summary>Transactions per second; null until measured.</summary>
/// <param name="Now">Over the last five seconds.</param>
/// <param name="Minute">Over the last minute.</param>
/// <param name="FiveMinutes">Over the last five minutes.</param>
/// <param name="FifteenMinutes">Over the last fifteen minutes.</param>
public sealed record TransactionRates(double? Now, double? Minute, double? FiveMinutes, double? FifteenMinutes);
