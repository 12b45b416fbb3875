using Airside.Core;

namespace Airside.Stores.Shared;

/// <summary>How old the ranking of a shared store may be.</summary>
/// <param name="RefreshAfter">After how long it is refreshed, by the number of routes.</param>
internal sealed record RankingAge(Func<int, TimeSpan> RefreshAfter)
{
    /// <summary>Every read waits for a refresh that begins after it.</summary>
    public static readonly RankingAge Exact = new(_ => TimeSpan.Zero);

    /// <summary>How long after a failed refresh the next one begins at the earliest.</summary>
    public TimeSpan RetryAfter =>
        TimeSpan.FromMilliseconds(Math.Min(RefreshAfter(0).TotalMilliseconds, Limits.ReadingPauseMs));

    /// <summary>
    /// Returns the age from which a read waits for a refresh: later than one is due, so that reads go on meanwhile, and at most
    /// <see cref="Limits.RankingAgeMsMax"/>, unless a refresh is due only later.
    /// </summary>
    public TimeSpan WaitAfter(int routes)
    {
        var due = RefreshAfter(routes).TotalMilliseconds;
        return TimeSpan.FromMilliseconds(Math.Max(Math.Min(due * 2, Limits.RankingAgeMsMax), due * 5 / 4));
    }
}
