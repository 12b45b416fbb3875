using Airside.Core.Stores;
using Airside.Core.Transactions;

namespace Airside.Service.Tests.Transactions;

/// <summary>A store whose full ledger read counts one transaction too many per hour.</summary>
internal sealed class LossyStore(IStore store) : ReadStore(store)
{
    private readonly ILedgerArchive _archive = store.Archive;

    public override IAsyncEnumerable<ArchiveEntry> ReadAsync(CancellationToken cancellationToken) => _archive.ReadAsync(cancellationToken)
        .Select(entry => entry is HourEntry hour ? hour with { Transactions = hour.Transactions + 1 } : entry);
}
