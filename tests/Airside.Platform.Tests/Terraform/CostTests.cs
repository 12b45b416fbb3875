using System.Globalization;
using System.Text;
using System.Text.Json;
using Airside.Testing;

namespace Airside.Platform.Tests.Terraform;

/// <summary>What the planned environments cost, by the price list of the repository.</summary>
[Trait("Category", "Tool")]
[Trait("Category", "Slow")]
public sealed class CostTests
{
    private const string Page = "docs/operate/cost.md";

    [Fact]
    public async Task The_tables_of_the_page_are_those_of_the_plans()
    {
        var prices = PriceList.Read();
        var bills = new List<Bill>();
        foreach (var name in Infrastructure.Environments)
        {
            var root = await SimulatedRoot.OfAsync(name);
            bills.Add(Bill.Of(name, root.Planned, prices));
        }

        var page = await File.ReadAllTextAsync(Repository.PathOf(Page));
        var current = Section.Replace(Section.Replace(page, "month", MonthTable(bills)), "million", MillionTable(prices));

        await Repository.DemandAsync(Page, current, "AIRSIDE_UPDATE_DOCS");
    }

    [Theory]
    [InlineData("aws_eks_cluster", "{\"name\":\"x\"}", "73.00")]
    [InlineData("aws_nat_gateway", "{}", "32.85")]
    [InlineData("aws_eip", "{}", "3.65")]
    [InlineData("aws_vpc_endpoint", "{\"vpc_endpoint_type\":\"Interface\"}", "21.90")]
    [InlineData("aws_vpc_endpoint", "{\"vpc_endpoint_type\":\"Gateway\"}", "0.00")]
    [InlineData("aws_db_instance", "{\"instance_class\":\"db.m7g.large\",\"multi_az\":true,\"allocated_storage\":200}", "291.28")]
    [InlineData("aws_db_instance", "{\"instance_class\":\"db.t4g.medium\",\"multi_az\":false,\"allocated_storage\":20}", "49.75")]
    [InlineData("aws_wafv2_web_acl", "{\"rule\":[{},{},{},{}]}", "9.00")]
    [InlineData("aws_kms_key", "{}", "1.00")]
    public void A_resource_costs_what_the_list_says(string type, string values, string expected)
    {
        using var document = JsonDocument.Parse(values);
        var line = Bill.LineOf(new Resource("x", type, document.RootElement, default), PriceList.Read());
        Assert.Equal(expected, Amount(line?.Usd ?? 0));
    }

    [Fact]
    public void A_class_without_a_price_is_refused()
    {
        using var document = JsonDocument.Parse("{\"instance_class\":\"db.x2g.large\",\"multi_az\":true,\"allocated_storage\":200}");
        var resource = new Resource("x", "aws_db_instance", document.RootElement, default);
        var exception = Assert.Throws<InvalidOperationException>(() => Bill.LineOf(resource, PriceList.Read()));
        Assert.Contains("db.x2g.large", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_price_list_says_region_currency_date_and_where_each_price_is_from()
    {
        var prices = PriceList.Read();
        Assert.Equal(("USD", "us-east-1"), (prices.Currency, prices.Region));
        Assert.True(DateOnly.TryParseExact(prices.Date, "yyyy-MM-dd", out _), prices.Date);
        Assert.All(prices.Prices, price => Assert.StartsWith("https://aws.amazon.com/", price.Value.Page, StringComparison.Ordinal));
    }

    private static string MonthTable(List<Bill> bills)
    {
        var table = new StringBuilder($"| USD a month | {string.Join(" | ", bills.Select(bill => bill.Name))} |\n");
        table.Append($"|---{string.Concat(bills.Select(_ => "|---:"))}|\n");
        foreach (var item in bills.SelectMany(bill => bill.Lines.Select(line => line.Item)).Distinct())
        {
            table.Append($"| {item} | {string.Join(" | ", bills.Select(bill => Amount(bill.Of(item))))} |\n");
        }

        return table.Append($"| **together** | {string.Join(" | ", bills.Select(bill => $"**{Amount(bill.Total)}**"))} |\n").ToString();
    }

    private static string MillionTable(PriceList prices)
    {
        var use = prices.PerMillion;
        var requests = 1_000_000m / use.BatchSize;
        var logs = requests * use.LogBytesPerRequest / 1e9m * prices.Usd("logs.gb");
        var firewall = requests / 1e6m * prices.Usd("waf.million");
        var storage = 1e6m * use.BytesPerTransaction / 1e9m * prices.Usd("rds.gp3.gb") * 2;
        var writes = use.WriteUnitsPerTransaction * prices.Usd("dynamodb.write.million");
        return new StringBuilder("| USD per million transactions | PostgreSQL | DynamoDB |\n|---|---:|---:|\n")
            .Append($"| firewall, {requests:0} requests | {Amount(firewall, 3)} | {Amount(firewall, 3)} |\n")
            .Append($"| logs | {Amount(logs, 3)} | {Amount(logs, 3)} |\n")
            .Append($"| store | {Amount(storage, 3)} | {Amount(writes, 3)} |\n")
            .Append($"| **together** | **{Amount(firewall + logs + storage, 2)}** | **{Amount(firewall + logs + writes, 2)}** |\n")
            .ToString();
    }

    private static string Amount(decimal usd, int digits = 2) => usd.ToString("F" + digits, CultureInfo.InvariantCulture);
}
