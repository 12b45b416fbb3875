using System.Diagnostics;
using Airside.Core.Transactions;
using Airside.Stores.Embedded;
using Microsoft.Extensions.Logging.Abstractions;

namespace Airside.Bench;

/// <summary>Time to reopen a data directory, the memory that its keys use, and how fast it records next to an empty one.</summary>
internal static class RecoveryRun
{
    private const int BatchSize = 1_000;
    private const int Block = 1_000_000;
    private const int Rounds = 10;

    /// <summary>Student's t for 95 % and one less than <see cref="Rounds"/> degrees of freedom.</summary>
    private const double T = 2.262;

    public static async Task RunAsync(DirectoryInfo directory, int transactions)
    {
        var path = Path.Combine(directory.FullName, "recovery");
        await using (var store = Open(path))
        {
            await RecordAsync(store, transactions);
        }

        var journalBytes = new DirectoryInfo(path).EnumerateFiles().Sum(file => file.Length);
        GC.Collect();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var started = Stopwatch.GetTimestamp();
        await using (var store = Open(path))
        {
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            var memory = GC.GetTotalMemory(forceFullCollection: true) - before;
            var (ratio, error) = await CompareAsync(store, Path.Combine(directory.FullName, "empty"));
            Console.WriteLine(
                $"| {transactions:N0} | {journalBytes / 1e6:N0} MB | {seconds:0.00} s | {(double)memory / transactions:0.0} bytes | "
                + $"{ratio:0.00} ± {error:0.00} |");
        }

        Directory.Delete(path, recursive: true);
    }

    /// <summary>Records into the store and into an empty one by turns, and returns the ratio of their rates with its 95 % error.</summary>
    private static async Task<(double Ratio, double Error)> CompareAsync(EmbeddedStore full, string emptyPath)
    {
        var ratios = new double[Rounds];

        // The first round is not measured: the JIT still optimizes the code.
        for (var round = -1; round < Rounds; round++)
        {
            await using (var empty = Open(emptyPath))
            {
                var ofEmpty = round % 2 == 0 ? await RecordAsync(empty, Block) : 0;
                var ofFull = await RecordAsync(full, Block);
                ofEmpty = ofEmpty == 0 ? await RecordAsync(empty, Block) : ofEmpty;
                ratios[Math.Max(round, 0)] = ofFull / ofEmpty;
            }

            Directory.Delete(emptyPath, recursive: true);
        }

        var mean = ratios.Average();
        return (mean, T * Math.Sqrt(ratios.Sum(ratio => (ratio - mean) * (ratio - mean)) / (Rounds - 1) / Rounds));
    }

    private static EmbeddedStore Open(string path) =>
        EmbeddedStore.Open(path, TimeSpan.FromHours(48), TimeProvider.System, NullLogger.Instance);

    /// <summary>Records new transactions and returns how many a second; creating them is not measured.</summary>
    private static async Task<double> RecordAsync(EmbeddedStore store, int transactions)
    {
        var outcomes = new RecordOutcome[BatchSize];
        var ticks = 0L;
        for (var done = 0; done < transactions; done += Block)
        {
            var block = Workload.Create(Math.Min(Block, transactions - done));
            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < block.Length; i += BatchSize)
            {
                var size = Math.Min(BatchSize, block.Length - i);
                await store.Ledger.RecordAsync(block.AsMemory(i, size), outcomes, CancellationToken.None);
            }

            ticks += Stopwatch.GetTimestamp() - started;
        }

        return transactions * (double)Stopwatch.Frequency / ticks;
    }
}
