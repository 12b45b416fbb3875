using Airside.Core;

namespace Airside.Service.Airlines;

/// <summary>Keeps this process's catalog in sync with the store.</summary>
internal sealed class CatalogFollower(CurrentCatalog catalog, TimeProvider timeProvider, ILogger<CatalogFollower> logger)
    : BackgroundService
{
    /// <summary>Half of the time within which a new catalog must become active; reading the store gets the other half.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(Limits.CatalogNoticeMs / 2);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        new BackgroundWork("catalog synchronization", timeProvider, logger)
            .RunAsync(catalog.FollowAsync, stoppingToken, LongestPause);
}
