using Airside.Archives;
using Airside.Core;
using Airside.Core.Stores;

namespace Airside.Service.Operations;

/// <summary>
/// Periodically recomputes the ledger totals from hours and keys, as the command <c>reconcile</c> does, and reports the result as a
/// metric: everything that was acknowledged must still exist.
/// </summary>
internal sealed partial class LedgerCheck(
    IStore store, TimeSpan every, LastLedgerCheck last, TimeProvider timeProvider, ILogger<LedgerCheck> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var first = TimeSpan.FromSeconds(Limits.LedgerFirstCheckSecondsMax);
        var wait = every < first ? every : first;
        await new BackgroundWork("ledger check", timeProvider, logger).RunAsync(
            async stopping =>
            {
                await Task.Delay(wait, timeProvider, stopping);
                wait = every;
                await CheckAsync(stopping);
            },
            stoppingToken);
    }

    private async Task CheckAsync(CancellationToken stopping)
    {
        var differences = await CountAsync(stopping);
        if (differences > 0)
        {
            // A store without consistent snapshots may show a busy hour half-updated; what is truly lost is missing in every read.
            differences = Math.Min(differences, await CountAsync(stopping));
        }

        last.Result = new LedgerCheckResult(differences, timeProvider.GetUtcNow());
        if (differences == 0)
        {
            LogAgrees(logger);
        }
        else
        {
            LogDiffers(logger, differences);
        }
    }

    private async Task<long> CountAsync(CancellationToken stopping)
    {
        var differences = 0L;
        await foreach (var _ in Reconciliation.CheckAsync(
            store.Archive.ReadAsync(stopping), store.Ledger.KeyWindow, timeProvider, new SortSpace(Path.GetTempPath()), null, stopping))
        {
            differences++;
        }

        return differences;
    }

    [LoggerMessage(EventIds.LedgerAgrees, LogLevel.Information, "Ledger check: totals, hours and keys agree")]
    private static partial void LogAgrees(ILogger logger);

    [LoggerMessage(
        EventIds.LedgerDiffers, LogLevel.Error,
        "Ledger check: {Differences} differences between totals, hours and keys; 'reconcile' lists them")]
    private static partial void LogDiffers(ILogger logger, long differences);
}

/// <summary>The result of a ledger check.</summary>
/// <param name="Differences">Number of differences between totals, hours and keys.</param>
/// <param name="At">When it was found.</param>
internal sealed record LedgerCheckResult(long Differences, DateTimeOffset At);

internal sealed class LastLedgerCheck
{
    private volatile LedgerCheckResult? _result;

    /// <summary>The result, or null before the first check.</summary>
    public LedgerCheckResult? Result
    {
        get => _result;
        set => _result = value;
    }
}
