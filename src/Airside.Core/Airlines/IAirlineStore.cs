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
}
