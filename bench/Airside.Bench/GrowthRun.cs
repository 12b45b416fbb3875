using System.Diagnostics;
using System.Globalization;
using Airside.Core.Transactions;
using Airside.Stores.Embedded;
using Microsoft.Extensions.Logging.Abstractions;

namespace Airside.Bench;

/// <summary>
/// Memory, disk and start of the embedded store after years in which every route has a transaction in every hour, under a moved clock.
/// </summary>
internal static class GrowthRun
{
    private const long DiskBytesNeeded = 2_000_000_000;
    private const long MemoryBytesMax = 600_000_000;
    private const double StartSecondsMax = 10;
    private const int HourlyHistoryDays = 90;
    private const int DaysPerYear = 365;

    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Records the years one after the other and prints a row for each. Returns the exit code.</summary>
    public static async Task<int> RunAsync(DirectoryInfo directory, int years, int routes, bool rollsUp)
    {
        var free = new DriveInfo(directory.FullName).AvailableFreeSpace;
        if (free < DiskBytesNeeded)
        {
            Console.Error.WriteLine($"{directory} needs {DiskBytesNeeded:N0} bytes of free space; it has {free:N0}.");
            return 2;
        }

        Console.WriteLine("| years | routes × hours | disk, most | memory, most | memory after a start | start |");
        Console.WriteLine("| ---: | ---: | ---: | ---: | ---: | ---: |");
        var path = Path.Combine(directory.FullName, "growth");
        var isKept = true;
        for (var year = 1; year <= years; year++)
        {
            var diskBytes = await RecordAsync(path, year, routes, rollsUp);
            var memoryBytes = Process.GetCurrentProcess().PeakWorkingSet64;
            var (seconds, startBytes) = await StartAsync(path, TimeOf(year * DaysPerYear * 24));
            Console.WriteLine(
                $"| {year} | {(long)year * DaysPerYear * 24 * routes:N0} | {diskBytes / 1e6:N0} MB | {memoryBytes / 1e6:N0} MB | "
                + $"{startBytes / 1e6:N0} MB | {seconds:0.0} s |");
            isKept &= Math.Max(memoryBytes, startBytes) <= MemoryBytesMax && seconds <= StartSecondsMax && diskBytes <= DiskBytesNeeded;
        }

        Directory.Delete(path, recursive: true);
        Console.WriteLine(
            $"At most {MemoryBytesMax / 1e6:N0} MB of memory, {StartSecondsMax} s for a start and {DiskBytesNeeded / 1e6:N0} MB of disk: "
            + $"{(isKept ? "kept" : "MISSED")}.");
        return isKept ? 0 : 1;
    }

    /// <summary>Opens the store and prints the seconds that it took and the most memory of this process, in bytes.</summary>
    public static async Task StartAsync(string path, long nowMs)
    {
        var started = Stopwatch.GetTimestamp();
        await using var store = Open(path, new MovedClock { Now = DateTimeOffset.FromUnixTimeMilliseconds(nowMs) });
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{seconds} {Process.GetCurrentProcess().PeakWorkingSet64}"));
    }

    /// <summary>Records a year and returns the most disk space that it took, in bytes.</summary>
    private static async Task<long> RecordAsync(string path, int year, int routes, bool rollsUp)
    {
        var clock = new MovedClock { Now = TimeOf((year - 1) * DaysPerYear * 24) };
        await using var store = Open(path, clock);
        var names = Workload.Routes(routes);
        var outcomes = new RecordOutcome[routes];
        var diskBytes = 0L;
        for (var hour = (year - 1) * DaysPerYear * 24; hour < year * DaysPerYear * 24; hour++)
        {
            clock.Now = TimeOf(hour);
            if (rollsUp && hour % 24 == 0)
            {
                await store.Ledger.RollUpAsync(clock.Now.AddDays(-HourlyHistoryDays - 1), CancellationToken.None);
            }

            var batch = Array.ConvertAll(names, route => new Transaction(route, TransactionKey.Parse($"{hour} {route}")));
            await store.Ledger.RecordAsync(batch, outcomes, CancellationToken.None);
            if (hour % 24 == 23)
            {
                diskBytes = Math.Max(diskBytes, new DirectoryInfo(path).EnumerateFiles().Sum(file => file.Exists ? file.Length : 0));
            }
        }

        return diskBytes;
    }

    /// <summary>Starts the store in a process of its own.</summary>
    private static async Task<(double Seconds, long MemoryBytes)> StartAsync(string path, DateTimeOffset now)
    {
        string[] arguments = ["growth-start", path, $"{now.ToUnixTimeMilliseconds()}"];
        using var process = Process.Start(
            new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var line = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var values = line.Split(' ');
        return (double.Parse(values[0], CultureInfo.InvariantCulture), long.Parse(values[1], CultureInfo.InvariantCulture));
    }

    private static DateTimeOffset TimeOf(int hour) => Begin.AddHours(hour).AddMinutes(30);

    private static EmbeddedStore Open(string path, TimeProvider clock) =>
        EmbeddedStore.Open(path, TimeSpan.FromHours(48), clock, NullLogger.Instance);

    /// <summary>A clock that the run sets.</summary>
    private sealed class MovedClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => Now;

        public override long GetTimestamp() => Now.UtcTicks;
    }
}
