using Airside.Core.Airlines;

namespace Airside.Stores.Tests.Contract;

/// <summary>The saved airline catalog.</summary>
public abstract class AirlineStoreContract(ITestStore store) : StoreContract(store)
{
    [Fact]
    public async Task Nothing_is_there_before_the_first_catalog_is_saved()
    {
        Assert.Null(await Store.Airlines.LoadAsync(CancellationToken.None));
        await Store.OpenAsync();
        Assert.Null(await Store.Airlines.LoadAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_catalog_comes_back_field_by_field()
    {
        var saved = new AirlineCatalog(
            [
                new Airline(-1, "Unknown", null, "-", "N/A", null, null, active: true),
                new Airline(2, "Aerolíneas ✈ 航空", "", "", "", "", "", active: false),
                new Airline(7, "O'Neill \"Air\", Ltd.\\N", "Alias\r\nof two lines", "ON", "ONL", "ÖN 🛫", "Åland", active: true),
                new Airline(int.MaxValue, new string('x', 256), "\\N", null, "", null, "", active: true),
            ],
            "https://example.org/airlines.dat?x=ü",
            new DateTimeOffset(2026, 3, 14, 15, 9, 26, 535, TimeSpan.Zero),
            isSample: true);
        await Store.Airlines.ReplaceAsync(saved, CancellationToken.None);
        AssertSame(saved, await Store.Airlines.LoadAsync(CancellationToken.None));
        await Store.OpenAsync();
        AssertSame(saved, await Store.Airlines.LoadAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_new_catalog_replaces_the_old_one_whole()
    {
        await Store.Airlines.ReplaceAsync(Catalog("first", 1, 2, 3), CancellationToken.None);
        var second = Catalog("second", 2, 9);
        await Store.Airlines.ReplaceAsync(second, CancellationToken.None);
        AssertSame(second, await Store.Airlines.LoadAsync(CancellationToken.None));

        var empty = Catalog("empty");
        await Store.Airlines.ReplaceAsync(empty, CancellationToken.None);
        await Store.OpenAsync();
        AssertSame(empty, await Store.Airlines.LoadAsync(CancellationToken.None));
    }

    private static AirlineCatalog Catalog(string source, params int[] ids) => new(
        ids.Select(id => new Airline(id, $"{source} {id}", null, null, null, null, null, active: true)), source, TestTime.Start);

    private static void AssertSame(AirlineCatalog expected, AirlineCatalog? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.Airlines, actual.Airlines);
        Assert.Equal(
            (expected.Version, expected.Source, expected.LoadedAt, expected.IsSample),
            (actual.Version, actual.Source, actual.LoadedAt, actual.IsSample));
    }
}
