using System.Net;
using Airside.Service.Airlines;

namespace Airside.Service.Tests.Airlines;

public sealed class AllowedOriginsTests
{
    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("10.0.0.1")]
    [InlineData("10.255.255.255")]
    [InlineData("100.64.0.1")]
    [InlineData("100.127.255.255")]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("169.254.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("169.254.170.2")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.0.192")]
    [InlineData("192.0.2.1")]
    [InlineData("192.168.1.1")]
    [InlineData("198.18.0.1")]
    [InlineData("198.19.255.255")]
    [InlineData("198.51.100.1")]
    [InlineData("203.0.113.1")]
    [InlineData("224.0.0.1")]
    [InlineData("239.255.255.255")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::10.0.0.1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("::ffff:0:10.0.0.1")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("64:ff9b:1::1")]
    [InlineData("100::1")]
    [InlineData("2001::1")]
    [InlineData("2001:db8::1")]
    [InlineData("2002:a9fe:a9fe::1")]
    [InlineData("3fff::1")]
    [InlineData("fc00::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fe80::1")]
    [InlineData("fe80::1%1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    [InlineData("5f00::1")]
    public void An_address_of_a_special_network_is_not_public(string address) =>
        Assert.False(AllowedOrigins.IsPublic(IPAddress.Parse(address)));

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("9.255.255.255")]
    [InlineData("11.0.0.0")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("169.253.255.255")]
    [InlineData("169.255.0.0")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("185.199.108.133")]
    [InlineData("198.17.255.255")]
    [InlineData("198.20.0.0")]
    [InlineData("223.255.255.255")]
    [InlineData("::ffff:185.199.108.133")]
    [InlineData("2606:50c0:8000::154")]
    [InlineData("2a00::1")]
    [InlineData("2001:4860:4860::8888")]
    public void An_address_of_the_internet_is_public(string address) =>
        Assert.True(AllowedOrigins.IsPublic(IPAddress.Parse(address)));

    [Theory]
    [InlineData("airlines.example", "https://airlines.example/a.dat")]
    [InlineData("airlines.example", "https://AIRLINES.example:443/a.dat")]
    [InlineData("http://10.0.0.5:8080", "http://10.0.0.5:8080/a.dat")]
    [InlineData("http://airlines.example", "http://airlines.example:80/a.dat")]
    [InlineData("other.example,https://airlines.example:8443", "https://airlines.example:8443/a.dat")]
    public void What_the_list_has_is_allowed(string list, string url) =>
        Assert.Null(Record.Exception(() => new AllowedOrigins(list.Split(',')).Ensure(new Uri(url))));

    [Theory]
    [InlineData("airlines.example", "http://airlines.example/a.dat")]
    [InlineData("airlines.example", "https://airlines.example:8443/a.dat")]
    [InlineData("airlines.example", "https://x.airlines.example/a.dat")]
    [InlineData("airlines.example", "https://airlines.example.evil.example/a.dat")]
    [InlineData("airlines.example", "https://airlines.example@evil.example/a.dat")]
    [InlineData("airlines.example", "ftp://airlines.example/a.dat")]
    [InlineData("airlines.example", "file:///etc/passwd")]
    [InlineData("http://10.0.0.5:8080", "https://10.0.0.5:8080/a.dat")]
    [InlineData("http://10.0.0.5:8080", "http://10.0.0.5:8081/a.dat")]
    [InlineData("http://10.0.0.5:8080", "http://10.0.0.5/a.dat")]
    [InlineData("", "https://airlines.example/a.dat")]
    public void Anything_else_is_refused_with_the_setting_and_its_value(string list, string url)
    {
        var refused = Assert.Throws<AirlineSourceException>(
            () => new AllowedOrigins(list.Split(',', StringSplitOptions.RemoveEmptyEntries)).Ensure(new Uri(url)));

        Assert.Equal(502, refused.Status);
        Assert.Contains($"Airside:Airlines:AllowedHosts is '{list}'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_on_the_list_may_not_lead_to_an_inner_address_but_an_origin_may()
    {
        var url = new Uri("https://airlines.example/a.dat");
        var inner = IPAddress.Parse("10.0.0.5");

        Assert.Throws<AirlineSourceException>(() => new AllowedOrigins(["airlines.example"]).Ensure(url, inner));
        new AllowedOrigins(["airlines.example"]).Ensure(url, IPAddress.Parse("185.199.108.133"));
        new AllowedOrigins(["https://airlines.example"]).Ensure(url, inner);
    }
}
