using System.Text.RegularExpressions;
using Airside.Core.Airlines;
using Airside.Core.Transactions;

namespace Airside.Stores.Tests.DynamoDb;

/// <summary>
/// The documented permissions are exactly those needed: no request of any test needs another, and a run through everything needs each.
/// </summary>
[Trait("Category", "Tool")]
public sealed partial class IamActionTests(SharedDynamoDb server) : IAsyncLifetime
{
    private readonly DynamoDbTestStore _store = new(server);

    public async ValueTask InitializeAsync() => await _store.OpenAsync();

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task A_run_through_everything_needs_each_documented_permission_and_no_other()
    {
        var archive = _store.Replicas[0].Archive;
        await archive.BeginImportAsync("import", CancellationToken.None);
        var route = FlightRoute.Parse("AR1133");
        ArchiveEntry[] entries = [new RouteEntry(new RouteSummary(route, 1, _store.Time.GetUtcNow(), _store.Time.GetUtcNow()))];
        await archive.ImportAsync("import", 0, entries, CancellationToken.None);
        await archive.FinishImportAsync("import", CancellationToken.None);
        await RecordAsync(route);
        await RecordAsync(route);
        await foreach (var _ in archive.ReadAsync(CancellationToken.None))
        {
            // Just reads it.
        }

        for (var load = 0; load < 3; load++)
        {
            await _store.Replicas[0].Airlines.ReplaceAsync(
                new AirlineCatalog([], $"load {load}", _store.Time.GetUtcNow()), CancellationToken.None);
            _store.Time.Advance(TimeSpan.FromDays(1));
        }

        var used = _store.Networks.SelectMany(network => network.Requests).SelectMany(IamActions.From).Distinct();
        Assert.Equal(IamActions.Documented, used.Except(IamActions.Preparing).Order());
    }

    [Fact]
    public async Task The_documentation_names_them()
    {
        var page = await File.ReadAllTextAsync(Repository.PathOf("docs/operate/dynamodb.md"));
        var named = Action().Matches(page).Select(match => match.Groups["action"].Value).Distinct();
        Assert.Equal(IamActions.Documented, named.Order());
    }

    [GeneratedRegex("\"dynamodb:(?<action>[A-Za-z]+)\"", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Action();

    private async Task RecordAsync(FlightRoute route) => await _store.Replicas[0].Ledger.RecordAsync(
        new[] { new Transaction(route, TransactionKey.Parse("key")) }, new RecordOutcome[1], CancellationToken.None);
}
