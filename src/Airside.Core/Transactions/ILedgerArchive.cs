namespace Airside.Core.Transactions;

/// <summary>
/// The entire ledger: read in full, to move it to another store or to check its sums, and written in full, into a store without
/// transactions.
/// </summary>
public interface ILedgerArchive
{
    /// <summary>
    /// Reads everything in the ledger, in any order: each route, each hour or day of a route that has transactions, and each key that is
    /// still in the window. Transactions recorded meanwhile may be missing; stores that can read a single point in time do so.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store cannot be read.</exception>
    IAsyncEnumerable<ArchiveEntry> ReadAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Starts an import, or resumes an interrupted one with the same id. Until <see cref="FinishImportAsync"/> the ledger records nothing
    /// else: every process that shares it refuses transactions with a cause.
    /// </summary>
    /// <param name="id">Identifies the content: the checksum of the exported stream.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>Number of batches of this import already in the store; null if it was finished before.</returns>
    /// <exception cref="StoreUnavailableException">The ledger holds its own transactions or another import, or is unreachable.</exception>
    Task<long?> BeginImportAsync(string id, CancellationToken cancellationToken);

    /// <summary>
    /// Writes one batch of an import in one step, exactly once: if two processes import the same archive, one writes the batch and the
    /// other finds it.
    /// </summary>
    /// <param name="id">The import.</param>
    /// <param name="batch">Number of the batch, counted from 0 without gaps.</param>
    /// <param name="entries">Its entries, at most <see cref="Limits.ImportBatchEntries"/>; the same for the same number.</param>
    /// <param name="cancellationToken">Cancels the operation; the batch may be written or not.</param>
    /// <exception cref="StoreUnavailableException">The batch could not be written.</exception>
    Task ImportAsync(string id, long batch, IReadOnlyList<ArchiveEntry> entries, CancellationToken cancellationToken);

    /// <summary>Finishes an import whose batches are all written, and lets transactions be recorded again. Safe to repeat.</summary>
    /// <exception cref="StoreUnavailableException">The end of the import could not be made durable.</exception>
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

/// <summary>
/// The transactions of a route in one day that are no longer kept by hour. Hours of the same day count in addition: they came later, under
/// a clock that was behind.
/// </summary>
/// <param name="Route">The route.</param>
/// <param name="Day">Start of the day, UTC.</param>
/// <param name="Transactions">Number of transactions, at least 1.</param>
public sealed record DayEntry(FlightRoute Route, DateTimeOffset Day, long Transactions) : ArchiveEntry;

/// <summary>A remembered key, with what its replay returns.</summary>
/// <param name="Key">The key.</param>
/// <param name="Route">The route it was recorded for.</param>
/// <param name="Total">Total of the route right after it.</param>
/// <param name="RecordedAt">When it was recorded.</param>
public sealed record KeyEntry(TransactionKey Key, FlightRoute Route, long Total, DateTimeOffset RecordedAt) : ArchiveEntry;
