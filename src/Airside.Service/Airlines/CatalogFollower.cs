using Airside.Core;

namespace Airside.Service.Airlines;

/// <summary>Keeps the catalog of this process that of the store, whichever process loads the next one.</summary>
internal sealed class CatalogFollower(CurrentCatalog catalog, TimeProvider timeProvider, ILogger<CatalogFollower> logger)
    : BackgroundService
{
    /// <summary>Leaves the store as long again for the reading, of the time in which a catalog is to be in force.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(Limits.CatalogNoticeMs / 2);

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        new BackgroundWork("following of the airline catalog", timeProvider, logger)
            .RunAsync(catalog.FollowAsync, stoppingToken, LongestPause);
}
