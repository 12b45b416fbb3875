using Airside.Core.Airlines;
using Airside.Core.Transactions;

namespace Airside.Core.Stores;

/// <summary>A store of transactions and airlines: one data directory, or one database that many processes share.</summary>
public interface IStore : IAsyncDisposable
{
    /// <summary>The ledger.</summary>
    ITransactionLedger Ledger { get; }

    /// <summary>The airlines.</summary>
    IAirlineStore Airlines { get; }

    /// <summary>The entire ledger, for moving it to another store or checking it.</summary>
    ILedgerArchive Archive { get; }

    /// <summary>
    /// Why the store can currently be neither read nor written, or null if it can. Determined in the background, so reading it costs
    /// nothing. A process whose store is unreachable is not ready.
    /// </summary>
    string? Outage { get; }

    /// <summary>The store's clock, compared with this process's; null for a store without its own clock.</summary>
    StoreClock? Clock { get; }

    /// <summary>The number of routes and its limit. Determined in the background, so reading it costs nothing.</summary>
    RouteUsage RouteUsage { get; }

    /// <summary>Connects to the store and ensures that this version of Airside may use it. Nothing else may be called before.</summary>
    /// <exception cref="StoreUnavailableException">
    /// The store is unreachable, not prepared for this version, or holds names of routes or keys that must be converted.
    /// </exception>
    /// <exception cref="StoreDamagedException">Stored data differs from what was written.</exception>
    Task OpenAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Connects to the store to read its <see cref="Archive"/> only, also if it holds names that must be converted. Nothing may be
    /// recorded.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store is unreachable, or not prepared for this version in another way.</exception>
    /// <exception cref="StoreDamagedException">Stored data differs from what was written.</exception>
    Task OpenToReadAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Prepares the store for this version of Airside: creates or upgrades its tables. Does nothing if the store is up to date. Many
    /// processes may run it concurrently.
    /// </summary>
    /// <returns>What was done, one sentence each.</returns>
    /// <exception cref="StoreUnavailableException">The store cannot be reached or prepared.</exception>
    Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancellationToken);
}
