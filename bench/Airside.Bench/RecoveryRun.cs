using System.Diagnostics;
using Airside.Core.Transactions;
using Airside.Stores.Embedded;
using Microsoft.Extensions.Logging.Abstractions;

namespace Airside.Bench;

/// <summary>Time to reopen a data directory, and the memory that its keys use.</summary>
internal static class RecoveryRun
{
    private const int BatchSize = 1_000;
    private const int Block = 1_000_000;

    public static async Task RunAsync(DirectoryInfo directory, int transactions)
    {
        var path = Path.Combine(directory.FullName, "recovery");
        await RecordAsync(path, transactions);
        var journalBytes = new DirectoryInfo(path).EnumerateFiles().Sum(file => file.Length);

        GC.Collect();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var started = Stopwatch.GetTimestamp();
        var store = Open(path);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var memory = GC.GetTotalMemory(forceFullCollection: true) - before;
        Console.WriteLine(
            $"| {transactions:N0} | {journalBytes / 1e6:N0} MB | {seconds:0.00} s | {(double)memory / transactions:0.0} bytes |");
        await store.DisposeAsync();
        Directory.Delete(path, recursive: true);
    }

    private static EmbeddedStore Open(string path) =>
        EmbeddedStore.Open(path, TimeSpan.FromHours(48), TimeProvider.System, NullLogger.Instance);

    private static async ValueTask RecordAsync(string path, int transactions)
    {
        await using var store = Open(path);
        var outcomes = new RecordOutcome[BatchSize];
        for (var done = 0; done < transactions; done += Block)
        {
            var block = Workload.Create(Math.Min(Block, transactions - done));
            for (var i = 0; i < block.Length; i += BatchSize)
            {
                var size = Math.Min(BatchSize, block.Length - i);
                await store.Ledger.RecordAsync(block.AsMemory(i, size), outcomes, CancellationToken.None);
            }
        }
    }
}
