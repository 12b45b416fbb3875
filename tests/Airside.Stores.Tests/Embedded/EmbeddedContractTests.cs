using Airside.Stores.Tests.Contract;

namespace Airside.Stores.Tests.Embedded;

public sealed class EmbeddedLedgerTests() : LedgerContract(new EmbeddedTestStore());

public sealed class EmbeddedRouteListTests() : RouteListContract(new EmbeddedTestStore());

public sealed class EmbeddedHistoryTests() : HistoryContract(new EmbeddedTestStore());

public sealed class EmbeddedWindowTests() : WindowContract(new EmbeddedTestStore());

public sealed class EmbeddedOverviewTests() : OverviewContract(new EmbeddedTestStore());

public sealed class EmbeddedRandomLedgerTests() : RandomLedgerContract(new EmbeddedTestStore());

public sealed class EmbeddedArchiveTests() : ArchiveContract(() => new EmbeddedTestStore())
{
    /// <summary>What a process had gathered goes with it, and the import begins anew.</summary>
    protected override bool RemembersBrokenImports => false;
}

public sealed class EmbeddedAirlineStoreTests() : AirlineStoreContract(new EmbeddedTestStore());
