using Airside.Core;
using Airside.Core.Airlines;
using Airside.Core.Transactions;

namespace Airside.Stores.Tests.Contract;

/// <summary>A store of its own for one test, empty at first.</summary>
public interface ITestStore : IAsyncDisposable
{
    /// <summary>The clock of the store.</summary>
    FakeTimeProvider Time { get; }

    /// <summary>The same store as seen by each of its replicas; at least one.</summary>
    IReadOnlyList<IStore> Replicas { get; }

    /// <summary>The ledger of each replica.</summary>
    IReadOnlyList<ITransactionLedger> Ledgers => [.. Replicas.Select(replica => replica.Ledger)];

    /// <summary>The airlines of the first replica.</summary>
    IAirlineStore Airlines => Replicas[0].Airlines;

    /// <summary>Opens the store, or closes and opens it again as after a restart.</summary>
    ValueTask OpenAsync();
}
