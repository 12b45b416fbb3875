using Airside.Core;
using Airside.Core.Stores;

namespace Airside.Service.Transactions;

/// <summary>Turns old hours into days in the background.</summary>
internal sealed class HistoryRollUp(IStore store, HourlyHistory hourly, TimeProvider timeProvider, ILogger<HistoryRollUp> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var wait = TimeSpan.FromMilliseconds(Limits.RollUpFirstMs);
        await new BackgroundWork("hours become days", timeProvider, logger).RunAsync(
            async stopping =>
            {
                await Task.Delay(wait, timeProvider, stopping);

                // What fails is tried again after a short pause.
                wait = TimeSpan.Zero;

                // A day later than requests for hours are refused, so none of them meets an hour that is gone.
                await store.Ledger.RollUpAsync(hourly.Since.AddDays(-1), stopping);
                wait = TimeSpan.FromMilliseconds(Limits.RollUpEveryMs);
            },
            stoppingToken);
    }
}
