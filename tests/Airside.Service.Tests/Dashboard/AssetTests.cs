using System.Net;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Dashboard;

[Trait("Category", "Smoke")]
public sealed class AssetTests(RunningService service) : IClassFixture<RunningService>
{
    [Fact]
    public async Task What_a_page_names_is_there_compressed_and_kept_for_good()
    {
        using var page = await service.Client.SendAsync(HttpMethod.Get, "/", ("Accept", "text/html"));
        var html = await page.Content.ReadAsStringAsync();
        var names = html.Split('"').Where(part => part.StartsWith("/assets/", StringComparison.Ordinal)).ToArray();

        Assert.Equal(4, names.Length);
        foreach (var name in names)
        {
            using var plain = await service.Client.GetAsync(name);
            using var brotli = await service.Client.SendAsync(HttpMethod.Get, name, ("Accept-Encoding", "gzip, br"));
            using var gzip = await service.Client.SendAsync(HttpMethod.Get, name, ("Accept-Encoding", "gzip"));

            Assert.Equal(HttpStatusCode.OK, plain.StatusCode);
            Assert.Contains("immutable", plain.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
            Assert.Equal("br", Assert.Single(brotli.Content.Headers.ContentEncoding));
            Assert.Equal("gzip", Assert.Single(gzip.Content.Headers.ContentEncoding));
            Assert.True(brotli.Content.Headers.ContentLength < plain.Content.Headers.ContentLength);
        }
    }

    [Fact]
    public async Task A_page_of_an_earlier_version_is_told_that_its_file_is_gone()
    {
        using var response = await service.Client.GetAsync("/assets/site-0000000000.css");
        await response.ProblemAsync(HttpStatusCode.NotFound, "unknown-asset");
    }

    [Theory]
    [InlineData("br")]
    [InlineData("gzip")]
    public async Task Pages_are_compressed(string encoding)
    {
        using var response = await service.Client.SendAsync(
            HttpMethod.Get, "/system", ("Accept", "text/html"), ("Accept-Encoding", encoding));
        Assert.Equal(encoding, Assert.Single(response.Content.Headers.ContentEncoding));
        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
    }
}
