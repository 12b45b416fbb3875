using System.Diagnostics;
using Airside.Core.Transactions;
using Airside.Stores.Embedded;
using Airside.Stores.Embedded.Disk;
using Microsoft.Extensions.Logging.Abstractions;

namespace Airside.Bench;

/// <summary>
/// Durable transactions per second of the in-process ledger, by batch size, compared with its limit: plain write and fdatasync
/// of the same number of bytes to a preallocated file. With one caller, the journal waits for the next batch; with two, it
/// always has one.
/// </summary>
internal static class JournalRun
{
    private const int Batches = 2_000;
    private static readonly int[] BatchSizes = [1, 64, 1_000, 10_000];
    private static readonly int[] Callers = [1, 2];

    public static async Task RunAsync(DirectoryInfo directory)
    {
        Console.WriteLine("| batch | callers | raw write+fdatasync, batches/s | ledger, batches/s | ratio | ledger, transactions/s |");
        Console.WriteLine("| ---: | ---: | ---: | ---: | ---: | ---: |");

        // Runs once without measuring, so that the JIT optimizes the code.
        await LedgerAsync(directory, Workload.Create(200_000), 100, callers: 1);
        foreach (var size in BatchSizes)
        {
            var batches = Math.Min(Batches, 2_000_000 / size);
            var transactions = Workload.Create(size * batches);

            // Size of a batch in the journal: a header, then 18 bytes and a 36-byte key per transaction.
            var raw = Raw(directory, 33 + (size * 54), batches);
            foreach (var callers in Callers)
            {
                var ledger = await LedgerAsync(directory, transactions, size, callers);
                Console.WriteLine($"| {size:N0} | {callers} | {raw:N0} | {ledger:N0} | {ledger / raw:0.00} | {ledger * size:N0} |");
            }
        }
    }

    private static double Raw(DirectoryInfo directory, int bytes, int batches)
    {
        const int SegmentBytes = 64 * 1024 * 1024;
        var disk = new FileSystemDisk(directory.FullName);
        using var file = disk.Create("raw.bin");
        file.Reserve(SegmentBytes + bytes);
        var block = new byte[bytes];
        new Random(1).NextBytes(block);
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < batches; i++)
        {
            file.Write((long)i * bytes % SegmentBytes, block);
            file.Sync();
        }

        var rate = batches / Stopwatch.GetElapsedTime(started).TotalSeconds;
        disk.Delete("raw.bin");
        return rate;
    }

    private static async Task<double> LedgerAsync(DirectoryInfo directory, Transaction[] transactions, int size, int callers)
    {
        var path = Path.Combine(directory.FullName, $"ledger-{size}-{callers}");
        double rate;
        await using (var store = EmbeddedStore.Open(path, TimeSpan.FromHours(48), TimeProvider.System, NullLogger.Instance))
        {
            var started = Stopwatch.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
            {
                var outcomes = new RecordOutcome[size];
                for (var i = caller * size; i < transactions.Length; i += callers * size)
                {
                    await store.Ledger.RecordAsync(transactions.AsMemory(i, size), outcomes, CancellationToken.None);
                }
            })));
            rate = transactions.Length / size / Stopwatch.GetElapsedTime(started).TotalSeconds;
        }

        Directory.Delete(path, recursive: true);
        return rate;
    }
}
