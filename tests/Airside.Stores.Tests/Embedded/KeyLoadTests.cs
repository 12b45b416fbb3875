using System.Globalization;
using System.Text;
using Airside.Stores.Embedded.Tables;

namespace Airside.Stores.Tests.Embedded;

/// <summary>Loading more keys than one block holds, many of them repeated.</summary>
public sealed class KeyLoadTests
{
    private const int Keys = 50_000;
    private const int Adds = 200_000;
    private const long NowMs = 1_800_000_000_000;

    [Fact]
    public void Of_a_key_in_several_blocks_the_last_one_stands()
    {
        var table = new KeyTable(long.MaxValue);
        var load = new KeyLoad(table, NowMs, NowMs - 1_000);
        var random = new Random(7);
        var expected = new Dictionary<int, long>();
        for (var add = 1; add <= Adds; add++)
        {
            var number = random.Next(Keys);
            load.Add(KeyOf(number), route: 1, total: add, NowMs);
            expected[number] = add;
        }

        load.End();

        Assert.Equal(expected.Count, table.Count);
        foreach (var (number, total) in expected)
        {
            Assert.True(table.TryFind(table.Hash(KeyOf(number)), KeyOf(number), out _, out var found));
            Assert.Equal(total, found);
        }
    }

    [Fact]
    public void A_key_before_the_window_is_left_out()
    {
        var table = new KeyTable(long.MaxValue);
        var load = new KeyLoad(table, NowMs, NowMs - 1_000);
        load.Add(KeyOf(1), route: 1, total: 1, NowMs - 1_001);
        load.Add(KeyOf(2), route: 1, total: 2, NowMs - 1_000);
        load.End();

        Assert.Equal(1, table.Count);
    }

    private static byte[] KeyOf(int number) => Encoding.UTF8.GetBytes(number.ToString("D8", CultureInfo.InvariantCulture));
}
