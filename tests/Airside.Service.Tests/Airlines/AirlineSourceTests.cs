using System.Net;
using System.Text;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Airlines;

/// <summary>Loading from the configured source, and everything that keeps it out of the internal network.</summary>
public sealed class AirlineSourceTests
{
    [Fact]
    public async Task Airlines_are_loaded_from_an_allowed_origin()
    {
        var file = Encoding.UTF8.GetBytes(AirlineFiles.Small);
        await using var source = new SourceServer(_ => SourceServer.Ok(file));

        await AssertLoadedAsync(source.Origin + "/airlines.dat", source.Origin, file);
    }

    [Fact]
    public async Task The_whole_real_file_is_loaded_from_an_allowed_origin()
    {
        var file = AirlineFiles.OpenFlights();
        await using var source = new SourceServer(_ => SourceServer.Ok(file));

        await AssertLoadedAsync(source.Origin + "/airlines.dat", source.Origin, file);
    }

    [Fact]
    public async Task Airlines_are_loaded_from_a_file()
    {
        using var directory = new TemporaryDirectory();
        var path = directory.File("airlines.dat");
        await File.WriteAllTextAsync(path, AirlineFiles.Small);

        await AssertLoadedAsync(path, "", Encoding.UTF8.GetBytes(AirlineFiles.Small));
    }

    [Theory]
    [InlineData("302 Found", "/moved")]
    [InlineData("301 Moved Permanently", "moved")]
    [InlineData("307 Temporary Redirect", "//127.0.0.1:PORT/moved")]
    [InlineData("308 Permanent Redirect", "http://127.0.0.1:PORT/moved")]
    public async Task A_redirect_within_an_allowed_origin_is_followed(string status, string location)
    {
        var file = Encoding.UTF8.GetBytes(AirlineFiles.Small);
        SourceServer? server = null;
        await using var source = new SourceServer(path => path == "/moved"
            ? SourceServer.Ok(file)
            : SourceServer.Status(
                status, "Location: " + location.Replace("PORT", $"{new Uri(server!.Origin).Port}", StringComparison.Ordinal)));
        server = source;

        await AssertLoadedAsync(source.Origin + "/airlines.dat", source.Origin, file);
    }

