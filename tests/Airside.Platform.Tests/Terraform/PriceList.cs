using System.Text.Json;

namespace Airside.Platform.Tests.Terraform;

/// <summary>The committed prices, and the assumed usage that no plan states.</summary>
internal sealed record PriceList(
    string Currency, string Region, string Date, decimal HoursPerMonth, Dictionary<string, Price> Prices, Dictionary<string, Usage> Usage,
    decimal NodeDiskGb, decimal LoadBalancerUnits, MillionUsage PerMillion)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    public static PriceList Read() =>
        JsonSerializer.Deserialize<PriceList>(File.ReadAllText(Repository.PathOf("infra/prices/aws.json")), Options)!;

    /// <summary>Returns a price.</summary>
    /// <exception cref="InvalidOperationException">The list lacks it.</exception>
    public decimal Usd(string name) => Prices.TryGetValue(name, out var price)
        ? price.Usd
        : throw new InvalidOperationException($"infra/prices/aws.json has no price '{name}'; add it from the page of AWS.");

    /// <summary>Returns the monthly price of something billed by the hour.</summary>
    public decimal Month(string name) => Usd(name) * HoursPerMonth;
}

/// <summary>A price and its source page.</summary>
internal sealed record Price(decimal Usd, string Page);

/// <summary>Monthly usage of an environment at rest: nodes, and gigabytes through NAT and into logs.</summary>
internal sealed record Usage(decimal Nodes, decimal NatGb, decimal LogsGb);

/// <summary>Usage of a million transactions.</summary>
internal sealed record MillionUsage(
    decimal BatchSize, decimal WriteUnitsPerTransaction, decimal BytesPerTransaction, decimal LogBytesPerRequest);
