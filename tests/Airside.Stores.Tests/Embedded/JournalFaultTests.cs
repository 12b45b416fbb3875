using System.Text;
using Airside.Core;
using Airside.Core.Transactions;
using Airside.Stores.Embedded;
using Airside.Stores.Embedded.Disk;
using Airside.Stores.Embedded.Journal;
using Airside.Stores.Embedded.Snapshots;

namespace Airside.Stores.Tests.Embedded;

/// <summary>One segment with three records, the last longer than a sector, cut and damaged at every position.</summary>
public sealed class JournalFaultTests
{
    private const string Segment = "journal-0000000000000000001.log";

    private readonly TestLedger _test = new();

    /// <summary>Where each record ends; the first entry is the end of the segment's header.</summary>
    private readonly List<int> _ends = [JournalFormat.SegmentHeaderBytes];

    /// <summary>The state after each record.</summary>
    private readonly List<LedgerModel> _states;

    public JournalFaultTests()
    {
        _states = [_test.Model.Copy()];
        using var ledger = _test.Open();
        Record(ledger, ("AR1133", "first"), ("BA7", "second"));
        Record(ledger, ("AR1133", "third"));
        Record(ledger, [.. Enumerable.Range(0, 9).Select(i => ("KLM42X", $"key {i} é".PadRight(60 + i, '-')))]);
    }

    [Fact]
    public void A_journal_cut_anywhere_recovers_the_whole_records_before_the_cut()
    {
        for (var length = 0; length <= _ends[^1]; length++)
        {
            var disk = _test.Disk.Copy();
            disk.Cut(Segment, length);
            _test.AssertExact(disk, StateBefore(length));
        }
    }

    [Fact]
    public void A_journal_with_zeros_from_anywhere_on_recovers_the_whole_records_before_them()
    {
        // The header of a segment is durable before space is reserved after it, so zeros never begin within it.
        var whole = _test.Disk.ContentOf(Segment);
        for (var length = _ends[0]; length <= _ends[^1]; length++)
        {
            var disk = _test.Disk.Copy();
            disk.Put(Segment, [.. whole[..length], .. new byte[4096 - length]]);
            _test.AssertExact(disk, StateBefore(length));
        }
    }

    [Fact]
    public void Each_flipped_bit_is_refused_by_the_file_and_the_offset_of_its_record()
    {
        for (var bit = 0; bit < _ends[^1] * 8; bit++)
        {
            var disk = _test.Disk.Copy();
            disk.FlipBit(Segment, bit);
            var exception = Assert.Throws<StoreDamagedException>(() => _test.Open(disk));
            var start = bit / 8 < _ends[0] ? 0 : _ends.FindLast(end => end <= bit / 8);
            Assert.Contains($"file '{Segment}', offset {start}:", exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_flipped_bit_in_reserved_space_is_refused_by_file_and_offset_or_changes_nothing()
    {
        var whole = _test.Disk.ContentOf(Segment);
        for (var bit = 0; bit < 1024 * 8; bit++)
        {
            var disk = _test.Disk.Copy();
            disk.Put(Segment, [.. whole, .. new byte[1024]]);
            disk.FlipBit(Segment, (whole.Length * 8) + bit);
            try
            {
                using var ledger = _test.Open(disk);
                Assert.Null(_test.Difference(ledger, _test.Model));
            }
            catch (StoreDamagedException exception)
            {
                Assert.Contains($"file '{Segment}', offset {whole.Length}:", exception.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void A_flipped_bit_is_refused_where_the_header_of_a_record_lies_across_two_sectors()
    {
        // The one byte of the header that lies in the second sector is zero, as it is for one record in 256.
        const int Split = 512 - 31;
        var disk = new SimulatedDisk(new Random(1));
        var test = new TestLedger(disk, new EmbeddedOptions(TimeSpan.FromHours(48)));
        using (var ledger = test.Open())
        {
            var keyBytes = Split - JournalFormat.SegmentHeaderBytes - (3 * (JournalFormat.RecordBytesMin - 1));
            test.Commit(ledger, TestLedger.Transaction("AR1133", new string('a', 100)));
            test.Commit(ledger, TestLedger.Transaction("AR1133", new string('b', 100)));
            test.Commit(ledger, TestLedger.Transaction("AR1133", new string('c', keyBytes - 200)));
            test.Commit(ledger, TestLedger.Transaction("AR1133", KeyWithZeroInChecksum()));
        }

        var content = disk.ContentOf(Segment);
        Assert.Equal(0, content[512]);
        for (var bit = Split * 8; bit < content.Length * 8; bit++)
        {
            var damaged = disk.Copy();
            damaged.FlipBit(Segment, bit);
            var exception = Assert.Throws<StoreDamagedException>(() => test.Open(damaged));
            Assert.Contains($"file '{Segment}', offset {Split}:", exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_format_of_the_future_is_refused_by_both_versions()
    {
        _test.Disk.MakeFormatOfTheFuture(Segment);
        var exception = Assert.Throws<StoreUnavailableException>(() => _test.Open());
        Assert.Contains(
            $"'{Segment}' has format version 7; this program reads versions 1 to 2", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_segment_under_another_name_is_refused()
    {
        var content = _test.Disk.ContentOf(Segment);
        _test.Disk.Put(JournalFormat.SegmentName(13), content);
        var copied = Assert.Throws<StoreDamagedException>(() => _test.Open());
        Assert.Contains("the segment begins at transaction 1, but its name says 13", copied.Message, StringComparison.Ordinal);

        _test.Disk.Remove(Segment);
        var renamed = Assert.Throws<StoreDamagedException>(() => _test.Open());
        Assert.Contains("begins at transaction 13; expected 1", renamed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Unfinished_files_are_left_out()
    {
        _test.Disk.Put(Segment + ".tmp", [1, 2, 3]);
        _test.Disk.Put(Snapshot.Name(5) + ".tmp", [4, 5, 6]);
        _test.AssertExact(_test.Disk, _test.Model);
    }

    private static string KeyWithZeroInChecksum()
    {
        Span<byte> item = stackalloc byte[JournalFormat.ItemHeaderBytes + 8];
        for (var number = 10_000_000; ; number++)
        {
            var key = number.ToString();
            JournalFormat.WriteItemHeader(item, FlightRoute.Parse("AR1133").Packed, total: 4, key.Length);
            Encoding.UTF8.GetBytes(key, item[JournalFormat.ItemHeaderBytes..]);
            if (Crc32C.Compute(item) <= 0xffffff)
            {
                return key;
            }
        }
    }

    private void Record(JournaledLedger ledger, params (string Route, string Key)[] transactions)
    {
        _test.Commit(ledger, transactions.Select(pair => TestLedger.Transaction(pair.Route, pair.Key)));
        var items = transactions.Sum(pair => JournalFormat.ItemHeaderBytes + Encoding.UTF8.GetByteCount(pair.Key));
        _ends.Add(_ends[^1] + JournalFormat.RecordHeaderBytes + items + 1);
        _states.Add(_test.Model.Copy());
    }

    private LedgerModel StateBefore(int length) => _states[Math.Max(0, _ends.FindLastIndex(end => end <= length))];
}
