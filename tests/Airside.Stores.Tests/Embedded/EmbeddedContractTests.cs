using Airside.Stores.Tests.Contract;

namespace Airside.Stores.Tests.Embedded;

public sealed class EmbeddedLedgerTests() : LedgerContract(new EmbeddedTestStore());

public sealed class EmbeddedRouteListTests() : RouteListContract(new EmbeddedTestStore());

public sealed class EmbeddedHistoryTests() : HistoryContract(new EmbeddedTestStore());

public sealed class EmbeddedRollUpTests() : RollUpContract(() => new EmbeddedTestStore());

public sealed class EmbeddedWindowTests() : WindowContract(new EmbeddedTestStore());

public sealed class EmbeddedOverviewTests() : OverviewContract(new EmbeddedTestStore());

public sealed class EmbeddedRankingTests() : RankingContract(() => new EmbeddedTestStore());

public sealed class EmbeddedRandomLedgerTests() : RandomLedgerContract(new EmbeddedTestStore());

public sealed class EmbeddedArchiveTests() : ArchiveContract(() => new EmbeddedTestStore())
{
    /// <summary>An unfinished import ends with its process and starts over.</summary>
    protected override bool RemembersBrokenImports => false;
}

public sealed class EmbeddedRouteLimitTests() : RouteLimitContract(routesMax => new EmbeddedTestStore(routesMax));

public sealed class EmbeddedAirlineStoreTests() : AirlineStoreContract(new EmbeddedTestStore());
