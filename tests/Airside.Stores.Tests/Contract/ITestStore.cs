using Airside.Core.Airlines;
using Airside.Core.Stores;
using Airside.Core.Transactions;

namespace Airside.Stores.Tests.Contract;

/// <summary>A separate, initially empty store for one test.</summary>
public interface ITestStore : IAsyncDisposable
{
    /// <summary>The store's clock.</summary>
    FakeTimeProvider Time { get; }

    /// <summary>The store as seen by each of its replicas; at least one.</summary>
    IReadOnlyList<IStore> Replicas { get; }

    IReadOnlyList<ITransactionLedger> Ledgers => [.. Replicas.Select(replica => replica.Ledger)];

    /// <summary>The airlines of the first replica.</summary>
    IAirlineStore Airlines => Replicas[0].Airlines;

    /// <summary>Opens the store, or reopens it as after a restart.</summary>
    ValueTask OpenAsync();
}
