using Airside.Core;
using Airside.Stores.Shared;

namespace Airside.Stores.DynamoDb;

/// <summary>How long requests may take.</summary>
/// <param name="RequestMs">A step that a caller waits for, with all its attempts, in milliseconds.</param>
/// <param name="AttemptMs">One of its attempts, in milliseconds.</param>
/// <param name="WorkMs">A background step, with all its attempts, in milliseconds.</param>
internal sealed record Timeouts(int RequestMs, int AttemptMs, int WorkMs)
{
    public static readonly Timeouts OfService =
        new(Limits.StoreTimeoutMs, Limits.DynamoDbAttemptTimeoutMs, Limits.DynamoDbWorkTimeoutMs);

    /// <summary>Creates the budget of a step that a caller waits for.</summary>
    public RetryBudget ForRequest(TimeProvider timeProvider) => new(timeProvider, nameof(Limits.StoreTimeoutMs), RequestMs, AttemptMs);

    /// <summary>Creates the budget of a monitor's poll: it reports an outage before the first request has waited its full time.</summary>
    public RetryBudget ForMonitor(TimeProvider timeProvider) => new(
        timeProvider,
        $"{nameof(Limits.StoreTimeoutMs)} minus {nameof(Limits.StoreMonitorMs)}",
        RequestMs - Limits.StoreMonitorMs,
        AttemptMs);

    /// <summary>Creates the budget of background work: opening, preparing, moving the entire ledger.</summary>
    public RetryBudget ForBackground(TimeProvider timeProvider) =>
        new(timeProvider, nameof(Limits.DynamoDbWorkTimeoutMs), WorkMs, WorkMs / 3);
}
