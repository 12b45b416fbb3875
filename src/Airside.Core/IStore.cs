using Airside.Core.Airlines;
using Airside.Core.Archives;
using Airside.Core.Transactions;

namespace Airside.Core;

/// <summary>A place where transactions and airlines are kept: one data directory, or one database that many processes share.</summary>
public interface IStore : IAsyncDisposable
{
    /// <summary>The ledger.</summary>
    ITransactionLedger Ledger { get; }

    /// <summary>The airlines.</summary>
    IAirlineStore Airlines { get; }

    /// <summary>The ledger as a whole, to be moved to another store or checked.</summary>
    ILedgerArchive Archive { get; }

    /// <summary>
    /// Why the store can neither be read nor written at present, or null when it can. Found out in the background, so that asking costs
    /// nothing; a process whose store is out of reach is not ready.
    /// </summary>
    string? Outage { get; }

    /// <summary>The clock of the store beside that of this process; null for a store that has none of its own.</summary>
    StoreClock? Clock { get; }

    /// <summary>Reaches the store and makes sure that this version of Airside may use it. Before that nothing else may be asked.</summary>
    /// <exception cref="StoreUnavailableException">It cannot be reached, or it was not prepared for this version.</exception>
    /// <exception cref="StoreDamagedException">What it holds is not what was written.</exception>
    Task OpenAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Prepares the store for this version of Airside: makes or upgrades its tables. Does nothing where there is nothing to do, and may
    /// be run by many at once.
    /// </summary>
    /// <returns>What was done, one sentence each.</returns>
    /// <exception cref="StoreUnavailableException">It cannot be reached or prepared.</exception>
    Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancellationToken);
}
