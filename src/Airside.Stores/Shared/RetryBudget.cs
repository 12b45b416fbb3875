using System.Security.Cryptography;
using Airside.Core;

namespace Airside.Stores.Shared;

/// <summary>How long one step may take with all its attempts, and how long it waits between them.</summary>
internal sealed class RetryBudget
{
    private readonly TimeProvider _timeProvider;
    private readonly long _started;
    private int _waits;

    /// <summary>Starts the time of a step.</summary>
    public RetryBudget(TimeProvider timeProvider, string limit, int limitMs, int attemptMs)
    {
        Limit = limit;
        _timeProvider = timeProvider;
        _started = timeProvider.GetTimestamp();
        LimitMs = limitMs;
        AttemptMs = attemptMs;
    }

    /// <summary>Name of the limit that sets the time.</summary>
    public string Limit { get; }

    /// <summary>Total time of the step, in milliseconds.</summary>
    public int LimitMs { get; }

    /// <summary>Time after which an attempt counts as unanswered, in milliseconds.</summary>
    public int AttemptMs { get; }

    /// <summary>The time left.</summary>
    public TimeSpan Rest => TimeSpan.FromMilliseconds(LimitMs) - _timeProvider.GetElapsedTime(_started);

    /// <summary>Time of the next attempt.</summary>
    public TimeSpan AttemptTime
    {
        get
        {
            var (attempt, rest) = (TimeSpan.FromMilliseconds(AttemptMs), Rest);
            return rest < TimeSpan.Zero ? TimeSpan.Zero : rest < attempt ? rest : attempt;
        }
    }

    /// <summary>Whether too little time is left for another attempt: a timeout right away would hide the previous failure.</summary>
    public bool IsOver => Rest < TimeSpan.FromMilliseconds(Limits.StoreBackoffMsMin);

    /// <summary>
    /// Waits before the next attempt; the maximum wait doubles each time. The wait is random, so that requests that failed together do not
    /// retry together.
    /// </summary>
    public Task BackOffAsync(CancellationToken cancellationToken)
    {
        var longestMs = Math.Min(Limits.StoreBackoffMsMin << Math.Min(_waits++, 16), Limits.StoreBackoffMsMax);
        return WaitAsync(longestMs, cancellationToken);
    }

    /// <summary>Waits for a moment that does not grow: the loser of a race for a busy item must not fall further behind.</summary>
    public Task StepAsideAsync(CancellationToken cancellationToken) => WaitAsync(Limits.StoreBackoffMsMin, cancellationToken);

    private Task WaitAsync(int longestMs, CancellationToken cancellationToken)
    {
        var wait = TimeSpan.FromMilliseconds(1 + RandomNumberGenerator.GetInt32(longestMs));
        var rest = Rest;
        return Task.Delay(wait < rest ? wait : rest > TimeSpan.Zero ? rest : TimeSpan.Zero, _timeProvider, cancellationToken);
    }
}
