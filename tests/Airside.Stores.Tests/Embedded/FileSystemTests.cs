using Airside.Core;
using Airside.Core.Transactions;
using Airside.Stores.Embedded;
using Microsoft.Extensions.Logging.Abstractions;

namespace Airside.Stores.Tests.Embedded;

/// <summary>The embedded store on real file systems.</summary>
public sealed class FileSystemTests
{
    [Fact]
    public async Task A_second_store_on_the_same_directory_is_refused()
    {
        var directory = Directory.CreateTempSubdirectory("airside-").FullName;
        try
        {
            var store = Open(directory);
            await using (store)
            {
                var exception = Assert.Throws<StoreUnavailableException>(() => Open(directory));
                Assert.Contains($"'{directory}'", exception.Message, StringComparison.Ordinal);
                Assert.Contains("Airside:DataDirectory", exception.Message, StringComparison.Ordinal);
                await RecordAsync(store, Batch(0, 1));
            }

            await using var next = Open(directory);
            Assert.Equal(1, await TotalAsync(next));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task A_directory_whose_lock_could_not_be_taken_is_read_and_never_written()
    {
        using var mount = SmallMount.Create(megabytes: 12);
        mount.MakeReadOnly();
        await using var store = Open(mount.Path);
        mount.MakeWritable();

        // Another process could own the directory by now and would not know about this one.
        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => RecordAsync(store, Batch(0, 1)));
        Assert.Contains("no lock keeps another process out", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, await TotalAsync(store));
    }

    [Fact]
    public void A_directory_that_cannot_be_made_is_refused_by_the_knob()
    {
        var file = Path.GetTempFileName();
        var exception = Assert.Throws<StoreUnavailableException>(() => Open(Path.Combine(file, "data")));
        Assert.Contains("Airside:DataDirectory", exception.Message, StringComparison.Ordinal);
        File.Delete(file);
    }

    [Fact]
    public async Task A_full_disk_refuses_writes_and_serves_reads_until_space_is_freed()
    {
        using var mount = SmallMount.Create(megabytes: 12);
        var recorded = 0;
        await using (var store = Open(mount.Path))
        {
            recorded += await RecordAsync(store, Batch(recorded, 1));
            var filler = mount.Fill();
            StoreUnavailableException? refused = null;
            while (refused is null)
            {
                // A few more of these fit into the space that the journal reserved.
                Assert.InRange(recorded, 0, 100_000);
                try
                {
                    recorded += await RecordAsync(store, Batch(recorded, 5_000));
                }
                catch (StoreUnavailableException exception)
                {
                    refused = exception;
                }
            }

            Assert.IsType<IOException>(refused.InnerException);
            Assert.Contains(refused.InnerException.Message, refused.Message, StringComparison.Ordinal);
            Assert.Equal(refused.Message, store.Ledger.WriteFault);
            Assert.Equal(recorded, await TotalAsync(store));
            await Assert.ThrowsAsync<StoreUnavailableException>(() => RecordAsync(store, Batch(recorded, 5_000)));
            Assert.Equal(recorded, await TotalAsync(store));

            File.Delete(filler);
            recorded += await RecordAsync(store, Batch(recorded, 5_000));
            Assert.Null(store.Ledger.WriteFault);
            Assert.Equal(recorded, await TotalAsync(store));
        }

        await using var reopened = Open(mount.Path);
        Assert.Equal(recorded, await TotalAsync(reopened));
    }

    [Fact]
    public async Task A_store_opens_on_a_full_disk_and_records_once_there_is_space()
    {
        using var mount = SmallMount.Create(megabytes: 8);
        await using (var store = Open(mount.Path))
        {
            await RecordAsync(store, Batch(0, 10));
        }

        var filler = mount.Fill();
        await using var full = Open(mount.Path);
        Assert.Equal(10, await TotalAsync(full));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => RecordAsync(full, Batch(10, 10)));
        File.Delete(filler);
        await RecordAsync(full, Batch(0, 20));
        Assert.Equal(20, await TotalAsync(full));
    }

