using Airside.Core.Stores;
using Airside.Core.Transactions;
using Airside.Service.Hosting;
using Airside.Service.Streaming;
using Airside.Service.Telemetry;

namespace Airside.Service.Operations;

/// <summary>The current state of the service, for operators without other monitoring.</summary>
internal sealed class ServiceState(
    IStore store, DrainLifetime drain, GroupCommit groupCommit, CountsStream stream, PrometheusMetrics metrics,
    LastLedgerCheck ledgerCheck)
{
    /// <summary>Reads the state, at almost no cost.</summary>
    public StateResponse Read()
    {
        var commits = metrics.Histogram(GroupCommitMetrics.MeterName, "airside.commit.duration");
        var check = ledgerCheck.Result;
        var fault = store.Outage ?? groupCommit.Fault ?? store.Ledger.WriteFault;
        return new StateResponse(
            drain.IsDraining ? "draining"
                : store.Outage is not null ? "store unavailable"
                : fault is not null ? "not recording"
                : "healthy",
            fault,
            store.Clock?.Fault,
            groupCommit.QueueLength,
            stream.Viewers,
            commits.Count,
            Milliseconds(commits.Median),
            Milliseconds(commits.Percentile99),
            check?.Differences,
            check?.At);
    }

    /// <summary>Converts to milliseconds. Infinity, a time beyond the last bucket, becomes null, because JSON has no infinity.</summary>
    private static double? Milliseconds(double? seconds) => seconds is { } known && double.IsFinite(known) ? known * 1_000 : null;
}

/// <summary>The state of the service.</summary>
/// <param name="Status"><c>healthy</c>, <c>draining</c>, <c>store unavailable</c> or <c>not recording</c>.</param>
/// <param name="Fault">Why the store cannot be read or written; null when it can.</param>
/// <param name="ClockFault">How the clock of this process differs from that of the store; null when it does not.</param>
/// <param name="QueueLength">Transactions waiting for a commit.</param>
/// <param name="Viewers">Viewers of the stream.</param>
/// <param name="Commits">Commits since the start.</param>
/// <param name="CommitMedianMs">Median duration of commits in milliseconds; null without a commit.</param>
/// <param name="CommitP99Ms">99th percentile of commit durations in milliseconds; null without a commit or beyond the last bucket.</param>
/// <param name="LedgerDifferences">Differences found by the last ledger check; null before the first.</param>
/// <param name="LedgerCheckedAt">Time of the last ledger check; null before the first.</param>
internal sealed record StateResponse(
    string Status, string? Fault, string? ClockFault, int QueueLength, int Viewers, long Commits, double? CommitMedianMs,
    double? CommitP99Ms, long? LedgerDifferences, DateTimeOffset? LedgerCheckedAt);
