using Airside.Core;

namespace Airside.Service.Dashboard.Live;

/// <summary>
/// Reads the counts now and then while nobody looks, so that the first look already has rates to show, with or without scripts. It
/// costs the store a sixtieth of what viewers cost.
/// </summary>
internal sealed partial class RateSampler(LiveCounts counts, TimeProvider timeProvider, ILogger<RateSampler> logger) : BackgroundService
{
    private const int KeptTimes = 60;
    private long _samples;

    /// <summary>Number of reads so far.</summary>
    public long Samples => Interlocked.Read(ref _samples);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = RateMeter.Now;
            try
            {
                var now = await counts.ReadAsync(stoppingToken);
                Interlocked.Increment(ref _samples);
                wait = now.KeepFor * KeptTimes > wait ? now.KeepFor * KeptTimes : wait;
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // Whoever looks is told; here the next round tries again.
                LogNotRead(logger, exception.Message);
            }

            await Task.Delay(wait, timeProvider, stoppingToken);
        }
    }

    [LoggerMessage(EventIds.RatesNotRead, LogLevel.Debug, "The counts cannot be read for the rates: {Cause}")]
    private static partial void LogNotRead(ILogger logger, string cause);
}
