using Airside.Stores.Embedded.Disk;

namespace Airside.Stores.Tests.Embedded;

/// <summary>Replacing an entire file: whatever goes wrong, the old or the new content is there, and in the end nothing else.</summary>
public sealed class DiskFilesTests
{
    private const string Name = "airlines.json";
    private const string Unfinished = Name + ".tmp";
    private const int Seeds = 50;
    private static readonly byte[] Old = [.. Enumerable.Repeat((byte)1, 1500)];
    private static readonly byte[] New = [.. Enumerable.Repeat((byte)2, 2500)];

    [Fact]
    public void A_full_disk_leaves_the_old_file_and_gives_its_space_back()
    {
        var disk = WithOldFile(seed: 1);
        disk.Faults.CapacityBytes = Old.Length + 1000;
        AssertRefused(disk);
    }

    [Fact]
    public void A_failed_write_leaves_the_old_file_and_gives_its_space_back()
    {
        var disk = WithOldFile(seed: 1);
        disk.Faults.WritesUntilFailure = 0;
        AssertRefused(disk);
    }

    [Fact]
    public void A_failed_sync_leaves_the_old_file_and_gives_its_space_back()
    {
        var disk = WithOldFile(seed: 1);
        disk.Faults.SyncsUntilFailure = 0;
        AssertRefused(disk);
    }

    [Fact]
    public void A_crash_at_any_moment_leaves_the_old_or_the_new_file_and_the_next_one_takes_what_was_left()
    {
        var (kept, replaced, left) = (0, 0, 0);
        for (var operations = 0; operations < 5; operations++)
        {
            for (var seed = 1; seed <= Seeds; seed++)
            {
                var disk = WithOldFile(seed);
                disk.Faults.OperationsUntilCrash = operations;
                Assert.Throws<SimulatedCrashException>(() => disk.ReplaceFile(Name, New));
                disk.Kill();
                disk = seed % 2 == 0 ? disk.Crash() : disk;
                var content = disk.ReadFile(Name);
                kept += content.SequenceEqual(Old) ? 1 : 0;
                replaced += content.SequenceEqual(New) ? 1 : 0;
                left += disk.List().Contains(Unfinished, StringComparer.Ordinal) ? 1 : 0;

                disk.ReplaceFile(Name, New);
                disk = disk.Crash();
                Assert.Equal([Name], disk.List());
                Assert.Equal(New, disk.ReadFile(Name));
            }
        }

        Assert.Equal(5 * Seeds, kept + replaced);
        Assert.True(kept > 0 && replaced > 0 && left > 0, $"kept {kept}, replaced {replaced}, left {left}");
    }

    private static SimulatedDisk WithOldFile(int seed)
    {
        var disk = new SimulatedDisk(new Random(seed));
        disk.Put(Name, Old);
        return disk;
    }

    private static void AssertRefused(SimulatedDisk disk)
    {
        Assert.Throws<IOException>(() => disk.ReplaceFile(Name, New));
        Assert.Equal([Name], disk.List());
        Assert.Equal(Old, disk.ReadFile(Name));
    }
}
