namespace Airside.Core.Airlines;

/// <summary>Keeps the airline catalog on stable storage.</summary>
public interface IAirlineStore
{
    /// <summary>Reads the catalog that was saved last, or null when none ever was.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be read.</exception>
    /// <exception cref="StoreDamagedException">The saved catalog does not match its checksum.</exception>
    Task<AirlineCatalog?> LoadAsync(CancellationToken cancellationToken);

    /// <summary>Replaces the saved catalog in one step: after a crash either the old or the new one is there, whole.</summary>
    /// <exception cref="StoreUnavailableException">The catalog could not be saved; the old one is unchanged.</exception>
    Task ReplaceAsync(AirlineCatalog catalog, CancellationToken cancellationToken);

    /// <summary>
    /// Waits until the saved catalog is another than the one that the caller knows, and gives it, at most
    /// <see cref="Limits.CatalogNoticeMs"/> after it was saved by whichever process. A store of one process never has another.
    /// </summary>
    /// <param name="known">The catalog that the caller has, or null when nothing was saved yet.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StoreUnavailableException">The store cannot be read; the caller may ask again.</exception>
    Task<AirlineCatalog> NextAsync(AirlineCatalog? known, CancellationToken cancellationToken);
}
