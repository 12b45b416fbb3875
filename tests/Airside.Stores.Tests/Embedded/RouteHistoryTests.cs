using Airside.Stores.Embedded.Tables;

namespace Airside.Stores.Tests.Embedded;

public sealed class RouteHistoryTests
{
    private const long Epoch = 492_000;

    [Fact]
    public void Whatever_becomes_days_or_is_packed_hours_and_days_are_those_of_a_model() => Seeds.Run(500, seed =>
    {
        var random = new Random(seed);
        var history = new RouteHistory();
        var model = new SortedDictionary<long, long>();
        var (now, dayHour) = (Epoch + random.Next(48), long.MinValue);
        for (var step = 0; step < 200; step++)
        {
            // Sometimes a clock is wrong by years, or before 1970.
            now += random.Next(20) == 0 ? random.Next(-30_000, 30_000) : random.Next(3);
            now -= random.Next(200) == 0 ? 2 * Epoch : 0;
            var transactions = random.Next(4) == 0 ? random.NextInt64(1L << 40) + 1 : random.Next(1, 200);
            history.Reserve();
            history.Add(now, transactions);
            model[now] = model.GetValueOrDefault(now) + transactions;
            if (random.Next(10) == 0)
            {
                var before = RouteHistory.DayOf(now) - (24 * random.Next(4));
                history.RollUp(before, Math.Max(before, now - random.Next(-2, 30)));
                dayHour = Math.Max(dayHour, before);
            }

            if (random.Next(20) == 0)
            {
                history = Reloaded(history);
            }
        }

        HourCount[] hours = [.. model.Select(hour => new HourCount(hour.Key, hour.Value))];
        Assert.Equal(RouteHistory.DaysOf(hours), history.Days(long.MinValue, long.MaxValue));
        Assert.Equal(hours.Where(hour => hour.Hour >= dayHour), history.Hours(dayHour, long.MaxValue));
        var from = RouteHistory.DayOf(now - random.Next(1_000));
        Assert.Equal(
            RouteHistory.DaysOf(hours.Where(hour => hour.Hour >= from && hour.Hour < from + 240)), history.Days(from, from + 240));
    });

    [Fact]
    public void A_dense_hour_takes_two_bytes()
    {
        var packed = PackedCounts.From(Enumerable.Range(0, 10_000).Select(hour => new HourCount(Epoch + hour, 100)));
        Assert.InRange(packed.Bytes.Length, 20_000, 20_010);
    }

    [Fact]
    public void Room_that_was_reserved_stays_when_hours_are_packed()
    {
        var history = new RouteHistory();
        for (var hour = 0L; hour < 200; hour++)
        {
            history.Reserve();
            history.RollUp(Epoch, hour % 3 == 0 ? Epoch + hour : Epoch);
            var before = GC.GetAllocatedBytesForCurrentThread();
            history.Add(Epoch + hour, 1);
            Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        }
    }

    [Theory]
    [InlineData(0x01)] // A number without its count.
    [InlineData(0x80)] // The number goes on.
    [InlineData(0x01, 0x00)] // No transactions.
    [InlineData(0x02, 0x01, 0x00, 0x01)] // The same hour again.
    [InlineData(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01, 0x01)] // Too long.
    public void What_no_program_wrote_is_refused(params int[] bytes) =>
        Assert.Throws<InvalidDataException>(() => PackedCounts.Decode([.. bytes.Select(value => (byte)value)]));

    /// <summary>Returns the history as a snapshot keeps it.</summary>
    private static RouteHistory Reloaded(RouteHistory history)
    {
        var (days, hours) = history.Capture();
        var reloaded = new RouteHistory();
        reloaded.Load(PackedCounts.Decode(days.Bytes.Span).Counts, PackedCounts.Decode(hours.Bytes.Span).Counts);
        return reloaded;
    }
}
