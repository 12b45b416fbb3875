using Airside.Core;
using Airside.Core.Archives;

namespace Airside.Service.Tests.Transactions;

/// <summary>A store whose ledger, read as a whole, fails some times.</summary>
internal sealed class FailingStore(IStore store, Func<Exception> fault, int failures) : ReadStore(store)
{
    private readonly ILedgerArchive _archive = store.Archive;
    private int _readings;

    /// <summary>How often it was read.</summary>
    public int Readings => Volatile.Read(ref _readings);

    public override IAsyncEnumerable<ArchiveEntry> ReadAsync(CancellationToken cancellationToken) =>
        Interlocked.Increment(ref _readings) > failures ? _archive.ReadAsync(cancellationToken) : throw fault();
}
