using Airside.Core;

namespace Airside.Service.Dashboard.Live;

/// <summary>
/// Reads the counts now and then while nobody looks, so that the first look already has rates to show, with or without scripts. It
/// costs the store a sixtieth of what viewers cost.
/// </summary>
internal sealed class RateSampler(LiveCounts counts, TimeProvider timeProvider, ILogger<RateSampler> logger) : BackgroundService
{
    private const int KeptTimes = 60;
    private long _samples;

    /// <summary>Number of reads so far.</summary>
    public long Samples => Interlocked.Read(ref _samples);

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        new BackgroundWork("reading of the rates", timeProvider, logger).RunAsync(SampleAsync, stoppingToken);

    private async Task SampleAsync(CancellationToken stopping)
    {
        var now = await counts.ReadAsync(stopping);
        Interlocked.Increment(ref _samples);
        var wait = now.KeepFor * KeptTimes;
        await Task.Delay(wait > RateMeter.Now ? wait : RateMeter.Now, timeProvider, stopping);
    }
}
