using Airside.Core;

namespace Airside.Service.Airlines;

/// <summary>Keeps the catalog of this process that of the store, whichever process loads the next one.</summary>
internal sealed partial class CatalogFollower(CurrentCatalog catalog, TimeProvider timeProvider, ILogger<CatalogFollower> logger)
    : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await catalog.FollowAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (exception is StoreUnavailableException or StoreDamagedException)
            {
                LogNotFollowed(logger, exception.Message);
                await Task.Delay(TimeSpan.FromMilliseconds(Limits.StoreWatchMs), timeProvider, stoppingToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    [LoggerMessage(
        EventIds.CatalogNotFollowed, LogLevel.Warning,
        "The airline catalog of the store cannot be followed, the present one stays in force: {Cause}")]
    private static partial void LogNotFollowed(ILogger logger, string cause);
}