    [Fact]
    public async Task A_read_only_file_system_is_read_and_refuses_writes()
    {
        using var mount = SmallMount.Create(megabytes: 8);
        await using (var store = Open(mount.Path))
        {
            await RecordAsync(store, Batch(0, 10));
        }

        mount.MakeReadOnly();
        await using var readOnly = Open(mount.Path);
        Assert.Equal(10, await TotalAsync(readOnly));
        Assert.Equal(10, Assert.Single(await readOnly.Ledger.TopAsync(10, CancellationToken.None)).Total);
        var exception = await Assert.ThrowsAsync<StoreUnavailableException>(() => RecordAsync(readOnly, Batch(10, 1)));
        Assert.Contains("Airside:DataDirectory", exception.Message, StringComparison.Ordinal);

        // Repeats need no write.
        var outcomes = new RecordOutcome[10];
        await readOnly.Ledger.RecordAsync(Batch(0, 10), outcomes, CancellationToken.None);
        Assert.All(outcomes, outcome => Assert.True(outcome.IsReplay));
        Assert.Equal(10, await TotalAsync(readOnly));
    }

    [Fact]
    public async Task A_lock_file_that_is_removed_ends_recording_and_lets_nobody_else_in()
    {
        using var mount = SmallMount.Create(megabytes: 8);
        await using var store = Open(mount.Path);
        await RecordAsync(store, Batch(0, 10));
        File.Delete(Path.Combine(mount.Path, "airside.lock"));

        Assert.Throws<StoreUnavailableException>(() => Open(mount.Path));
        await UntilFaultAsync(store, fault => fault?.Contains("removed or replaced", StringComparison.Ordinal) == true);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => RecordAsync(store, Batch(10, 1)));
        Assert.Equal(10, await TotalAsync(store));

        // A recreated file does not show who used the directory in the meantime.
        await File.WriteAllTextAsync(Path.Combine(mount.Path, "airside.lock"), "");
        await Task.Delay(2 * Limits.StoreMonitorMs);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => RecordAsync(store, Batch(10, 1)));
    }

    [Fact]
    public async Task A_directory_that_is_removed_ends_recording()
    {
        var directory = Directory.CreateTempSubdirectory("airside-").FullName;
        await using var store = Open(directory);
        await RecordAsync(store, Batch(0, 10));
        Directory.Delete(directory, recursive: true);

        await UntilFaultAsync(store, fault => fault?.Contains("removed or replaced", StringComparison.Ordinal) == true);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => RecordAsync(store, Batch(10, 1)));
    }

    [Fact]
    public async Task A_read_only_file_system_is_told_of_without_a_write_and_so_is_the_end_of_it()
    {
        using var mount = SmallMount.Create(megabytes: 8);
        await Open(mount.Path).DisposeAsync();
        mount.MakeReadOnly();
        await using var store = Open(mount.Path);

        await UntilFaultAsync(store, fault => fault?.Contains("Airside:DataDirectory", StringComparison.Ordinal) == true);
        mount.MakeWritable();
        await UntilFaultAsync(store, fault => fault is null);
        await RecordAsync(store, Batch(0, 1));
    }

    [Fact]
    public async Task A_store_that_is_only_made_reads_and_locks_nothing()
    {
        var directory = Path.Combine(Path.GetTempPath(), $"airside-{Guid.NewGuid():n}");
        await using (var store = new EmbeddedStore(directory, TimeSpan.FromHours(48), TimeProvider.System, NullLogger.Instance))
        {
            Assert.Empty(await store.MigrateAsync(CancellationToken.None));
        }

        Assert.False(Directory.Exists(directory));
    }

    private static Task UntilFaultAsync(EmbeddedStore store, Func<string?, bool> isSo) =>
        Waiting.UntilAsync(() => isSo(store.Ledger.WriteFault), "the fault of the data directory, or its end");

    private static EmbeddedStore Open(string directory) =>
        EmbeddedStore.Open(directory, TimeSpan.FromHours(48), new FakeTimeProvider(TestTime.Start), NullLogger.Instance);

    private static Transaction[] Batch(int first, int count) =>
        [.. Enumerable.Range(first, count).Select(i => TestLedger.Transaction("AR1133", $"key {i}".PadLeft(120)))];

    private static async Task<int> RecordAsync(EmbeddedStore store, Transaction[] batch)
    {
        await store.Ledger.RecordAsync(batch, new RecordOutcome[batch.Length], CancellationToken.None);
        return batch.Length;
    }

    private static async Task<long> TotalAsync(EmbeddedStore store) =>
        await store.Ledger.TotalAsync(FlightRoute.Parse("AR1133"), CancellationToken.None);
}
