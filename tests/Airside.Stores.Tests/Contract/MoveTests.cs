using Airside.Core.Airlines;
using Airside.Core.Transactions;
using Airside.Stores.Tests.DynamoDb;
using Airside.Stores.Tests.Embedded;
using Airside.Stores.Tests.Postgres;

namespace Airside.Stores.Tests.Contract;

/// <summary>A ledger moved from any kind of store to any other stays identical byte for byte.</summary>
[Trait("Category", "Tool")]
public sealed class MoveTests(SharedDynamoDb dynamoDb)
{
    private static readonly string[] Kinds = ["embedded", "postgres", "dynamodb"];

    [Theory]
    [InlineData("embedded")]
    [InlineData("postgres")]
    [InlineData("dynamodb")]
    public async Task A_ledger_is_the_same_in_every_store(string source)
    {
        await using var from = Create(source);
        await from.OpenAsync();
        await RecordAsync(from);
        var archive = await Archived.ExportAsync(from.Replicas[0]);
        foreach (var target in Kinds)
        {
            await using var to = Create(target);
            await to.OpenAsync();
            to.Time.AdjustTime(from.Time.GetUtcNow());

            await Archived.ImportAsync(to.Replicas[0], archive);

            Assert.Equal(archive, await Archived.ExportAsync(to.Replicas[0]));
            Assert.Empty(await Archived.ReconcileAsync(to.Replicas[0], to.Time));
        }
    }

    private ITestStore Create(string kind) => kind switch
    {
        "postgres" => new PostgresTestStore(),
        "dynamodb" => new DynamoDbTestStore(dynamoDb),
        _ => new EmbeddedTestStore(),
    };

    private static async Task RecordAsync(ITestStore store)
    {
        await store.Airlines.ReplaceAsync(
            new AirlineCatalog(
                [new Airline(-1, "Ключ", null, "", null, null, "Åland", active: false)], "sample", store.Time.GetUtcNow(), isSample: true),
            CancellationToken.None);
        var random = new Random(3);
        for (var batch = 0; batch < 30; batch++)
        {
            store.Time.Advance(TimeSpan.FromMilliseconds(random.Next(3_600_000)));
            var transactions = Enumerable.Range(0, 100).Select(number => new Transaction(
                FlightRoute.Parse($"KL{random.Next(1, 20)}"),
                TransactionKey.Parse($"{random.Next(2_000)} 東京 \uE000 \U0001F6EB"))).ToArray();
            await store.Ledgers[batch % store.Ledgers.Count].RecordAsync(
                transactions, new RecordOutcome[transactions.Length], CancellationToken.None);
        }
    }
}
