using System.IO.Compression;
using System.Net;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Security;

/// <summary>Forbidden requests: with a foreign host name, from another site's page, or with a compressed body.</summary>
public sealed class RequestRuleTests(RunningService service) : IClassFixture<RunningService>
{
    [Theory]
    [InlineData("localhost:5080")]
    [InlineData("LOCALHOST")]
    [InlineData("airside.localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("127.9.9.9:80")]
    [InlineData("[::1]:5080")]
    public async Task Without_keys_the_names_of_this_machine_are_answered(string host)
    {
        using var response = await service.Client.SendAsync(HttpMethod.Get, "/api/v1/info", ("Host", host));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("localhost.evil.example")]
    [InlineData("127.0.0.1.evil.example:5080")]
    [InlineData("evillocalhost")]
    public async Task Without_keys_a_name_that_was_bent_to_this_machine_is_refused_with_the_setting(string host)
    {
        using var read = await service.Client.SendAsync(HttpMethod.Get, "/api/v1/info", ("Host", host));
        using var written = await service.Client.SendAsync(HttpMethod.Post, "/save-transaction/RB1", ("Host", host));

        var problem = await read.ProblemAsync(HttpStatusCode.BadRequest, "host-not-allowed");
        Assert.Contains("Airside:Security:AllowedHosts", problem.Detail(), StringComparison.Ordinal);
        await written.ProblemAsync(HttpStatusCode.BadRequest, "host-not-allowed");
        Assert.Equal(0, await service.Client.TotalAsync("RB1"));
    }

    [Theory]
    [InlineData("airside.example", HttpStatusCode.OK)]
    [InlineData("a.airside.test:8443", HttpStatusCode.OK)]
    [InlineData("localhost", HttpStatusCode.BadRequest)]
    [InlineData("other.example", HttpStatusCode.BadRequest)]
    public async Task The_setting_decides_which_names_are_answered_and_probes_are_answered_under_any(string host, HttpStatusCode status)
    {
        await using var named = await RunningService.StartAsync("--Airside:Security:AllowedHosts=airside.example,*.airside.test");

        using var response = await named.Client.SendAsync(HttpMethod.Get, "/api/v1/info", ("Host", host));
        using var probe = await named.Client.SendAsync(HttpMethod.Get, "/readyz", ("Host", host));

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(HttpStatusCode.OK, probe.StatusCode);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Sec-Fetch-Site", "nonsense")]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "http://127.0.0.1:1")]
    [InlineData("Origin", "null")]
    public async Task A_page_of_another_site_changes_nothing(string header, string value)
    {
        using var response = await service.Client.SendAsync(HttpMethod.Post, "/api/v1/routes/CS1/transactions", (header, value));

        await response.ProblemAsync(HttpStatusCode.Forbidden, "cross-site-request");
        Assert.Equal(0, await service.Client.TotalAsync("CS1"));
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "same-origin")]
    [InlineData("Sec-Fetch-Site", "none")]
    [InlineData("Origin", "ADDRESS")]
    public async Task A_page_of_the_service_itself_may(string header, string value)
    {
        var origin = value.Replace("ADDRESS", service.Address.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal);

        using var response = await service.Client.SendAsync(HttpMethod.Post, "/api/v1/routes/CS2/transactions", (header, origin));

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
    }

    [Theory]
    [InlineData("/api/v1/transactions", "application/json", "gzip")]
    [InlineData("/api/v1/transactions", "application/json", "br")]
    [InlineData("/api/v1/transactions", "application/json", "identity, gzip")]
    [InlineData("/api/v1/load/airlines", "text/csv", "gzip")]
    [InlineData("/api/v1/load/airlines", "text/csv", "deflate")]
    public async Task A_compressed_body_is_refused_before_it_is_read(string path, string type, string encoding)
    {
        // It expands to about a thousand times its size.
        using var bomb = new MemoryStream();
        await using (var zip = new GZipStream(bomb, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            await zip.WriteAsync(new byte[10_000_000]);
        }

        using var content = new ByteArrayContent(bomb.ToArray());
        content.Headers.ContentType = new(type);
        Assert.True(content.Headers.TryAddWithoutValidation("Content-Encoding", encoding));
        using var response = await service.Client.PostAsync(new Uri(path, UriKind.Relative), content);

        await response.ProblemAsync(HttpStatusCode.UnsupportedMediaType, "compressed-body");
        Assert.Equal("identity", string.Join(',', response.Headers.GetValues("Accept-Encoding")));
    }

    [Fact]
    public async Task JSON_nested_a_million_deep_is_refused()
    {
        var bomb = "[" + string.Concat(Enumerable.Repeat("{\"a\":[", 300_000));

        using var response = await service.Client.PostAsync("/api/v1/transactions", "application/json", bomb);

        await response.ProblemAsync(HttpStatusCode.BadRequest, "malformed-json");
    }

    [Theory]
    [InlineData('"')]
    [InlineData(',')]
    [InlineData('\n')]
    public async Task A_file_of_nothing_but_one_character_is_refused(char character)
    {
        using var response = await service.Client.PostAsync("/api/v1/load/airlines", "text/csv", new string(character, 8_000_000));

        await response.ProblemAsync(HttpStatusCode.UnprocessableEntity, "invalid-airline-file");
    }
}
