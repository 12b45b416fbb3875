using System.Diagnostics;
using System.Threading.RateLimiting;
using Airside.Core;

namespace Airside.Service.Transactions;

/// <summary>
/// Logs the outcome of a transaction if the trace of its request is kept; a line for every transaction would cost more than the
/// transaction. At tens of thousands a second, even the lines of one trace in a hundred cost too much, so it writes at most
/// <see cref="Limits.TracedTransactionLinesPerSecondMax"/> lines a second; the span of the request records the same.
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

    /// <summary>Logs a transaction that was recorded, replayed or refused.</summary>
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

    public void Dispose() => _lines.Dispose();

    [LoggerMessage(EventIds.TransactionSettled, LogLevel.Information, "A transaction was {Outcome}")]
    private static partial void LogSettled(ILogger logger, string outcome);
}
