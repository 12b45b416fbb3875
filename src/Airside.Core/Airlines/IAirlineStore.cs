namespace Airside.Core.Airlines;

/// <summary>Keeps the airline catalog on stable storage.</summary>
public interface IAirlineStore
{
    /// <summary>Reads the last saved catalog, or returns null if none was ever saved.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be read.</exception>
    /// <exception cref="StoreDamagedException">The saved catalog does not match its checksum.</exception>
    Task<AirlineCatalog?> LoadAsync(CancellationToken cancellationToken);

    /// <summary>Replaces the saved catalog in one step: after a crash, either the old or the new one exists, complete.</summary>
    /// <exception cref="StoreUnavailableException">The catalog could not be saved; the old one is unchanged.</exception>
    Task ReplaceAsync(AirlineCatalog catalog, CancellationToken cancellationToken);

    /// <summary>
    /// Waits until the saved catalog differs from the caller's, and returns it, at most <see cref="Limits.CatalogNoticeMs"/> after any
    /// process saved it. In a store of one process it never differs.
    /// </summary>
    /// <param name="known">The caller's catalog, or null if none was saved yet.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="StoreUnavailableException">The store cannot be read; the caller may retry.</exception>
    Task<AirlineCatalog> NextAsync(AirlineCatalog? known, CancellationToken cancellationToken);
}
