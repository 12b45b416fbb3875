using System.Runtime.CompilerServices;
using Airside.Core;
using Airside.Core.Airlines;
using Airside.Core.Archives;
using Airside.Core.Transactions;

namespace Airside.Service.Tests.Transactions;

/// <summary>A store whose ledger, read as a whole, counts one transaction of each hour too many.</summary>
internal sealed class LossyStore(IStore store) : IStore, ILedgerArchive
{
    public ITransactionLedger Ledger => store.Ledger;

    public IAirlineStore Airlines => store.Airlines;

    public ILedgerArchive Archive => this;

    public string? Outage => store.Outage;

    public async IAsyncEnumerable<ArchiveEntry> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var entry in store.Archive.ReadAsync(cancellationToken))
        {
            yield return entry is HourEntry hour ? hour with { Transactions = hour.Transactions + 1 } : entry;
        }
    }

    public Task OpenAsync(CancellationToken cancellationToken) => store.OpenAsync(cancellationToken);

    public Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancellationToken) => store.MigrateAsync(cancellationToken);

    public Task<long?> BeginImportAsync(string id, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task ImportAsync(string id, long batch, IReadOnlyList<ArchiveEntry> entries, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task FinishImportAsync(string id, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
