using Airside.Core;

namespace Airside.Service.Airlines;

/// <summary>Keeps the catalog of this process that of the store, whichever process loads the next one.</summary>
internal sealed class CatalogFollower(CurrentCatalog catalog, TimeProvider timeProvider, ILogger<CatalogFollower> logger)
    : BackgroundService
{
    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        new BackgroundWork("following of the airline catalog", timeProvider, logger).RunAsync(catalog.FollowAsync, stoppingToken);
}
