using Airside.Core;
using Airside.Core.Airlines;
using FsCheck;
using FsCheck.Fluent;

namespace Airside.Tests.Airlines;

public sealed class AirlineCatalogTests
{
    private static readonly DateTimeOffset LoadedAt = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void A_catalog_gives_its_airlines_by_ascending_id_whatever_their_order_was() =>
        Check.QuickThrowOnFailure(Prop.ForAll<int[]>(numbers =>
        {
            var ids = numbers.Distinct().ToArray();
            var catalog = Catalog(ids.Select(id => Airline(id)));
            Assert.Equal(ids.Order(), catalog.Airlines.Select(airline => airline.Id));
            Assert.All(ids, id => Assert.Equal(id, catalog.Airlines[catalog.PositionOf(id)].Id));
        }));

    [Fact]
    public void An_airline_is_found_by_its_id_only()
    {
        var catalog = Catalog([Airline(3), Airline(-1)]);

        Assert.True(catalog.TryGet(-1, out var airline));
        Assert.Equal(-1, airline.Id);
        Assert.False(catalog.TryGet(2, out var none));
        Assert.Null(none);
        Assert.Equal(-1, catalog.PositionOf(2));
        Assert.Equal(1, catalog.PositionOf(3));
    }

    [Fact]
    public void Two_airlines_of_one_id_are_refused() =>
        Assert.Contains("id 7", Assert.Throws<ArgumentException>(() => Catalog([Airline(7), Airline(1), Airline(7)])).Message);

    [Fact]
    public void More_airlines_than_the_limit_are_refused()
    {
        var airlines = Enumerable.Range(0, Limits.AirlinesMax + 1).Select(id => Airline(id)).ToArray();

        Assert.Equal(Limits.AirlinesMax, Catalog(airlines.Skip(1)).Airlines.Count);
        Assert.Contains("100001", Assert.Throws<ArgumentException>(() => Catalog(airlines)).Message);
    }

    [Fact]
    public void A_designator_finds_an_active_airline_before_an_inactive_one_and_then_the_lower_id()
    {
        var catalog = Catalog(
        [
            Airline(1, iata: "AA", active: false), Airline(2, iata: "AA"), Airline(3, iata: "AA"),
            Airline(4, icao: "BBB", active: false), Airline(5, icao: "BBB", active: false),
        ]);

        Assert.True(catalog.TryGetByDesignator("AA", out var active));
        Assert.Equal(2, active.Id);
        Assert.True(catalog.TryGetByDesignator("BBB", out var inactive));
        Assert.Equal(4, inactive.Id);
    }

    [Fact]
    public void Only_well_formed_codes_are_designators()
    {
        var catalog = Catalog([Airline(1, iata: "-", icao: "N/A"), Airline(2, iata: "&T", icao: ""), Airline(3, iata: "ab", icao: "Abc")]);

        Assert.All(["-", "N/A", "&T", "", "ab"], designator => Assert.False(catalog.TryGetByDesignator(designator, out _)));
        Assert.All(["AB", "ABC"], designator => Assert.True(catalog.TryGetByDesignator(designator, out _)));
    }

    [Fact]
    public void The_version_names_the_content_and_nothing_else()
    {
        var version = Catalog([Airline(1), Airline(2)]).Version;

        Assert.Matches("^[0-9a-f]{16}$", version);
        Assert.Equal(version, Catalog([Airline(2), Airline(1)]).Version);
        Assert.Equal(version, new AirlineCatalog([Airline(1), Airline(2)], "elsewhere", LoadedAt.AddDays(1), isSample: true).Version);
    }

    [Fact]
    public void Every_field_is_part_of_the_version()
    {
        Airline[] variants =
        [
            new(1, "A", "", "", "", "", "", true),
            new(2, "A", "", "", "", "", "", true),
            new(1, "B", "", "", "", "", "", true),
            new(1, "A", null, "", "", "", "", true),
            new(1, "A", "+", "", "", "", "", true),
            new(1, "A", "", "x", "", "", "", true),
            new(1, "A", "", "", "x", "", "", true),
            new(1, "A", "", "", "", "x", "", true),
            new(1, "A", "", "", "", "", "x", true),
            new(1, "A", "", "", "", "", null, true),
            new(1, "A", "", "", "", "", "", false),
        ];

        Assert.Equal(variants.Length, variants.Select(airline => Catalog([airline]).Version).Distinct().Count());
    }

    [Fact]
    public void The_sample_is_a_catalog_of_active_airlines_with_well_formed_codes()
    {
        var catalog = SampleAirlines.Catalog(new FakeTimeProvider(LoadedAt));

        Assert.Equal(("sample", true, LoadedAt), (catalog.Source, catalog.IsSample, catalog.LoadedAt));
        Assert.Equal(60, catalog.Airlines.Count);
        Assert.All(catalog.Airlines, airline =>
        {
            Assert.True(airline.Active);
            Assert.Matches("^[A-Z0-9]{2}$", airline.Iata);
            Assert.Matches("^[A-Z]{3}$", airline.Icao);
            Assert.False(string.IsNullOrEmpty(airline.Callsign) || string.IsNullOrEmpty(airline.Country));

            // A code shared by two rows would find only one of them, so this also proves that all codes are unique.
            Assert.True(catalog.TryGetByDesignator(airline.Iata!, out var byIata) && byIata == airline, airline.Name);
            Assert.True(catalog.TryGetByDesignator(airline.Icao!, out var byIcao) && byIcao == airline, airline.Name);
        });
    }

    [Fact]
    public void The_sample_knows_Aerolineas_Argentinas()
    {
        var catalog = SampleAirlines.Catalog(new FakeTimeProvider(LoadedAt));

        Assert.True(catalog.TryGetByDesignator("AR", out var airline));
        Assert.Equal(new Airline(412, "Aerolineas Argentinas", null, "AR", "ARG", "ARGENTINA", "Argentina", true), airline);
    }

    private static AirlineCatalog Catalog(IEnumerable<Airline> airlines) => new(airlines, "test", LoadedAt);

    private static Airline Airline(int id, string? iata = null, string? icao = null, bool active = true) =>
        new(id, $"Airline {id}", alias: null, iata, icao, callsign: null, country: null, active);
}
