using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Security;

/// <summary>A header that is not ASCII gets a problem document that names it, whatever its bytes are.</summary>
public sealed class HeaderTests(RunningService service) : IClassFixture<RunningService>
{
    [Theory]
    [InlineData("X-Note: caf\u00e9", "header-not-ascii", "X-Note", "U+00E9")]
    [InlineData("X-Note: caf\u00c3\u00a9", "header-not-ascii", "X-Note", "U+00E9")]
    [InlineData("User-Agent: \u00e6\u0097\u00a5", "header-not-ascii", "User-Agent", "U+65E5")]
    [InlineData("User-Agent: \u00f0\u009f\u009b\u00ab", "header-not-ascii", "User-Agent", "U+1F6EB")]
    [InlineData("Accept: text/\u0080", "header-not-ascii", "Accept", "U+0080")]
    [InlineData("X-One: plain\r\nX-Two: plain\r\nX-Two: \u00ff", "header-not-ascii", "X-Two", "U+00FF")]
    [InlineData("X-Api-Key: ak_\u00fc", "header-not-ascii", "X-Api-Key", "U+00FC")]
    [InlineData("Idempotency-Key: \u00d0\u009a\u00d0\u00bb", "invalid-key", "Idempotency-Key", "U+041A")]
    [InlineData("idempotency-key: \u00ff", "invalid-key", "dempotency-", "U+00FF")]
    public async Task A_header_outside_ASCII_is_refused_with_a_problem_and_nothing_is_recorded(
        string header, string code, string name, string character)
    {
        var (status, text) = await RawHttp.RecordAsync(service.Address, "HA1", header);

        text = text.Replace("\\u002B", "+", StringComparison.Ordinal);
        Assert.Equal(400, status);
        Assert.Contains("application/problem+json", text, StringComparison.Ordinal);
        Assert.Contains($"urn:airside:problem:{code}", text, StringComparison.Ordinal);
        Assert.Contains(name, text, StringComparison.Ordinal);
        Assert.Contains(character, text, StringComparison.Ordinal);
        Assert.Equal(0, await service.Client.TotalAsync("HA1"));
    }

    [Fact]
    public async Task Every_character_of_ASCII_that_HTTP_allows_is_taken()
    {
        var value = string.Concat(Enumerable.Range(' ', '~' - ' ' + 1).Select(character => (char)character));

        var (status, _) = await RawHttp.RecordAsync(service.Address, "HA2", $"X-Note: a{value}z");

        Assert.Equal(201, status);
    }

    [Fact]
    public async Task A_cookie_of_another_service_may_hold_anything()
    {
        var (status, _) = await RawHttp.RecordAsync(service.Address, "HA3", "Cookie: name=J\u00c3\u00b6rg; other=\u00ff");

        Assert.Equal(201, status);
    }
}
