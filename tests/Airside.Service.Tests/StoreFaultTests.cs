using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Airside.Service.Tests.Fixtures;
using Airside.Service.Tests.Transactions;

namespace Airside.Service.Tests;

/// <summary>A full or read-only disk stops writes, never reads. The disk is a small one in memory.</summary>
[Trait("Category", "Tool")]
public sealed class StoreFaultTests
{
    [Fact]
    public async Task On_a_full_disk_nothing_is_recorded_reading_goes_on_and_space_brings_recording_back()
    {
        await using var disk = await SmallDisk.MountAsync();
        await using var service = await RunningService.StartOverAsync(disk.Path);
        using var before = await service.Client.RecordAsync("FD1", "before");
        disk.Fill();

        // The journal first uses up the space it reserved; then it needs more.
        var recorded = 0L;
        using var refused = await UntilRefusedAsync(service.Client, () => recorded += 10_000);
        var problem = await refused.ProblemAsync(HttpStatusCode.ServiceUnavailable, "store-unavailable");

        Assert.Contains("Airside:DataDirectory", problem.Detail(), StringComparison.Ordinal);
        Assert.Equal("1", refused.Headers.RetryAfter?.ToString());
        await AssertReadableAsync(service.Client, "FD1");
        Assert.Equal(recorded, await service.Client.TotalAsync("FD2"));

        // The journal has released its unused space.
        disk.Fill();
        using var load = await service.Client.PostAsync("/api/v1/load/airlines", "text/csv", AirlineFiles.Small);
        await load.ProblemAsync(HttpStatusCode.ServiceUnavailable, "store-unavailable");
        Assert.Contains("\"isSample\":true", await service.Client.GetStringAsync("/api/v1/info"), StringComparison.Ordinal);

        disk.Empty();
        using var after = await service.Client.RecordAsync("FD1", "after");
        using var repeat = await service.Client.RecordAsync("FD1", "before");
        Assert.Equal(2, (await after.JsonAsync(HttpStatusCode.Created)).GetProperty("transactions").GetInt64());
        Assert.Equal(HttpStatusCode.OK, repeat.StatusCode);
        Assert.False((await service.Client.JsonAsync("/readyz")).TryGetProperty("writeFault", out _));
    }

    [Fact]
    public async Task A_service_that_starts_on_a_full_disk_reads_and_records_once_there_is_space()
    {
        await using var disk = await SmallDisk.MountAsync();
        await using (var first = await RunningService.StartOverAsync(disk.Path))
        {
            using var recorded = await first.Client.RecordAsync("FD3", "first");
        }

        disk.Fill();
        await using var service = await RunningService.StartOverAsync(disk.Path);
        using var refused = await service.Client.RecordAsync("FD3", "second");
        await refused.ProblemAsync(HttpStatusCode.ServiceUnavailable, "store-unavailable");
        await AssertReadableAsync(service.Client, "FD3");

        disk.Empty();
        using var repeat = await service.Client.RecordAsync("FD3", "second");
        Assert.Equal(2, (await repeat.JsonAsync(HttpStatusCode.Created)).GetProperty("transactions").GetInt64());
    }

    [Fact]
    public async Task On_a_read_only_disk_nothing_is_recorded_and_reading_goes_on()
    {
        await using var disk = await SmallDisk.MountAsync();
        await using (var first = await RunningService.StartOverAsync(disk.Path))
        {
            using var recorded = await first.Client.RecordAsync("FD4", "first");
        }

        await disk.RemountAsync("ro");
        await using (var service = await RunningService.StartOverAsync(disk.Path))
        {
            using var refused = await service.Client.RecordAsync("FD4", "second");
            using var repeat = await service.Client.RecordAsync("FD4", "first");

            var problem = await refused.ProblemAsync(HttpStatusCode.ServiceUnavailable, "store-unavailable");
            Assert.Contains("Read-only", problem.Detail(), StringComparison.OrdinalIgnoreCase);
            Assert.Equal("1", refused.Headers.RetryAfter?.ToString());
            Assert.Equal(HttpStatusCode.OK, repeat.StatusCode);
            await AssertReadableAsync(service.Client, "FD4");
        }

        await disk.RemountAsync("rw");
        await using var writable = await RunningService.StartOverAsync(disk.Path);
        using var again = await writable.Client.RecordAsync("FD4", "second");
        Assert.Equal(2, (await again.JsonAsync(HttpStatusCode.Created)).GetProperty("transactions").GetInt64());
    }

    private static async Task<HttpResponseMessage> UntilRefusedAsync(HttpClient client, Action recorded)
    {
        for (var batch = 0; batch < 100; batch++)
        {
            var items = Enumerable.Range(0, 10_000).Select(_ => (Http.NewKey().PadRight(128, 'k'), "FD2")).ToArray();
            var response = await client.PostAsync("/api/v1/transactions", "application/json", BatchTests.Array(items));
            if (response.StatusCode != HttpStatusCode.OK)
            {
                return response;
            }

            response.Dispose();
            recorded();
        }

        throw new InvalidOperationException("The disk never became full.");
    }

    private static async Task AssertReadableAsync(HttpClient client, string route)
    {
        Assert.Equal(1, await client.TotalAsync(route));
        await client.JsonAsync($"/api/v1/routes/{route}/history");
        await client.JsonAsync("/api/v1/airlines");
        Assert.Equal("""{"status":"alive"}""", (await client.JsonAsync("/healthz")).GetRawText());
        var ready = await client.JsonAsync("/readyz");
        Assert.Equal("ready", ready.GetProperty("status").GetString());
        Assert.NotEqual(JsonValueKind.Null, ready.GetProperty("writeFault").ValueKind);
    }

    /// <summary>A disk of 16 MiB in memory, which only the superuser can mount.</summary>
    private sealed class SmallDisk : IAsyncDisposable
    {
        private readonly TemporaryDirectory _directory = new();

        public string Path => _directory.Path;

        public static async Task<SmallDisk> MountAsync()
        {
            var disk = new SmallDisk();
            if (!Environment.IsPrivilegedProcess || !await RunAsync("mount", $"-t tmpfs -o size=16m tmpfs {disk.Path}"))
            {
                disk._directory.Dispose();
                Assert.Skip("reason: a disk in memory can be mounted by the superuser of a Linux system only");
            }

            return disk;
        }

        /// <summary>Leaves no space at all.</summary>
        public void Fill()
        {
            using var file = new FileStream(System.IO.Path.Combine(Path, "filler"), FileMode.Append, FileAccess.Write, FileShare.None, 0);
            var block = new byte[4096];
            try
            {
                while (true)
                {
                    file.Write(block);
                }
            }
            catch (IOException)
            {
                // Now it is full.
            }
        }

        public void Empty() => File.Delete(System.IO.Path.Combine(Path, "filler"));

        public async Task RemountAsync(string mode) => Assert.True(await RunAsync("mount", $"-o remount,{mode} {Path}"));

        public async ValueTask DisposeAsync()
        {
            // Lazily, because a process that is being started by another test may hold the files for a moment.
            await RunAsync("umount", $"-l {Path}");
            _directory.Dispose();
        }

        private static async Task<bool> RunAsync(string command, string arguments)
        {
            try
            {
                using var process = Process.Start(
                    new ProcessStartInfo(command, arguments) { UseShellExecute = false, RedirectStandardError = true })!;
                await process.StandardError.ReadToEndAsync();
                await process.WaitForExitAsync();
                return process.ExitCode == 0;
            }
            catch (System.ComponentModel.Win32Exception)
            {
                return false;
            }
        }
    }
}
