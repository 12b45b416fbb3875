using Airside.Core.Stores;
using Airside.Core.Transactions;

namespace Airside.Service.Tests.Transactions;

/// <summary>A store whose first full ledger reads fail.</summary>
internal sealed class FailingStore(IStore store, Func<Exception> fault, int failures) : ReadStore(store)
{
    private readonly ILedgerArchive _archive = store.Archive;
    private int _readings;

    /// <summary>Number of full reads.</summary>
    public int Readings => Volatile.Read(ref _readings);

    public override IAsyncEnumerable<ArchiveEntry> ReadAsync(CancellationToken cancellationToken) =>
        Interlocked.Increment(ref _readings) > failures ? _archive.ReadAsync(cancellationToken) : throw fault();
}
