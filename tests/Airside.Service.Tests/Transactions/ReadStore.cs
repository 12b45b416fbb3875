using Airside.Core;
using Airside.Core.Airlines;
using Airside.Core.Stores;
using Airside.Core.Transactions;

namespace Airside.Service.Tests.Transactions;

/// <summary>Wraps a store and changes only what a full read of its ledger returns.</summary>
internal abstract class ReadStore(IStore store) : IStore, ILedgerArchive
{
    public ITransactionLedger Ledger => store.Ledger;

    public IAirlineStore Airlines => store.Airlines;

    public ILedgerArchive Archive => this;

    public string? Outage => store.Outage;

    public StoreClock? Clock => store.Clock;

    public RouteUsage RouteUsage => store.RouteUsage;

    public abstract IAsyncEnumerable<ArchiveEntry> ReadAsync(CancellationToken cancellationToken);

    public Task OpenAsync(CancellationToken cancellationToken) => store.OpenAsync(cancellationToken);

    public Task OpenToReadAsync(CancellationToken cancellationToken) => store.OpenToReadAsync(cancellationToken);

    public Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancellationToken) => store.MigrateAsync(cancellationToken);

    public Task<long?> BeginImportAsync(string id, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task ImportAsync(string id, long batch, IReadOnlyList<ArchiveEntry> entries, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task FinishImportAsync(string id, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
