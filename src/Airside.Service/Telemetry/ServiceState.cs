using Airside.Core;
using Airside.Core.Transactions;
using Airside.Service.Dashboard.Live;
using Airside.Service.Health;
using Airside.Service.Transactions;

namespace Airside.Service.Telemetry;

/// <summary>What matters of the service at present, for those who have nothing else to watch it with.</summary>
internal sealed class ServiceState(
    IStore store, DrainLifetime drain, GroupCommit groupCommit, CountsStream stream, PrometheusMetrics metrics, IServiceProvider services)
{
    /// <summary>Reads it; costs next to nothing.</summary>
    public StateAnswer Read()
    {
        var commits = metrics.Histogram(GroupCommitMetrics.MeterName, "airside.commit.duration");
        var check = services.GetService<LedgerCheck>()?.Last;
        var fault = store.Outage ?? groupCommit.Fault ?? store.Ledger.WriteFault;
        return new StateAnswer(
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

    /// <summary>Infinite is what lies beyond the last bucket, which JSON has no number for.</summary>
    private static double? Milliseconds(double? seconds) => seconds is { } known && double.IsFinite(known) ? known * 1_000 : null;
}

/// <summary>How the service is.</summary>
/// <param name="Status"><c>healthy</c>, <c>draining</c>, <c>store unavailable</c> or <c>not recording</c>.</param>
/// <param name="Fault">Why the store cannot be read or written; null when it can.</param>
/// <param name="ClockFault">How the clock of this process differs from that of the store; null when it does not.</param>
/// <param name="QueueLength">Transactions that wait for a commit.</param>
/// <param name="Viewers">Viewers of the stream.</param>
/// <param name="Commits">Commits since the start.</param>
/// <param name="CommitMedianMs">Half of them took at most so long, in milliseconds; null without one.</param>
/// <param name="CommitP99Ms">Ninety-nine of a hundred took at most so long, in milliseconds; null without one or past all bounds.</param>
/// <param name="LedgerDifferences">Differences that the last check of the ledger found; null before the first.</param>
/// <param name="LedgerCheckedAt">When that was; null before the first.</param>
internal sealed record StateAnswer(
    string Status, string? Fault, string? ClockFault, int QueueLength, int Viewers, long Commits, double? CommitMedianMs,
    double? CommitP99Ms, long? LedgerDifferences, DateTimeOffset? LedgerCheckedAt);
