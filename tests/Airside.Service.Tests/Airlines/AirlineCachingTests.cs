using System.IO.Compression;
using System.Net;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Airlines;

public sealed class AirlineCachingTests(RunningService service) : IClassFixture<RunningService>
{
    private const string List = "/api/v1/airlines";

    [Theory]
    [InlineData(List)]
    [InlineData(List + "/412")]
    [InlineData(List + "?limit=3")]
    public async Task A_client_that_has_the_present_content_gets_304_without_a_body(string path)
    {
        using var whole = await service.Client.GetAsync(path);
        var tag = whole.Headers.ETag!.Tag;

        foreach (var condition in new[] { tag, $"W/{tag}", "*", $"\"other\", {tag}", $"\"a\",W/\"b\" , W/{tag}, \"c\"" })
        {
            using var response = await service.Client.SendAsync(HttpMethod.Get, path, ("If-None-Match", condition));

            Assert.Equal(HttpStatusCode.NotModified, response.StatusCode);
            Assert.Equal(tag, response.Headers.ETag?.Tag);
            Assert.Equal(whole.Headers.CacheControl, response.Headers.CacheControl);
            Assert.Equal(whole.Headers.Vary, response.Headers.Vary);
            Assert.Empty(await response.Content.ReadAsByteArrayAsync());
        }
    }

    [Theory]
    [InlineData("\"other\"")]
    [InlineData("W/\"other\", \"another\"")]
    [InlineData("no tag at all")]
    [InlineData("")]
    public async Task A_client_that_has_other_content_gets_the_present_one(string condition)
    {
        using var response = await service.Client.SendAsync(HttpMethod.Get, List, ("If-None-Match", condition));

        await response.JsonAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_tag_changes_with_the_content()
    {
        await using var own = await RunningService.StartAsync();
        using var before = await own.Client.GetAsync(List);
        using var load = await own.Client.PostAsync("/api/v1/load/airlines", "text/csv", AirlineFiles.Small);
        using var after = await own.Client.SendAsync(HttpMethod.Get, List, ("If-None-Match", before.Headers.ETag!.Tag));

        Assert.NotEqual(before.Headers.ETag, after.Headers.ETag);
        Assert.Equal(5, (await after.JsonAsync(HttpStatusCode.OK)).GetProperty("airlines").GetArrayLength());
    }

    [Theory]
    [InlineData("gzip", "gzip")]
    [InlineData("br", "br")]
    [InlineData("gzip, deflate, br", "br")]
    [InlineData("GZIP;q=0.5", "gzip")]
    [InlineData("br;q=0, gzip", "gzip")]
    [InlineData("*", "br")]
    [InlineData("*;q=0.1, br;q=0", "gzip")]
    public async Task The_list_comes_compressed_to_clients_that_take_it_and_opens_to_the_same_bytes(string accepted, string encoding)
    {
        var plain = await service.Client.GetByteArrayAsync(List);
        var response = new HttpResponseMessage();
        await Waiting.UntilAsync(
            async () =>
            {
                response.Dispose();
                response = await service.Client.SendAsync(HttpMethod.Get, List, ("Accept-Encoding", accepted));
                return response.Content.Headers.ContentEncoding.Count > 0;
            },
            "the compressed list, which is made in the background");
        using (response)
        {
            Assert.Equal(encoding, response.Content.Headers.ContentEncoding.Single());
            Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
            await using var body = await response.Content.ReadAsStreamAsync();
            await using Stream opened = encoding == "br"
                ? new BrotliStream(body, CompressionMode.Decompress)
                : new GZipStream(body, CompressionMode.Decompress);
            using var bytes = new MemoryStream();
            await opened.CopyToAsync(bytes);
            Assert.Equal(plain, bytes.ToArray());
            Assert.Equal("Accept-Encoding", response.Headers.Vary.Single());
        }
    }

    [Theory]
    [InlineData("identity")]
    [InlineData("br;q=0, gzip;q=0")]
    [InlineData("*;q=0")]
    [InlineData("zstd")]
    [InlineData("not a list;;;")]
    [InlineData("")]
    public async Task Other_clients_get_plain_bytes_that_still_vary(string accepted)
    {
        using var response = await service.Client.SendAsync(HttpMethod.Get, List, ("Accept-Encoding", accepted));

        await response.JsonAsync(HttpStatusCode.OK);
        Assert.Empty(response.Content.Headers.ContentEncoding);
        Assert.Equal("Accept-Encoding", response.Headers.Vary.Single());
    }

    [Fact]
    public async Task Each_encoding_has_a_tag_of_its_own_that_gives_304_for_that_encoding()
    {
        var tags = new HashSet<string>();
        foreach (var encoding in new[] { "identity", "gzip", "br" })
        {
            string? tag = null;
            await Waiting.UntilAsync(
                async () =>
                {
                    using var response = await service.Client.SendAsync(HttpMethod.Get, List, ("Accept-Encoding", encoding));
                    tag = response.Headers.ETag!.Tag;
                    return encoding == "identity" || response.Content.Headers.ContentEncoding.Count > 0;
                },
                "the compressed list");
            Assert.True(tags.Add(tag!));
            using var repeat = await service.Client.SendAsync(
                HttpMethod.Get, List, ("Accept-Encoding", encoding), ("If-None-Match", tag!));
            Assert.Equal(HttpStatusCode.NotModified, repeat.StatusCode);
        }
    }
}
