using System.Net;
using System.Text.Json;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Transactions;

/// <summary>
/// A process with little memory, flooded with new routes and keys: it may refuse or end, but what it acknowledged is there.
/// </summary>
[Trait("Category", "Slow")]
public sealed class MemoryPressureTests(ITestOutputHelper output)
{
    private const int BatchSize = 500;
    private const int Clients = 3;

    private const int NumbersPerAirline = 9_999;

    private static readonly TimeSpan FloodTime = TimeSpan.FromSeconds(Amount.Choose(day: 3, night: 8));

    /// <summary>From barely enough to start to plenty.</summary>
    public static TheoryData<int> MegabytesOfHeap =>
        Amount.IsNight ? [14, 18, 24, 32, 40, 50, 64, 78, 86, 94, 128, 192, 300] : [20, 48, 86];

    [Theory]
    [MemberData(nameof(MegabytesOfHeap))]
    public async Task What_was_acknowledged_under_a_small_heap_is_there_and_the_next_start_says_what_is_wrong(int megabytes)
    {
        using var directory = new TemporaryDirectory();
        (string, string)[] limit = [("DOTNET_GCHeapHardLimit", $"0x{megabytes * 1024 * 1024:x}")];
        var acknowledged = await FloodAsync(limit, directory.Path);
        output.WriteLine($"{megabytes} MB: {acknowledged.Count * BatchSize} acknowledged");

        await AssertStartsOrSaysWhyAsync(limit, directory.Path);
        await using var service = await ServiceProcess.StartAsync(directory.Path);
        foreach (var batch in acknowledged)
        {
            using var repeat = await service.Client.PostAsync("/api/v1/transactions", "application/json", BatchOf(batch));
            var answer = await repeat.JsonAsync(HttpStatusCode.OK);
            Assert.Equal(BatchSize, answer.GetProperty("replayed").GetInt32());
        }

        using var check = await service.Client.GetAsync("/readyz");
        Assert.Equal(HttpStatusCode.OK, check.StatusCode);
    }

    /// <summary>Sends batches of new routes and keys until the time is up or the process has ended.</summary>
    /// <returns>The acknowledged batches.</returns>
    private static async Task<List<int>> FloodAsync((string, string)[] limit, string directory)
    {
        await using var service = await ServiceProcess.StartAsync(limit, directory);
        using var ending = new CancellationTokenSource(FloodTime);
        var next = -1;
        var acknowledged = new List<int>();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(async () =>
        {
            while (!ending.IsCancellationRequested && !service.HasExited)
            {
                var batch = Interlocked.Increment(ref next);
                if (await IsAcknowledgedAsync(service.Client, batch))
                {
                    lock (acknowledged)
                    {
                        acknowledged.Add(batch);
                    }
                }
            }
        })));
        return acknowledged;
    }

    private static async Task<bool> IsAcknowledgedAsync(HttpClient client, int batch)
    {
        try
        {
            using var response = await client.PostAsync("/api/v1/transactions", "application/json", BatchOf(batch));
            var answer = await response.Content.ReadAsStringAsync();
            return response.StatusCode == HttpStatusCode.OK
                && JsonDocument.Parse(answer).RootElement.GetProperty("recorded").GetInt32() == BatchSize;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or JsonException)
        {
            // The process has ended, or has no memory for the response; nothing was promised.
            await Task.Delay(20);
            return false;
        }
    }

    private static async Task AssertStartsOrSaysWhyAsync((string, string)[] limit, string directory)
    {
        await using var service = ServiceProcess.Begin(limit, $"--Airside:DataDirectory={directory}", "--urls=http://127.0.0.1:0");
        if (await service.ListensAsync())
        {
            return;
        }

        var exitCode = await service.ExitCodeAsync();
        Assert.Matches(
            @"^3: Airside cannot start\. (The data directory( '.+')?|Its data) does not fit into the memory .+$",
            $"{exitCode}: {service.Errors.Trim()}");
    }

    private static string BatchOf(int batch) => BatchTests.Array(
        [.. Enumerable.Range(batch * BatchSize, BatchSize).Select(number => ($"key {number} of the flood", RouteOf(number)))]);

    private static string RouteOf(int number)
    {
        var airline = number / NumbersPerAirline;
        return $"{(char)('A' + (airline / 26))}{(char)('A' + (airline % 26))}{1 + (number % NumbersPerAirline)}";
    }
}
