using Airside.Core.Airlines;

namespace Airside.Tests.Airlines;

public sealed class AirlineTests
{
    [Fact]
    public void An_airline_keeps_its_fields()
    {
        var airline = new Airline(-1, "Name", "Alias", "IA", "ICA", "Callsign", "Country", active: true);

        Assert.Equal(
            (-1, "Name", "Alias", "IA", "ICA", "Callsign", "Country", true),
            (airline.Id, airline.Name, airline.Alias, airline.Iata, airline.Icao, airline.Callsign, airline.Country, airline.Active));
    }

    [Fact]
    public void Null_and_empty_fields_stay_what_they_are()
    {
        var airline = new Airline(1, "A", alias: null, iata: "", icao: null, callsign: "", country: null, active: false);

        Assert.Null(airline.Alias);
        Assert.Equal("", airline.Iata);
        Assert.Null(airline.Icao);
        Assert.Equal("", airline.Callsign);
        Assert.Null(airline.Country);
    }

    [Fact]
    public void Every_text_field_may_be_as_long_as_the_limit_and_no_longer()
    {
        foreach (var column in Columns)
        {
            Assert.NotNull(With(column, new string('x', 256)));
            var exception = Assert.Throws<AirlineFieldException>(() => With(column, new string('x', 257)));
            Assert.Equal(column, exception.Column);
            Assert.Equal("has 257 characters; at most 256 are allowed", exception.Cause);
        }
    }

    [Fact]
    public void No_text_field_may_contain_NUL()
    {
        foreach (var column in Columns)
        {
            var exception = Assert.Throws<AirlineFieldException>(() => With(column, "a\0b"));
            Assert.Equal($"{column} contains a NUL character; is this a text file?", exception.Message);
        }
    }

    [Fact]
    public void The_name_may_not_be_empty()
    {
        var exception = Assert.Throws<AirlineFieldException>(() => With("name", ""));
        Assert.Equal(("name", "is empty; every airline needs a name"), (exception.Column, exception.Cause));
    }

    private static readonly string[] Columns = ["name", "alias", "iata", "icao", "callsign", "country"];

    private static Airline With(string column, string value)
    {
        return new Airline(1, Field("name"), Field("alias"), Field("iata"), Field("icao"), Field("callsign"), Field("country"), true);

        string Field(string name) => name == column ? value : "x";
    }
}
