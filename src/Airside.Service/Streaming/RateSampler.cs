using Airside.Core;

namespace Airside.Service.Streaming;

/// <summary>
/// Reads the counts periodically without viewers, so the first page view already shows rates, with or without scripts. It costs the
/// store a sixtieth of what viewers cost.
/// </summary>
internal sealed class RateSampler(LiveCounts counts, TimeProvider timeProvider, ILogger<RateSampler> logger) : BackgroundService
{
    private const int KeptTimes = 60;
    private long _samples;

    public long Samples => Interlocked.Read(ref _samples);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        new BackgroundWork("rate sampling", timeProvider, logger).RunAsync(SampleAsync, stoppingToken);

    private async Task SampleAsync(CancellationToken stopping)
    {
        var now = await counts.ReadAsync(stopping);
        Interlocked.Increment(ref _samples);
        var wait = now.KeepFor * KeptTimes;
        await Task.Delay(wait > RateMeter.Now ? wait : RateMeter.Now, timeProvider, stopping);
    }
}
