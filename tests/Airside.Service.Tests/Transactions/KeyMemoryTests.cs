using System.Net;
using Airside.Core;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Transactions;

/// <summary>A process with little memory, whose share for transaction keys is used up.</summary>
[Trait("Category", "Slow")]
public sealed class KeyMemoryTests
{
    private const int MemoryBytes = 160 * 1024 * 1024;
    private const int KeyBytesMax = MemoryBytes / 100 * Limits.KeyMemoryPercentMax;

    /// <summary>Small, so that keys, not requests, use up the memory.</summary>
    private const int BatchSize = 250;

    [Fact]
    public async Task Past_the_share_of_the_memory_for_keys_writes_are_refused_by_its_name_and_reads_go_on()
    {
        using var directory = new TemporaryDirectory();
        await using var service = await ServiceProcess.StartAsync(
            [("DOTNET_GCHeapHardLimit", $"0x{MemoryBytes:x}")], directory.Path);
        using var first = await service.Client.RecordAsync("KM1", "first");

        var recorded = 0L;
        HttpResponseMessage refused;
        while ((refused = await RecordBatchAsync(service.Client, recorded)).StatusCode == HttpStatusCode.OK)
        {
            refused.Dispose();
            recorded += BatchSize;
            Assert.True(recorded * Limits.TransactionKeyLengthMax < KeyBytesMax, $"{recorded} keys cannot fit into {KeyBytesMax} bytes.");
        }

        using (refused)
        {
            var problem = await refused.ProblemAsync(HttpStatusCode.ServiceUnavailable, "store-unavailable");
            Assert.Contains($"{Limits.KeyMemoryPercentMax} % of the memory", problem.Detail(), StringComparison.Ordinal);
            Assert.Contains(nameof(Limits.KeyMemoryPercentMax), problem.Detail(), StringComparison.Ordinal);
            Assert.Contains("Airside:KeyWindowHours", problem.Detail(), StringComparison.Ordinal);
            Assert.Equal("1", refused.Headers.RetryAfter?.ToString());
        }

        Assert.True(recorded * 2 * Limits.TransactionKeyLengthMax > KeyBytesMax, $"Refused after {recorded} keys.");
        Assert.Equal(recorded, await service.Client.TotalAsync("KM2"));
        using var repeat = await service.Client.RecordAsync("KM1", "first");
        Assert.Equal(HttpStatusCode.OK, repeat.StatusCode);
        await service.Client.JsonAsync("/api/v1/routes");
        await service.Client.JsonAsync("/readyz");
    }

    private static Task<HttpResponseMessage> RecordBatchAsync(HttpClient client, long first)
    {
        var items = Enumerable.Range(0, BatchSize)
            .Select(i => ($"{first + i} ".PadRight(Limits.TransactionKeyLengthMax, 'k'), "KM2")).ToArray();
        return client.PostAsync("/api/v1/transactions", "application/json", BatchTests.Array(items));
    }
}
