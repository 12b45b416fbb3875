using Airside.Stores.Tests.Contract;

namespace Airside.Stores.Tests.DynamoDb;

[Trait("Category", "Tool")]
public sealed class DynamoDbLedgerTests(SharedDynamoDb server) : LedgerContract(new DynamoDbTestStore(server));

[Trait("Category", "Tool")]
public sealed class DynamoDbRouteListTests(SharedDynamoDb server) : RouteListContract(new DynamoDbTestStore(server));

[Trait("Category", "Tool")]
public sealed class DynamoDbHistoryTests(SharedDynamoDb server) : HistoryContract(new DynamoDbTestStore(server));

[Trait("Category", "Tool")]
public sealed class DynamoDbRollUpTests(SharedDynamoDb server) : RollUpContract(() => new DynamoDbTestStore(server));

[Trait("Category", "Tool")]
public sealed class DynamoDbWindowTests(SharedDynamoDb server) : WindowContract(new DynamoDbTestStore(server));

[Trait("Category", "Tool")]
public sealed class DynamoDbOverviewTests(SharedDynamoDb server) : OverviewContract(new DynamoDbTestStore(server));

[Trait("Category", "Tool")]
public sealed class DynamoDbRankingTests(SharedDynamoDb server) : RankingContract(() => new DynamoDbTestStore(server));

[Trait("Category", "Tool")]
public sealed class DynamoDbRandomLedgerTests(SharedDynamoDb server) : RandomLedgerContract(new DynamoDbTestStore(server));

[Trait("Category", "Tool")]
public sealed class DynamoDbAirlineStoreTests(SharedDynamoDb server) : AirlineStoreContract(new DynamoDbTestStore(server));

[Trait("Category", "Tool")]
public sealed class DynamoDbSharedStoreTests(SharedDynamoDb server) : SharedStoreContract(new DynamoDbTestStore(server));

[Trait("Category", "Tool")]
public sealed class DynamoDbArchiveTests(SharedDynamoDb server) : ArchiveContract(() => new DynamoDbTestStore(server));

[Trait("Category", "Tool")]
public sealed class DynamoDbRouteLimitTests(SharedDynamoDb server)
    : RouteLimitContract(routesMax => new DynamoDbTestStore(server, routesMax: routesMax));
