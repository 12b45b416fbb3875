using Airside.Core.Transactions;

namespace Airside.Core.Archives;

/// <summary>
/// The ledger as a whole: read in full, to move it to another store or to check its sums, and written in full, into a store that holds
/// no transaction.
/// </summary>
public interface ILedgerArchive
{
    /// <summary>
    /// Everything in the ledger, in any order: each route, each hour of a route that has transactions, and each key that is still in
    /// the window. What is recorded meanwhile may be missing; stores that can show one moment do so.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store cannot be read.</exception>
    IAsyncEnumerable<ArchiveEntry> ReadAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Begins an import, or goes on with the one of the same id that was broken off. From here to <see cref="FinishImportAsync"/>
    /// the ledger records nothing else: every process that shares it refuses transactions with a cause.
    /// </summary>
    /// <param name="id">Names the content: the checksum of the exported stream.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Number of batches of this import that are in the store already; null when it was finished before.</returns>
    /// <exception cref="StoreUnavailableException">
    /// The ledger holds transactions of its own or another import, or cannot be reached.
    /// </exception>
    Task<long?> BeginImportAsync(string id, CancellationToken cancellationToken);

    /// <summary>
    /// Writes one batch of an import in one step, exactly once: of two processes that import the same, one writes it and the other
    /// finds it there.
    /// </summary>
    /// <param name="id">The import.</param>
    /// <param name="batch">Number of the batch, counted from 0 without gaps.</param>
    /// <param name="entries">Its entries, at most <see cref="Limits.ImportBatchEntries"/>; the same for the same number.</param>
    /// <param name="cancellationToken">Gives up; the batch may be written or not.</param>
    /// <exception cref="StoreUnavailableException">The batch could not be written.</exception>
    Task ImportAsync(string id, long batch, IReadOnlyList<ArchiveEntry> entries, CancellationToken cancellationToken);

    /// <summary>Ends an import whose batches are all written, and lets transactions be recorded again. Harmless when repeated.</summary>
    /// <exception cref="StoreUnavailableException">The end could not be made durable.</exception>
    Task FinishImportAsync(string id, CancellationToken cancellationToken);
}

/// <summary>One part of a ledger. Times are whole milliseconds of UTC.</summary>
public abstract record ArchiveEntry;

/// <summary>A route with its total.</summary>
/// <param name="Summary">The route, its total, first and last time.</param>
public sealed record RouteEntry(RouteSummary Summary) : ArchiveEntry;

/// <summary>The transactions of a route in one hour.</summary>
/// <param name="Route">The route.</param>
/// <param name="Hour">Start of the hour, UTC.</param>
/// <param name="Transactions">Number of transactions, at least 1.</param>
public sealed record HourEntry(FlightRoute Route, DateTimeOffset Hour, long Transactions) : ArchiveEntry;

/// <summary>A key that is remembered, with what its repeat is answered.</summary>
/// <param name="Key">The key.</param>
/// <param name="Route">The route it was recorded for.</param>
/// <param name="Total">Total of the route right after it.</param>
/// <param name="RecordedAt">When it was recorded.</param>
public sealed record KeyEntry(TransactionKey Key, FlightRoute Route, long Total, DateTimeOffset RecordedAt) : ArchiveEntry;
