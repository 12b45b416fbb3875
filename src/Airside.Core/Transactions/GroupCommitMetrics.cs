using System.Diagnostics.Metrics;

namespace Airside.Core.Transactions;

/// <summary>The metrics of the group commit, as OpenTelemetry instruments of one meter.</summary>
public sealed class GroupCommitMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Airside.Transactions";

    private static readonly KeyValuePair<string, object?> RecordedTag = new("airside.outcome", "recorded");
    private static readonly KeyValuePair<string, object?> ReplayedTag = new("airside.outcome", "replayed");
    private static readonly KeyValuePair<string, object?> KeyReusedTag = new("airside.outcome", "key_reused");
    private static readonly KeyValuePair<string, object?> InvalidTag = new("airside.outcome", "invalid");
    private static readonly KeyValuePair<string, object?> RefusedTag = new("airside.outcome", "refused");
    private static readonly KeyValuePair<string, object?> FailedTag = new("airside.outcome", "failed");
    private static readonly KeyValuePair<string, object?> ShedTag = new("airside.outcome", "shed");

    private readonly Meter _meter;
    private readonly Counter<long> _transactions;
    private readonly Histogram<int> _batchSize;
    private readonly Histogram<double> _commitDuration;

    /// <summary>Creates the instruments.</summary>
    public GroupCommitMetrics(IMeterFactory meterFactory)
    {
        _meter = meterFactory.Create(MeterName);
        _transactions = _meter.CreateCounter<long>(
            "airside.transactions", "{transaction}", "Transactions by outcome.");
        _batchSize = _meter.CreateHistogram(
            "airside.commit.batch.size", "{transaction}", "Transactions in one commit.",
            advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 4, 16, 64, 256, 1_000, 4_000, 10_000] });
        _commitDuration = _meter.CreateHistogram(
            "airside.commit.duration", "s", "Time for the store to make one batch durable.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
            });
    }

    /// <summary>Counts transactions that were refused for their route or key before they reached the ledger.</summary>
    public void Invalid(int transactions) => _transactions.Add(transactions, InvalidTag);

    internal void ObserveQueue(Func<int> length, int transactionsMax)
    {
        _meter.CreateObservableUpDownCounter(
            "airside.commit.queue.length", length, "{transaction}", "Transactions waiting for a commit.");
        _meter.CreateObservableUpDownCounter(
            "airside.commit.queue.limit", () => transactionsMax, "{transaction}", "Transactions that may wait for a commit.");
    }

    internal void Committed(ReadOnlySpan<Transaction> batch, ReadOnlySpan<RecordOutcome> outcomes, TimeSpan duration)
    {
        var (replayed, reused) = (0, 0);
        for (var i = 0; i < outcomes.Length; i++)
        {
            if (outcomes[i].IsReplay)
            {
                _ = outcomes[i].Route == batch[i].Route ? replayed++ : reused++;
            }
        }

        _transactions.Add(outcomes.Length - replayed - reused, RecordedTag);
        AddSome(replayed, ReplayedTag);
        AddSome(reused, KeyReusedTag);

        _batchSize.Record(outcomes.Length);
        _commitDuration.Record(duration.TotalSeconds);
    }

    internal void Failed(int transactions, bool isPermanent) => _transactions.Add(transactions, isPermanent ? RefusedTag : FailedTag);

    internal void Shed(int transactions) => _transactions.Add(transactions, ShedTag);

    private void AddSome(int transactions, in KeyValuePair<string, object?> tag)
    {
        if (transactions > 0)
        {
            _transactions.Add(transactions, tag);
        }
    }
}
