using Airside.Core;
using Airside.Core.Transactions;
using Airside.Stores.Embedded.Journal;
using Airside.Stores.Embedded.Snapshots;
using Airside.Stores.Embedded.Tables;

namespace Airside.Stores.Tests.Embedded;

/// <summary>How the reader judges a segment that is cut at its end or damaged.</summary>
public sealed class SegmentReaderTests
{
    private const int KeyBytes = 100;
    private const int RecordBytes = JournalFormat.RecordHeaderBytes + JournalFormat.ItemHeaderBytes + KeyBytes + 1;

    [Fact]
    public void A_whole_segment_is_read_to_its_end() =>
        Assert.Equal(new SegmentEnd(4, Offset(3)), Read(Segment(3), isLast: true));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Reserved_zeros_behind_the_last_record_mean_nothing(bool isLast) =>
        Assert.Equal(new SegmentEnd(4, Offset(3)), Read([.. Segment(3), .. new byte[2000]], isLast));

    [Fact]
    public void A_new_segment_without_a_header_holds_nothing()
    {
        Assert.Equal(new SegmentEnd(1, 0), Read([], isLast: true));
        Assert.Equal(new SegmentEnd(1, 0), Read(new byte[4096], isLast: true));
        AssertDamaged([], isLast: false, offset: 0, "ends within its header");
        AssertDamaged(new byte[4096], isLast: false, offset: 0, "does not match its checksum");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(JournalFormat.RecordHeaderBytes)]
    [InlineData(RecordBytes - 1)]
    public void A_record_that_the_segment_ends_within_is_torn_in_the_last_segment_and_damage_elsewhere(int bytes)
    {
        var cut = Segment(3)[..(Offset(2) + bytes)];
        Assert.Equal(new SegmentEnd(3, Offset(2)), Read(cut, isLast: true));
        AssertDamaged(cut, isLast: false, Offset(2), "record");
    }

    [Fact]
    public void A_record_with_a_sector_that_was_never_written_is_torn()
    {
        // The fourth record spans the first two sectors.
        Assert.True(Offset(3) < 512 && Offset(4) > 512);
        var secondLost = Segment(4);
        secondLost.AsSpan(512).Clear();
        Assert.Equal(new SegmentEnd(4, Offset(3)), Read(secondLost, isLast: true));

        var firstLost = Segment(4);
        firstLost.AsSpan(Offset(3)..512).Clear();
        Assert.Equal(new SegmentEnd(4, Offset(3)), Read(firstLost, isLast: true));
    }

    [Fact]
    public void A_whole_record_behind_a_torn_one_is_damage()
    {
        var segment = Segment(6);
        segment.AsSpan(Offset(3)..512).Clear();
        AssertDamaged(segment, isLast: true, Offset(3), $"but an intact one follows at offset {Offset(4)}");
    }

    [Fact]
    public void A_record_that_does_not_follow_the_one_before_is_damage() =>
        AssertDamaged([.. Segment(2), .. Record(4)], isLast: true, Offset(2), "begins at transaction 4; expected 3");

    [Fact]
    public void A_changed_byte_of_the_items_is_damage()
    {
        var segment = Segment(3);
        segment[Offset(2) + JournalFormat.RecordHeaderBytes + 30] ^= 0x20;
        AssertDamaged(segment, isLast: true, Offset(2), "the record does not match its checksum");
    }

    [Fact]
    public void What_the_visitor_refuses_is_damage_at_the_offset_of_the_record()
    {
        var exception = Assert.Throws<StoreDamagedException>(
            () => SegmentReader.Read("journal", Segment(2), 1, isLast: true, new RefusingVisitor()));
        Assert.Contains($"file 'journal', offset {Offset(0)}: no such route.", exception.Message, StringComparison.Ordinal);
    }

    private static int Offset(int records) => JournalFormat.SegmentHeaderBytes + (records * RecordBytes);

    private static byte[] Segment(int records)
    {
        var header = new byte[JournalFormat.SegmentHeaderBytes];
        JournalFormat.WriteSegmentHeader(header, firstSequence: 1, importStamp: 0);
        return [.. header, .. Enumerable.Range(1, records).SelectMany(sequence => Record(sequence))];
    }

    private static byte[] Record(int sequence)
    {
        var record = new byte[RecordBytes];
        var item = record.AsSpan(JournalFormat.RecordHeaderBytes);
        JournalFormat.WriteItemHeader(item, FlightRoute.Parse("AR1133").Packed, total: sequence, KeyBytes);
        item.Slice(JournalFormat.ItemHeaderBytes, KeyBytes).Fill((byte)'k');
        JournalFormat.SealRecord(record, sequence, timeMs: 1_000);
        return record;
    }

    private static SegmentEnd Read(byte[] segment, bool isLast) =>
        SegmentReader.Read("journal", segment, 1, isLast, new TotalsVisitor(new RouteTable(), 1, new SegmentTimes([], nowMs: 0)));

    private static void AssertDamaged(byte[] segment, bool isLast, int offset, string cause)
    {
        var exception = Assert.Throws<StoreDamagedException>(() => Read(segment, isLast));
        Assert.Contains($"file 'journal', offset {offset}: ", exception.Message, StringComparison.Ordinal);
        Assert.Contains(cause, exception.Message, StringComparison.Ordinal);
    }

    private sealed class RefusingVisitor : IRecordVisitor
    {
        public int Visit(RecordHeader header, ReadOnlySpan<byte> items) => throw new InvalidDataException("no such route");
    }
}
