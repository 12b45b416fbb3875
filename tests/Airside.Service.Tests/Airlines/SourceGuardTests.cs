using System.Net;
using System.Net.Sockets;
using Airside.Service.Airlines;

namespace Airside.Service.Tests.Airlines;

/// <summary>What a listed name may resolve to, with a resolver that lies like an attacker's.</summary>
public sealed class SourceGuardTests
{
    private const string Listed = "airlines.example";

    /// <summary>URLs that reach internal hosts if unchecked, in every spelling that parsers and resolvers accept.</summary>
    public static TheoryData<string> Urls =>
    [
        "http://127.0.0.1/", "https://127.0.0.1/", "https://127.1/", "https://127.0.1/", "https://2130706433/", "https://0x7f000001/",
        "https://0x7f.0.0.1/", "https://0177.0.0.1/", "https://017700000001/", "https://127.0.0.1.:443/", "https://0.0.0.0/", "https://0/",
        "https://localhost/", "https://LOCALHOST/", "https://localhost./", "https://airside.localhost/", "https://[::1]/", "https://[::]/",
        "https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/", "https://[0:0:0:0:0:ffff:127.0.0.1]/", "https://[::127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/", "https://10.0.0.1/", "https://172.16.0.1/", "https://192.168.0.1/",
        "https://100.64.0.1/", "https://169.254.169.254/latest/meta-data/", "https://2852039166/", "https://0xa9fea9fe/",
        "https://[::ffff:169.254.169.254]/", "https://[fd00:ec2::254]/", "https://169.254.170.2/v2/credentials", "https://[fe80::1]/",
        "https://[fc00::1]/", "https://224.0.0.1/", "https://255.255.255.255/", "https://metadata.google.internal/",
        "https://kubernetes.default.svc/", "https://airlines.example@127.0.0.1/", "https://127.0.0.1#airlines.example",
        "https://127.0.0.1?airlines.example", "https://airlines.example.evil.example/", "https://evil.example/airlines.example",
        "https://①②⑦.⓪.⓪.①/", "https://airlines。example.evil.example/", "http://airlines.example/", "https://airlines.example:22/",
        "ftp://airlines.example/", "gopher://airlines.example/", "file:///etc/passwd", "file://127.0.0.1/etc/passwd", "data:text/csv,1",
        "https://airlines.example\\@127.0.0.1/", "https://127.0.0.1\\@airlines.example/",
    ];

    [Theory]
    [MemberData(nameof(Urls))]
    public async Task No_spelling_of_an_inner_place_is_connected_to(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url))
        {
            return;
        }

        var origins = new AllowedOrigins([Listed]);
        var asked = new List<string>();
        using var client = AirlineHttpClient.Create(origins, (name, _) =>
        {
            asked.Add(name);
            return Task.FromResult<IPAddress[]>([IPAddress.Loopback]);
        });

        // Either the list refuses the name, or the address it resolves to is refused.
        if (Record.Exception(() => origins.Ensure(url)) is null)
        {
            var refused = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(url));
            Assert.IsType<AirlineSourceException>(refused.InnerException);
            Assert.All(asked, name => Assert.Equal(Listed, name));
        }
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("185.199.108.133,10.0.0.1")]
    [InlineData("fd00:ec2::254")]
    public async Task A_listed_name_that_means_an_inner_address_is_refused_also_when_that_is_one_of_many(string addresses)
    {
        using var client = Client(addresses.Split(','));

        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync($"https://{Listed}/a.dat"));

        Assert.Contains("not public", Assert.IsType<AirlineSourceException>(refused.InnerException).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_changes_its_meaning_between_the_check_and_the_connection_is_asked_once_and_gains_nothing()
    {
        // An attacker's name server returns a public address first and internal ones later. The test swaps them, so that after a
        // second lookup the connection would not reach the listener.
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var asked = 0;
        using var client = AirlineHttpClient.Create(new AllowedOrigins([$"http://{Listed}:{port}"]), (_, _) =>
            Task.FromResult<IPAddress[]>([++asked == 1 ? IPAddress.Loopback : IPAddress.Parse("192.0.2.1")]));
        using var stopping = new CancellationTokenSource(TimeSpan.FromSeconds(60));

        var fetch = client.GetAsync($"http://{Listed}:{port}/a.dat", stopping.Token);
        using var connection = await listener.AcceptTcpClientAsync(stopping.Token);
        await connection.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), stopping.Token);
        using var response = await fetch;

        Assert.Equal(1, asked);
    }

    private static HttpClient Client(string[] addresses) => AirlineHttpClient.Create(
        new AllowedOrigins([Listed]), (_, _) => Task.FromResult(addresses.Select(IPAddress.Parse).ToArray()));
}
