using Airside.Core;
using Airside.Stores.Embedded;
using Airside.Stores.Embedded.Journal;
using Airside.Stores.Embedded.Snapshots;

namespace Airside.Stores.Tests.Embedded;

/// <summary>A journal of many segments with snapshots, with missing or damaged files.</summary>
public sealed class SegmentAndSnapshotFaultTests
{
    private readonly TestLedger _test = new(
        new SimulatedDisk(new Random(1)), new EmbeddedOptions(TimeSpan.FromHours(1), SegmentBytes: 400, SnapshotBytes: 1000));

    private IReadOnlyList<string> Segments => [.. _test.Disk.List().Where(name => JournalFormat.TryParseSegmentName(name, out _))];

    private IReadOnlyList<string> Snapshots => [.. _test.Disk.List().Where(name => Snapshot.TryParseName(name, out _))];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_missing_segment_in_the_middle_is_refused(bool isCoveredBySnapshot)
    {
        Record(transactions: 55, isCoveredBySnapshot ? 1 : 1000);
        Assert.Equal(isCoveredBySnapshot, Snapshots.Count > 0);
        var segments = Segments;
        Assert.InRange(segments.Count, 5, 20);
        for (var i = 1; i < segments.Count - 1; i++)
        {
            var disk = _test.Disk.Copy();
            disk.Remove(segments[i]);
            var exception = Assert.Throws<StoreDamagedException>(() => _test.Open(disk));
            Assert.Contains($"file '{segments[i + 1]}', offset 0:", exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Damage_in_a_segment_that_is_not_the_last_is_refused_even_where_a_crash_could_have_made_it()
    {
        Record(transactions: 55, snapshotEvery: 1000);
        var content = _test.Disk.ContentOf(Segments[2]);
        for (var length = 0; length < content.Length; length++)
        {
            var disk = _test.Disk.Copy();
            disk.Cut(Segments[2], length);
            var exception = Assert.Throws<StoreDamagedException>(() => _test.Open(disk));
            Assert.Contains("The journal is damaged: file '", exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Old_segments_and_snapshots_are_removed_and_the_totals_stay()
    {
        Record(transactions: 200, snapshotEvery: 10);
        Assert.Equal(Limits.SnapshotsKept, Snapshots.Count);
        Assert.NotEqual(JournalFormat.SegmentName(1), Segments[0]);
        _test.AssertExact(_test.Disk, _test.Model);
    }

    [Fact]
    public void A_damaged_newest_snapshot_gives_way_to_the_one_before()
    {
        Record(transactions: 200, snapshotEvery: 10);
        var newest = Snapshots[^1];
        for (var bit = 0; bit < _test.Disk.ContentOf(newest).Length * 8; bit += 7)
        {
            var disk = _test.Disk.Copy();
            disk.FlipBit(newest, bit);
            using (var ledger = _test.Open(disk))
            {
                Assert.Contains(newest, Assert.Single(ledger.Warnings), StringComparison.Ordinal);
            }

            _test.AssertExact(disk, _test.Model);
        }
    }

    [Fact]
    public void After_a_damaged_snapshot_the_next_one_is_made_and_takes_its_place()
    {
        Record(transactions: 200, snapshotEvery: 10);
        var damaged = Snapshots[^1];
        _test.Disk.FlipBit(damaged, 100);
        Record(transactions: 60, snapshotEvery: 20);
        Assert.DoesNotContain(damaged, Snapshots);
        using var ledger = _test.Open();
        Assert.Empty(ledger.Warnings);
        Assert.Null(_test.Difference(ledger, _test.Model));
    }

    [Fact]
    public void A_journal_that_ends_before_its_snapshot_is_refused()
    {
        Record(transactions: 200, snapshotEvery: 10);
        Assert.True(Snapshot.TryParseName(Snapshots[^1], out var end));
        var behind = JournalFormat.SegmentName(end);
        foreach (var name in Segments.Where(name => string.CompareOrdinal(name, behind) >= 0).ToArray())
        {
            _test.Disk.Remove(name);
        }

        var exception = Assert.Throws<StoreDamagedException>(() => _test.Open());
        Assert.Contains($"file '{behind}'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_any_whole_snapshot_a_shortened_journal_is_refused()
    {
        Record(transactions: 200, snapshotEvery: 10);
        foreach (var name in Snapshots)
        {
            _test.Disk.FlipBit(name, 300);
        }

        var exception = Assert.Throws<StoreDamagedException>(() => _test.Open());
        Assert.Contains($"file '{Segments[0]}'", exception.Message, StringComparison.Ordinal);
        Assert.All(Snapshots, name => Assert.Contains(name, exception.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_snapshot_of_the_future_is_refused_by_both_versions_though_an_older_one_would_give_the_totals()
    {
        Record(transactions: 200, snapshotEvery: 10);
        Assert.Equal(Limits.SnapshotsKept, Snapshots.Count);
        var newest = Snapshots[^1];
        _test.Disk.MakeFormatOfTheFuture(newest);
        var exception = Assert.Throws<StoreUnavailableException>(() => _test.Open());
        Assert.Contains(
            $"'{newest}' has format version 7; this program reads versions 1 to 2", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_snapshot_of_the_future_that_turns_up_while_the_ledger_runs_is_not_removed()
    {
        using var ledger = _test.Open();
        CommitUntilSnapshotIsDue(ledger);
        ledger.BeginSnapshot()(CancellationToken.None);
        var snapshot = Assert.Single(Snapshots);
        _test.Disk.MakeFormatOfTheFuture(snapshot);
        var content = _test.Disk.ContentOf(snapshot);
        CommitUntilSnapshotIsDue(ledger);
        var names = _test.Disk.List();

        Assert.Throws<StoreUnavailableException>(() => ledger.BeginSnapshot()(CancellationToken.None));
        Assert.Equal(names, _test.Disk.List());
        Assert.Equal(content, _test.Disk.ContentOf(snapshot));
    }

    [Fact]
    public void A_snapshot_that_a_crash_left_unfinished_means_nothing_and_goes_when_the_next_one_is_made()
    {
        using (var ledger = _test.Open())
        {
            CommitUntilSnapshotIsDue(ledger);
            _test.Disk.Faults.OperationsUntilCrash = 2;
            Assert.Throws<SimulatedCrashException>(() => ledger.BeginSnapshot()(CancellationToken.None));
            _test.Disk.Kill();
        }

        var unfinished = Assert.Single(_test.Disk.List(), name => name.EndsWith(".tmp", StringComparison.Ordinal));
        _test.Disk.Put("airlines.json.tmp", []);
        _test.AssertExact(_test.Disk.Copy(), _test.Model);
        using (var ledger = _test.Open())
        {
            CommitUntilSnapshotIsDue(ledger);
            ledger.BeginSnapshot()(CancellationToken.None);
        }

        Assert.DoesNotContain(unfinished, _test.Disk.List());

        // Another writer may be using this one.
        Assert.Contains("airlines.json.tmp", _test.Disk.List());
        Assert.NotEmpty(Snapshots);
        _test.AssertExact(_test.Disk, _test.Model);
    }

    [Fact]
    public void No_snapshot_is_made_of_a_journal_with_a_gap()
    {
        using var ledger = _test.Open();
        CommitUntilSnapshotIsDue(ledger);
        _test.Disk.Remove(Segments[1]);
        Assert.Throws<StoreDamagedException>(() => ledger.BeginSnapshot()(CancellationToken.None));
        Assert.Empty(Snapshots);
    }

    private void CommitUntilSnapshotIsDue(JournaledLedger ledger)
    {
        while (!ledger.SnapshotIsDue)
        {
            var number = _test.Model.Recorded.Count;
            _test.Commit(ledger, TestLedger.Transaction($"AR{number + 1}", $"key {number}"));
        }
    }

    /// <summary>Records transactions over hours, and creates snapshots that are due at the given interval.</summary>
    private void Record(int transactions, int snapshotEvery)
    {
        using var ledger = _test.Open();
        var first = _test.Model.Recorded.Count;
        for (var i = first; i < first + transactions; i++)
        {
            _test.Time.Advance(TimeSpan.FromMinutes(1));
            _test.Commit(ledger, TestLedger.Transaction($"AR{1 + (i % 3)}", $"key {i}"));
            if (i % snapshotEvery == 0 && ledger.SnapshotIsDue)
            {
                ledger.BeginSnapshot()(CancellationToken.None);
            }
        }
    }
}
