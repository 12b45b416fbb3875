using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Airside.Platform.Tests.Terraform;

/// <summary>The cost of the planned environments, by the price list of the repository.</summary>
[Trait("Category", "Tool")]
[Trait("Category", "Slow")]
public sealed class CostTests
{
    private const string Page = "docs/operate/cost.md";

    [Fact]
    public async Task The_tables_of_the_page_are_those_of_the_plans()
    {
        var prices = PriceList.Read();
        var months = new List<Bill>();
        var millions = new List<Bill>();
        foreach (var name in Infrastructure.Environments)
        {
            var root = await SimulatedRoot.OfAsync(name);
            months.Add(Bill.From(name, root.Planned, prices));
            millions.Add(Bill.OfMillion(name, root.Planned, prices));
        }

        millions.Add(Bill.OfMillion("on DynamoDB", [], prices));
        var page = await File.ReadAllTextAsync(Repository.PathOf(Page));
        var current = Section.Replace(page, "month", Table("USD a month", months, 2));
        current = Section.Replace(current, "million", Table("USD per million transactions", millions, 3));

        await Repository.EnsureAsync(Page, current, "AIRSIDE_UPDATE_DOCS");
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

    private static string Table(string title, List<Bill> bills, int digits)
    {
        var table = new StringBuilder($"| {title} | {string.Join(" | ", bills.Select(bill => bill.Name))} |\n");
        table.Append($"|---{string.Concat(bills.Select(_ => "|---:"))}|\n");
        foreach (var item in bills.SelectMany(bill => bill.Lines.Select(line => line.Item)).Distinct())
        {
            table.Append($"| {item} | {string.Join(" | ", bills.Select(bill => Amount(bill.PriceOf(item), digits)))} |\n");
        }

        return table.Append($"| **total** | {string.Join(" | ", bills.Select(bill => $"**{Amount(bill.Total, digits)}**"))} |\n")
            .ToString();
    }

    private static string Amount(decimal usd, int digits = 2) => usd.ToString("F" + digits, CultureInfo.InvariantCulture);
}