    [Theory]
    [InlineData("http://127.0.0.1:9/airlines.dat")]
    [InlineData("http://localhost/airlines.dat")]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("https://unlisted.example/airlines.dat")]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://unlisted.example/airlines.dat")]
    public async Task A_redirect_to_a_refused_place_is_not_followed(string location)
    {
        await using var source = new SourceServer(_ => SourceServer.Status("302 Found", "Location: " + location));

        var detail = await RefusalAsync(source.Origin + "/airlines.dat", source.Origin);

        Assert.Contains("Airside:Airlines:AllowedHosts", detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/again")]
    [InlineData("http://[nonsense")]
    public async Task A_redirect_that_leads_nowhere_ends(string location)
    {
        var asked = 0;
        await using var source = new SourceServer(_ =>
        {
            asked++;
            return SourceServer.Status("302 Found", "Location: " + location);
        });

        await RefusalAsync(source.Origin + "/airlines.dat", source.Origin);

        Assert.InRange(asked, 1, 4);
    }

    [Theory]
    [InlineData("http://raw.githubusercontent.com/airlines.dat", "raw.githubusercontent.com", "neither https")]
    [InlineData("https://raw.githubusercontent.com:8443/airlines.dat", "raw.githubusercontent.com", "neither https")]
    [InlineData("https://unlisted.example/airlines.dat", "listed.example", "not on the list")]
    [InlineData("https://listed.example.evil.example/airlines.dat", "listed.example", "not on the list")]
    [InlineData("http://127.0.0.1:9/airlines.dat", "http://127.0.0.1:10", "not on the list")]
    [InlineData("ftp://listed.example/airlines.dat", "listed.example", "neither http nor https")]
    [InlineData("https://localhost/airlines.dat", "localhost", "not public")]
    [InlineData("https://127.0.0.1/airlines.dat", "127.0.0.1", "not public")]
    [InlineData("https://2130706433/airlines.dat", "127.0.0.1", "not public")]
    [InlineData("https://0x7f.1/airlines.dat", "127.0.0.1", "not public")]
    [InlineData("https://10.1.2.3/airlines.dat", "10.1.2.3", "not public")]
    [InlineData("https://192.168.0.1/airlines.dat", "192.168.0.1", "not public")]
    [InlineData("https://169.254.169.254/latest/meta-data/", "169.254.169.254", "not public")]
    [InlineData("https://[::1]/airlines.dat", "::1", "not public")]
    [InlineData("https://[fe80::1]/airlines.dat", "fe80::1", "not public")]
    [InlineData("https://[fd00:ec2::254]/latest/meta-data/", "fd00:ec2::254", "not public")]
    [InlineData("https://[::ffff:10.0.0.1]/airlines.dat", "::ffff:10.0.0.1", "not public")]
    [InlineData("https://[::ffff:169.254.169.254]/", "::ffff:169.254.169.254", "not public")]
    public async Task A_place_that_may_not_be_read_is_refused_with_the_cause_and_the_setting(string source, string allowed, string cause)
    {
        var detail = await RefusalAsync(source, allowed);

        Assert.Contains(cause, detail, StringComparison.Ordinal);
        Assert.Contains($"Airside:Airlines:AllowedHosts is '{allowed}'", detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("404 Not Found")]
    [InlineData("500 Internal Server Error")]
    [InlineData("204 No Content")]
    [InlineData("304 Not Modified")]
    [InlineData("302 Found")]
    public async Task A_source_that_answers_anything_but_200_is_refused_with_its_status(string status)
    {
        await using var source = new SourceServer(_ => SourceServer.Status(status));

        Assert.Contains(status[..3], await RefusalAsync(source.Origin + "/airlines.dat", source.Origin), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_that_sends_more_than_the_limit_is_cut_off_even_when_it_does_not_tell_how_much()
    {
        var sent = 0;
        await using var source = new SourceServer(_ => Endless());

        var detail = await RefusalAsync(source.Origin + "/airlines.dat", source.Origin);

        Assert.Contains("AirlineFileBytesMax", detail, StringComparison.Ordinal);
        Assert.InRange(sent, 16, 1_000);

        IEnumerable<byte[]> Endless()
        {
            var block = new byte[1024 * 1024];
            Array.Fill(block, (byte)'\n');
            yield return SourceServer.Head("200 OK");
            while (true)
            {
                sent++;
                yield return block;
            }
        }
    }

    [Theory]
    [InlineData("200 OK\r\nContent-Length: 1000000")]
    [InlineData("200 OK\r\nTransfer-Encoding: chunked")]
    public async Task A_source_that_ends_before_it_said_changes_nothing(string head)
    {
        await using var source = new SourceServer(_ => [SourceServer.Head(head), Encoding.UTF8.GetBytes("8\r\n1,\"One\",")]);

        await RefusalAsync(source.Origin + "/airlines.dat", source.Origin);
    }

    [Fact]
    public async Task A_source_that_is_not_there_is_refused_with_the_cause()
    {
        string origin;
        await using (var source = new SourceServer(_ => SourceServer.Status("200 OK")))
        {
            origin = source.Origin;
        }

        Assert.Contains("Connection refused", await RefusalAsync(origin + "/airlines.dat", origin), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no-such-file.dat")]
    [InlineData("no-such-directory/airlines.dat")]
    [InlineData(".")]
    public async Task A_file_that_is_not_there_is_refused_with_its_path(string name)
    {
        using var directory = new TemporaryDirectory();
        var path = directory.File(name);

        Assert.Contains(path, await RefusalAsync(path, ""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_with_a_bad_line_changes_nothing()
    {
        await using var source = new SourceServer(_ => SourceServer.Ok([.. "1,\"One\""u8]));
        await using var service = await StartAsync(source.Origin + "/airlines.dat", source.Origin);
        var before = await AirlineLoadTests.StateAsync(service.Client);

        using var response = await service.Client.PostAsync(new Uri("/api/v1/load/airlines", UriKind.Relative), null);

        await response.ProblemAsync(HttpStatusCode.UnprocessableEntity, "invalid-airline-file");
        Assert.Equal(before, await AirlineLoadTests.StateAsync(service.Client));
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task A_source_that_never_answers_is_given_up_with_504_and_holds_up_no_reader()
    {
        var answer = new SemaphoreSlim(0);
        await using var source = new SourceServer(_ => Hang());
        await using var service = await StartAsync(source.Origin + "/airlines.dat", source.Origin);
        var before = await AirlineLoadTests.StateAsync(service.Client);

        var load = service.Client.PostAsync(new Uri("/api/v1/load/airlines", UriKind.Relative), null);
        await answer.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(before, await AirlineLoadTests.StateAsync(service.Client));
        Assert.False(load.IsCompleted);
        using var response = await load;

        var problem = await response.ProblemAsync(HttpStatusCode.GatewayTimeout, "airline-source");
        Assert.Contains("AirlineFetchTimeoutMs", problem.Detail(), StringComparison.Ordinal);
        Assert.Equal(before, await AirlineLoadTests.StateAsync(service.Client));

        // The body is promised but never sent: the connection stays open until the service closes it.
        IEnumerable<byte[]> Hang()
        {
            answer.Release();
            yield return SourceServer.Head("200 OK\r\nContent-Length: 100");
            yield return SourceServer.Silence;
        }
    }

    private static Task<RunningService> StartAsync(string source, string allowed) =>
        RunningService.StartAsync($"--Airside:Airlines:Source={source}", $"--Airside:Airlines:AllowedHosts={allowed}");

    private static async Task AssertLoadedAsync(string source, string allowed, byte[] file)
    {
        await using var service = await StartAsync(source, allowed);

        using var response = await service.Client.PostAsync(new Uri("/api/v1/load/airlines", UriKind.Relative), null);

        Assert.Equal(source, (await response.JsonAsync(HttpStatusCode.OK)).GetProperty("source").GetString());
        await AirlineLoadTests.AssertHoldsAsync(service.Client, file);
    }

    /// <summary>Asserts that a load is refused with 502 and changes nothing. Returns the detail.</summary>
    private static async Task<string> RefusalAsync(string source, string allowed)
    {
        await using var service = await StartAsync(source, allowed);
        var before = await AirlineLoadTests.StateAsync(service.Client);

        using var response = await service.Client.PostAsync(new Uri("/api/v1/load/airlines", UriKind.Relative), null);

        var detail = (await response.ProblemAsync(HttpStatusCode.BadGateway, "airline-source")).Detail();
        Assert.Contains("Nothing was changed", detail, StringComparison.Ordinal);
        Assert.Equal(before, await AirlineLoadTests.StateAsync(service.Client));
        return detail;
    }
}
