using Airside.Core.Airlines;
using Airside.Core.Transactions;

namespace Airside.Stores.Tests.Contract;

/// <summary>A store of its own for one test, empty at first.</summary>
public interface ITestStore : IAsyncDisposable
{
    /// <summary>The clock of the store.</summary>
    SettableTime Time { get; }

    /// <summary>One ledger for each replica, all on the same store; at least one.</summary>
    IReadOnlyList<ITransactionLedger> Ledgers { get; }

    /// <summary>The airlines.</summary>
    IAirlineStore Airlines { get; }

    /// <summary>Opens the store, or closes and opens it again as after a restart.</summary>
    ValueTask OpenAsync();
}
