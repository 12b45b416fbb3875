using Airside.Stores.Embedded.Disk;

namespace Airside.Stores.Tests.Embedded;

public sealed class NumberedFileNameTests
{
    private static readonly NumberedFileName Names = new("journal-", ".log");

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1_000_000)]
    [InlineData(long.MaxValue)]
    public void A_name_gives_its_number_back(long number)
    {
        Assert.True(Names.TryParse(Names.NameOf(number), out var parsed));
        Assert.Equal(number, parsed);
    }

    [Fact]
    public void Names_sort_as_their_numbers_do()
    {
        long[] numbers = [1, 2, 9, 10, 99, 1_000_000_000_000, long.MaxValue];
        Assert.Equal(numbers.Select(Names.NameOf), numbers.Reverse().Select(Names.NameOf).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("journal-.log")]
    [InlineData("journal-1.log")]
    [InlineData("journal-00000000000000000001.log")]
    [InlineData("journal-000000000000000001.log")]
    [InlineData("journal-9999999999999999999.log")]
    [InlineData("journal--000000000000000001.log")]
    [InlineData("journal- 000000000000000001.log")]
    [InlineData("journal-00000000000000000 1.log")]
    [InlineData("Journal-0000000000000000001.log")]
    [InlineData("journal-0000000000000000001.bin")]
    [InlineData("journal-0000000000000000001.log.tmp")]
    [InlineData("a journal-0000000000000000001.log")]
    public void Any_other_name_is_not_taken_for_one(string name) => Assert.False(Names.TryParse(name, out _));
}
