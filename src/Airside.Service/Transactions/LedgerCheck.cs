using Airside.Core;
using Airside.Core.Archives;

namespace Airside.Service.Transactions;

/// <summary>
/// Recomputes the totals of the ledger from hours and keys now and then, as the command <c>reconcile</c> does, and tells the result as
/// a metric: what was acknowledged must still be there.
/// </summary>
internal sealed partial class LedgerCheck(IStore store, TimeSpan every, TimeProvider timeProvider, ILogger<LedgerCheck> logger)
    : BackgroundService
{
    private volatile LedgerCheckResult? _last;

    /// <summary>What the last check found, or null before the first.</summary>
    public LedgerCheckResult? Last => _last;

    /// <summary>Adds the check where it is wanted.</summary>
    public static void Add(IServiceCollection services, TimeSpan every)
    {
        if (every > TimeSpan.Zero)
        {
            services.AddSingleton(provider => new LedgerCheck(
                provider.GetRequiredService<IStore>(), every, provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<LedgerCheck>>()));
            services.AddHostedService(provider => provider.GetRequiredService<LedgerCheck>());
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var first = TimeSpan.FromSeconds(Limits.LedgerFirstCheckSecondsMax);
        var wait = every < first ? every : first;
        await new BackgroundWork("check of the ledger", timeProvider, logger).RunAsync(
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
            // A store that cannot show one moment may show a busy hour in halves; what is truly lost is missing in each reading.
            differences = Math.Min(differences, await CountAsync(stopping));
        }

        _last = new LedgerCheckResult(differences, timeProvider.GetUtcNow());
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

    [LoggerMessage(EventIds.LedgerAgrees, LogLevel.Information, "The ledger was checked: totals, hours and keys agree")]
    private static partial void LogAgrees(ILogger logger);

    [LoggerMessage(
        EventIds.LedgerDiffers, LogLevel.Error,
        "The ledger was checked: {Differences} differences between totals, hours and keys; 'reconcile' names them")]
    private static partial void LogDiffers(ILogger logger, long differences);
}

/// <summary>What a check of the ledger found.</summary>
/// <param name="Differences">Number of differences between totals, hours and keys.</param>
/// <param name="At">When it was found.</param>
internal sealed record LedgerCheckResult(long Differences, DateTimeOffset At);
