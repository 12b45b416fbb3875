using Airside.Core.Transactions;
using Airside.Stores.DynamoDb;
using Amazon.DynamoDBv2.Model;

namespace Airside.Stores.Tests.DynamoDb;

/// <summary>Items as the previous version writes and reads them, so replicas of both can share a table during a rolling upgrade.</summary>
[Trait("Category", "Tool")]
public sealed class EarlierVersionTests(SharedDynamoDb server) : IAsyncLifetime
{
    private static readonly string AtMs = $"{TestTime.Start.ToUnixTimeMilliseconds()}";
    private static readonly string Partition = TableLayout.ShardItem(FlightRoute.Parse("AR1133"), 0)[TableLayout.PartitionKey].S;

    private readonly DynamoDbTestStore _store = new(server);

    public async ValueTask InitializeAsync() => await _store.OpenAsync();

    public async ValueTask DisposeAsync() => await _store.DisposeAsync();

    [Fact]
    public async Task What_the_version_before_recorded_is_known_and_counted_on()
    {
        using var client = _store.Client();
        await client.PutItemAsync(_store.Settings.Table, Key("earlier", "1", recording: "0123456789abcdef"));
        await client.PutItemAsync(
            _store.Settings.Table, Item(Partition, "AR1133", ("total", "1"), ("firstAt", AtMs), ("lastAt", AtMs)));
        await client.PutItemAsync(_store.Settings.Table, Item("hours#AR1133#0", "2026-03-14T00", ("transactions", "1")));

        Assert.Equal(new RecordOutcome(IsReplay: true, FlightRoute.Parse("AR1133"), 1), await RecordAsync("earlier"));
        Assert.Equal(new RecordOutcome(IsReplay: false, FlightRoute.Parse("AR1133"), 2), await RecordAsync("present"));
        Assert.Empty(await Contract.Archived.ReconcileAsync(_store.Replicas[0], _store.Time));
    }

    [Fact]
    public async Task Items_of_this_version_are_those_that_the_version_before_expects()
    {
        await RecordAsync("present");

        using var client = _store.Client();
        var items = (await client.ScanAsync(new ScanRequest(_store.Settings.Table) { ConsistentRead = true })).Items;
        Assert.Equal(
            [
                Line(Key("present", "1", recording: "")),
                Line(Item(Partition, "AR1133", ("total", "1"), ("firstAt", AtMs), ("lastAt", AtMs))),
                Line(Item("hours#AR1133#0", "2026-03-14T00", ("transactions", "1"))),
                Line(Item("names", "-", ("version", "1"))), // That version neither reads nor writes these two.
                Line(Item("state", "routes", ("routes", "1"))),
            ],
            items.Select(Line).Order(StringComparer.Ordinal));
    }

    private static Dictionary<string, AttributeValue> Key(string key, string total, string recording)
    {
        var expires = TestTime.Start.AddHours(48 + 1).ToUnixTimeSeconds();
        var item = Item($"key#{key}", "-", ("total", total), ("recordedAt", AtMs), ("expires", $"{expires}"));
        item["route"] = new AttributeValue("AR1133");
        item["recording"] = new AttributeValue(recording);
        return item;
    }

    private static Dictionary<string, AttributeValue> Item(string partition, string sort, params (string Name, string Number)[] numbers)
    {
        var item = numbers.ToDictionary(number => number.Name, number => new AttributeValue { N = number.Number });
        item["pk"] = new AttributeValue(partition);
        item["sk"] = new AttributeValue(sort);
        return item;
    }

    /// <summary>Formats an item as one line, without its random recording.</summary>
    private static string Line(Dictionary<string, AttributeValue> item) => string.Join(
        ' ',
        item.OrderBy(attribute => attribute.Key, StringComparer.Ordinal)
            .Select(attribute => $"{attribute.Key}={(attribute.Key == "recording" ? "…" : attribute.Value.S ?? attribute.Value.N)}"));

    private async Task<RecordOutcome> RecordAsync(string key)
    {
        var outcomes = new RecordOutcome[1];
        await _store.Replicas[0].Ledger.RecordAsync(
            new[] { new Transaction(FlightRoute.Parse("AR1133"), TransactionKey.Parse(key)) }, outcomes, CancellationToken.None);
        return outcomes[0];
    }
}
