using System.Diagnostics;
using System.Threading.RateLimiting;
using Airside.Core;

namespace Airside.Service.Transactions;

/// <summary>
/// Says in the log what became of a transaction, when the trace of its request is kept: a line for each transaction would cost more
/// than the transaction. So do the lines of one trace in a hundred once there are tens of thousands a second, which is why no more than
/// <see cref="Limits.TracedTransactionLinesPerSecondMax"/> are written; the span of the request has the same to tell.
/// </summary>
internal sealed partial class TransactionLog(ILogger<TransactionLog> logger) : IDisposable
{
    private readonly TokenBucketRateLimiter _lines = new(new TokenBucketRateLimiterOptions
    {
        TokenLimit = Limits.TracedTransactionLinesPerSecondMax,
        TokensPerPeriod = Limits.TracedTransactionLinesPerSecondMax,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        QueueLimit = 0,
    });

    /// <summary>Takes one that was recorded, replayed or refused.</summary>
    public void Settled(string outcome)
    {
        if (Activity.Current is { Recorded: true })
        {
            using var line = _lines.AttemptAcquire();
            if (line.IsAcquired)
            {
                LogSettled(logger, outcome);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lines.Dispose();

    [LoggerMessage(EventIds.TransactionSettled, LogLevel.Information, "A transaction was {Outcome}")]
    private static partial void LogSettled(ILogger logger, string outcome);
}
