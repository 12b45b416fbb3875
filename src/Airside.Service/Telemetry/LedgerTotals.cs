using Airside.Core;
using Airside.Core.Transactions;

namespace Airside.Service.Telemetry;

/// <summary>
/// The totals of the ledger for metrics. Reading them may take long and a metric must not wait, so the last ones are told, and asking
/// lets the next be read. Nothing is read while nobody asks.
/// </summary>
internal sealed partial class LedgerTotals(
    ITransactionLedger ledger, IHostApplicationLifetime application, TimeProvider timeProvider, ILogger<LedgerTotals> logger)
{
    private static readonly TimeSpan ActiveTime = TimeSpan.FromHours(Limits.OverviewHours);

    private volatile LedgerOverview? _latest;
    private long _begun;
    private int _isReading;

    /// <summary>The last totals that were read, or null before the first.</summary>
    public LedgerOverview? Latest
    {
        get
        {
            if (IsDue() && Interlocked.Exchange(ref _isReading, 1) == 0)
            {
                _ = ReadAsync();
            }

            return _latest;
        }
    }

    private bool IsDue()
    {
        var least = TimeSpan.FromMilliseconds(Limits.OverviewMetricsMsMin);
        var keepFor = _latest is { } latest && latest.KeepFor > least ? latest.KeepFor : least;
        return _latest is null || timeProvider.GetElapsedTime(Volatile.Read(ref _begun)) >= keepFor;
    }

    private async Task ReadAsync()
    {
        try
        {
            Volatile.Write(ref _begun, timeProvider.GetTimestamp());
            _latest = await ledger.OverviewAsync(1, timeProvider.GetUtcNow() - ActiveTime, application.ApplicationStopping);
        }
        catch (OperationCanceledException) when (application.ApplicationStopping.IsCancellationRequested)
        {
            // Nobody asks any more.
        }
        catch (StoreUnavailableException exception)
        {
            LogNotRead(logger, exception.Message);
        }
        finally
        {
            Volatile.Write(ref _isReading, 0);
        }
    }

    [LoggerMessage(EventIds.OverviewNotRead, LogLevel.Warning, "The totals cannot be read for metrics, the last ones stay: {Cause}")]
    private static partial void LogNotRead(ILogger logger, string cause);
}
