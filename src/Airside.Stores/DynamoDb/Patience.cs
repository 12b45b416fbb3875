using System.Security.Cryptography;
using Airside.Core;

namespace Airside.Stores.DynamoDb;

/// <summary>How long one step may take with all its attempts, and how long it waits between them.</summary>
internal sealed class Patience
{
    private readonly TimeProvider _timeProvider;
    private readonly long _started;
    private int _waits;

    private Patience(TimeProvider timeProvider, string limit, int limitMs, int attemptMs)
    {
        Limit = limit;
        _timeProvider = timeProvider;
        _started = timeProvider.GetTimestamp();
        LimitMs = limitMs;
        AttemptMs = attemptMs;
    }

    /// <summary>Name of the limit that sets the time.</summary>
    public string Limit { get; }

    /// <summary>The whole time that the step has, in milliseconds.</summary>
    public int LimitMs { get; }

    /// <summary>Time after which one attempt counts as unanswered, in milliseconds.</summary>
    public int AttemptMs { get; }

    /// <summary>How much is left of the time.</summary>
    public TimeSpan Rest => TimeSpan.FromMilliseconds(LimitMs) - _timeProvider.GetElapsedTime(_started);

    /// <summary>Whether there is no time for another attempt: one that is cut off at once would hide the fault of the one before.</summary>
    public bool IsOver => Rest < TimeSpan.FromMilliseconds(Limits.DynamoDbBackoffMsMin);

    /// <summary>For a request that somebody waits for.</summary>
    public static Patience OfRequest(TimeProvider timeProvider, Timeouts timeouts) =>
        new(timeProvider, nameof(Limits.StoreTimeoutMs), timeouts.RequestMs, timeouts.AttemptMs);

    /// <summary>For a look of the watch: an outage is told before the first request has waited for its whole time.</summary>
    public static Patience OfWatch(TimeProvider timeProvider, Timeouts timeouts) => new(
        timeProvider,
        $"{nameof(Limits.StoreTimeoutMs)} less {nameof(Limits.StoreWatchMs)}",
        timeouts.RequestMs - Limits.StoreWatchMs,
        timeouts.AttemptMs);

    /// <summary>For work in the background: opening, preparing, moving the whole ledger.</summary>
    public static Patience OfWork(TimeProvider timeProvider, Timeouts timeouts) =>
        new(timeProvider, nameof(Limits.DynamoDbWorkTimeoutMs), timeouts.WorkMs, timeouts.WorkMs / 3);

    /// <summary>
    /// Waits before the next attempt, twice as long each time at most. The time is drawn at random, so that many who failed together do
    /// not come back together.
    /// </summary>
    public Task BackOffAsync(CancellationToken cancellationToken)
    {
        var longestMs = Math.Min(Limits.DynamoDbBackoffMsMin << Math.Min(_waits++, 16), Limits.DynamoDbBackoffMsMax);
        return WaitAsync(longestMs, cancellationToken);
    }

    /// <summary>Waits a moment that does not grow: who lost a race for a busy item must not fall further behind.</summary>
    public Task StepAsideAsync(CancellationToken cancellationToken) => WaitAsync(Limits.DynamoDbBackoffMsMin, cancellationToken);

    private Task WaitAsync(int longestMs, CancellationToken cancellationToken)
    {
        var wait = TimeSpan.FromMilliseconds(1 + RandomNumberGenerator.GetInt32(longestMs));
        var rest = Rest;
        return Task.Delay(wait < rest ? wait : rest > TimeSpan.Zero ? rest : TimeSpan.Zero, _timeProvider, cancellationToken);
    }
}

/// <summary>How long requests may take.</summary>
/// <param name="RequestMs">A step that somebody waits for, with all its attempts, in milliseconds.</param>
/// <param name="AttemptMs">One of its attempts, in milliseconds.</param>
/// <param name="WorkMs">A step in the background, with all its attempts, in milliseconds.</param>
internal sealed record Timeouts(int RequestMs, int AttemptMs, int WorkMs)
{
    public static readonly Timeouts OfService =
        new(Limits.StoreTimeoutMs, Limits.DynamoDbAttemptTimeoutMs, Limits.DynamoDbWorkTimeoutMs);
}
