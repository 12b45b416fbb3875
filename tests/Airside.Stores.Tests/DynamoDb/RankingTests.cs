using System.Text.Json;
using Airside.Core;
using Airside.Core.Stores;
using Airside.Core.Transactions;
using Airside.Stores.DynamoDb;
using Airside.Stores.Shared;
using Airside.Stores.Tests.Contract;

namespace Airside.Stores.Tests.DynamoDb;

/// <summary>What the ranking and pages by name ask of the table.</summary>
[Trait("Category", "Tool")]
public sealed class RankingTests : SharedRankingContract
{
    private readonly DynamoDbTestStore _store;

    public RankingTests(SharedDynamoDb server) => _store = new DynamoDbTestStore(
        server.EndpointAsync, new Timeouts(RequestMs: 2_000, AttemptMs: 1_500, WorkMs: 60_000), new RankingAge(_ => Age));

    protected override IReadOnlyList<IStore> Replicas => _store.Replicas;

    public override ValueTask InitializeAsync() => _store.OpenAsync();

    public override async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Cut(bool isCut) =>
        _store.Networks[0].Treat = isCut ? _ => throw new HttpRequestException("cut by the test") : null;

    [Fact]
    public async Task A_page_by_name_reads_little_more_than_it_returns()
    {
        const int Routes = 900;
        const int Page = 40;
        var batch = Enumerable.Range(1, Routes).Select(number => new Transaction(
            FlightRoute.Parse($"{(number % 2 == 0 ? "AR" : "ARG")}{number}"), TransactionKey.Parse($"key {number}"))).ToArray();
        await Replicas[1].Ledger.RecordAsync(batch, new RecordOutcome[Routes], CancellationToken.None);
        var names = batch.Select(transaction => transaction.Route).Order().ToArray();
        var read = 0;
        _store.Networks[0].Treat = async request =>
        {
            var answer = await request.SendAsync();

            // The state of the table is read again and again, whatever pages are.
            if (request.Body.Contains($"\"{TableLayout.StatePartition}\"", StringComparison.Ordinal))
            {
                return answer;
            }

            using var body = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync());
            Interlocked.Add(ref read, body.RootElement.TryGetProperty("ScannedCount", out var scanned) ? scanned.GetInt32() : 0);
            return answer;
        };
        foreach (var (designator, after) in ((string?, int)[])[(null, -1), (null, 300), ("AR", -1), ("ARG", 500)])
        {
            read = 0;
            var query = new RouteQuery(
                designator, RouteSort.Route, Page, after < 0 ? null : new RoutePosition(names[after], 1));
            var (page, _) = await Replicas[0].Ledger.RoutesAsync(query, CancellationToken.None);

            Assert.Equal(
                names.Skip(after + 1).Where(name => designator is null || name.Designator == designator).Take(Page),
                page.Select(route => route.Route));
            Assert.InRange(read, Page, 4 * Page);
        }
    }
}
