using System.Text.Json;

namespace Airside.Platform.Tests.Terraform;

/// <summary>The committed prices, and what an environment is taken to use of what no plan says.</summary>
internal sealed record PriceList(
    string Currency, string Region, string Date, decimal HoursPerMonth, Dictionary<string, Price> Prices, Dictionary<string, Usage> Usage,
    decimal NodeDiskGb, decimal LoadBalancerUnits, MillionUsage PerMillion)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    /// <summary>Reads it from the repository.</summary>
    public static PriceList Read() =>
        JsonSerializer.Deserialize<PriceList>(File.ReadAllText(Repository.PathOf("infra/prices/aws.json")), Options)!;

    /// <summary>A price.</summary>
    /// <exception cref="InvalidOperationException">The list does not have it.</exception>
    public decimal Usd(string name) => Prices.TryGetValue(name, out var price)
        ? price.Usd
        : throw new InvalidOperationException($"infra/prices/aws.json has no price '{name}'; add it from the page of AWS.");

    /// <summary>The price of a month of something that is paid by the hour.</summary>
    public decimal Month(string name) => Usd(name) * HoursPerMonth;
}

/// <summary>One price and the page that says it.</summary>
internal sealed record Price(decimal Usd, string Page);

/// <summary>What an environment uses in a month at rest: nodes, and gigabytes through NAT and into logs.</summary>
internal sealed record Usage(decimal Nodes, decimal NatGb, decimal LogsGb);

/// <summary>What a million transactions use.</summary>
internal sealed record MillionUsage(
    decimal BatchSize, decimal WriteUnitsPerTransaction, decimal BytesPerTransaction, decimal LogBytesPerRequest);
