using Airside.Core;
using Airside.Core.Airlines;
using Airside.Core.Archives;
using Airside.Core.Transactions;

namespace Airside.Service.Tests.Transactions;

/// <summary>A store whose ledger, read as a whole, fails some times.</summary>
internal sealed class FailingStore(IStore store, Func<Exception> fault, int failures) : IStore, ILedgerArchive
{
    private int _readings;

    /// <summary>How often it was read.</summary>
    public int Readings => Volatile.Read(ref _readings);

    public ITransactionLedger Ledger => store.Ledger;

    public IAirlineStore Airlines => store.Airlines;

    public ILedgerArchive Archive => this;

    public string? Outage => store.Outage;

    public IAsyncEnumerable<ArchiveEntry> ReadAsync(CancellationToken cancellationToken) =>
        Interlocked.Increment(ref _readings) > failures ? store.Archive.ReadAsync(cancellationToken) : throw fault();

    public Task OpenAsync(CancellationToken cancellationToken) => store.OpenAsync(cancellationToken);

    public Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancellationToken) => store.MigrateAsync(cancellationToken);

    public Task<long?> BeginImportAsync(string id, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task ImportAsync(string id, long batch, IReadOnlyList<ArchiveEntry> entries, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task FinishImportAsync(string id, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
