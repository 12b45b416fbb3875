using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Airside.Core;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Transactions;

/// <summary>A process with the heap of a 256 MiB Pod, which a client floods with routes that no airline has.</summary>
[Trait("Category", "Slow")]
public sealed partial class RoutesLimitTests
{
    private const int HeapBytes = 192 * 1024 * 1024;
    private const int RoutesMax = HeapBytes / 100 * Limits.RouteMemoryPercentMax / Limits.RouteBytes;
    private const int Flood = 3 * RoutesMax;

    private static readonly (string, string)[] Heap = [("DOTNET_GCHeapHardLimit", $"0x{HeapBytes:x}")];

    [Fact]
    public async Task New_routes_beyond_the_limit_get_507_and_the_process_goes_on_and_starts_again()
    {
        using var directory = new TemporaryDirectory();
        await using (var service = await ServiceProcess.StartAsync(Heap, directory.Path))
        {
            // Some room is left, because a batch is refused whole.
            var recorded = await FloodAsync(service.Client);
            using var rest = await PostAsync(service.Client, recorded, RoutesMax - recorded);
            Assert.Equal(HttpStatusCode.OK, rest.StatusCode);
            await AssertRefusedAsync(service.Client);
        }

        await using var again = await ServiceProcess.StartAsync(Heap, directory.Path);
        await AssertRefusedAsync(again.Client);
        var metrics = await again.Client.GetStringAsync("/metrics");
        Assert.Equal($"{RoutesMax}", Routes().Match(metrics).Groups["routes"].Value);
        Assert.Equal(1, await again.Client.TotalAsync(RouteOf(RoutesMax - Limits.BatchTransactionsMax)));
    }

    /// <summary>Sends batches of new routes, and returns how many were recorded.</summary>
    private static async Task<int> FloodAsync(HttpClient client)
    {
        var recorded = 0;
        for (var first = 0; first < Flood; first += Limits.BatchTransactionsMax)
        {
            using var response = await PostAsync(client, first, Limits.BatchTransactionsMax);
            if (response.StatusCode == HttpStatusCode.OK)
            {
                recorded += Limits.BatchTransactionsMax;
                continue;
            }

            var problem = await response.ProblemAsync(HttpStatusCode.InsufficientStorage, "routes-limit");
            Assert.Equal(RoutesMax - recorded, problem.GetProperty("index").GetInt32());
            Assert.Contains($"Item {RoutesMax - recorded} of the batch", problem.Detail(), StringComparison.Ordinal);
            Assert.Null(response.Headers.RetryAfter);
        }

        return recorded;
    }

    private static async Task AssertRefusedAsync(HttpClient client)
    {
        using var refused = await client.RecordAsync("ZZ1", Http.NewKey());
        var problem = await refused.ProblemAsync(HttpStatusCode.InsufficientStorage, "routes-limit");
        Assert.Contains(nameof(Limits.RouteMemoryPercentMax), problem.Detail(), StringComparison.Ordinal);
        Assert.Null(refused.Headers.RetryAfter);
        using var known = await client.RecordAsync(RouteOf(0), Http.NewKey());
        Assert.Equal(HttpStatusCode.Created, known.StatusCode);
        using var ready = await client.GetAsync("/readyz");
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, int first, int count) => client.PostAsync(
        "/api/v1/transactions",
        "application/json",
        BatchTests.Array([.. Enumerable.Range(first, count).Select(number => ($"key {number}", RouteOf(number)))]));

    private static string RouteOf(int number) => string.Create(
        CultureInfo.InvariantCulture, $"E{(char)('A' + (number / 9_999))}{1 + (number % 9_999)}");

    [GeneratedRegex(@"^airside_store_routes (?<routes>[0-9]+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Routes();
}
