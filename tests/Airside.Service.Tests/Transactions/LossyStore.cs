using Airside.Core;
using Airside.Core.Archives;

namespace Airside.Service.Tests.Transactions;

/// <summary>A store whose ledger, read as a whole, counts one transaction of each hour too many.</summary>
internal sealed class LossyStore(IStore store) : ReadStore(store)
{
    private readonly ILedgerArchive _archive = store.Archive;

    public override IAsyncEnumerable<ArchiveEntry> ReadAsync(CancellationToken cancellationToken) => _archive.ReadAsync(cancellationToken)
        .Select(entry => entry is HourEntry hour ? hour with { Transactions = hour.Transactions + 1 } : entry);
}
