using Airside.Core;
using Airside.Stores.Embedded;
using Airside.Stores.Embedded.Journal;
using Airside.Stores.Embedded.Snapshots;

namespace Airside.Stores.Tests.Embedded;

/// <summary>Data from many short runs is compacted like data from one long run.</summary>
public sealed class CompactionTests
{
    private static readonly EmbeddedOptions Options = new(TimeSpan.FromHours(1), SegmentBytes: 2_000, SnapshotBytes: 3_000);
    private readonly TestLedger _test = new(new SimulatedDisk(new Random(1)), Options);

    private IEnumerable<string> Snapshots => _test.Disk.List().Where(name => Snapshot.TryParseName(name, out _));

    private IEnumerable<string> Segments => _test.Disk.List().Where(name => JournalFormat.TryParseSegmentName(name, out _));

    [Fact]
    public void Lives_too_short_for_a_snapshot_each_come_to_one_together()
    {
        for (var life = 0; life < 20; life++)
        {
            using var ledger = _test.Open();
            TestLedger.BuildDueSnapshot(ledger);
            Record(ledger, $"{life}", 20);
            _test.Time.Advance(TimeSpan.FromMinutes(30));
        }

        Assert.Equal(2, Snapshots.Count());

        // 400 transactions of about 60 bytes: without snapshots, all would still be there.
        Assert.InRange(Segments.Sum(name => _test.Disk.ContentOf(name).Length), 1, 12_000);
        _test.AssertExact(_test.Disk, _test.Model);
    }

    [Fact]
    public void A_snapshot_at_the_start_counts_what_killed_processes_left()
    {
        for (var life = 0; life < 6; life++)
        {
            // Not disposed, so the reserved space after the last record stays.
            var ledger = _test.Open();
            TestLedger.BuildDueSnapshot(ledger);
            Record(ledger, $"{life}", 20);
            _test.Disk.Kill();
        }

        Assert.NotEmpty(Snapshots);
        _test.AssertExact(_test.Disk, _test.Model);
    }

    [Fact]
    public void Where_the_disk_refuses_a_snapshot_at_the_start_the_next_one_is_due_later()
    {
        using (var ledger = _test.Open())
        {
            Record(ledger, "before", 60);
        }

        using var next = _test.Open();
        Assert.True(next.SnapshotIsDue);
        _test.Disk.Faults.CapacityBytes = 0;
        Assert.Throws<StoreUnavailableException>(() => next.BeginSnapshot());
        Assert.False(next.SnapshotIsDue);
        _test.Disk.Faults.CapacityBytes = long.MaxValue;
        Record(next, "after", 1);
    }

    private void Record(JournaledLedger ledger, string name, int transactions)
    {
        for (var number = 0; number < transactions; number++)
        {
            _test.Commit(ledger, TestLedger.Transaction("AR1", $"key {name} {number}"));
        }
    }
}
