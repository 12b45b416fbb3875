using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Dashboard;

public sealed class DashboardTests(RunningService service) : IClassFixture<RunningService>
{
    [Theory]
    [InlineData("text/plain")]
    [InlineData("*/*")]
    public async Task The_root_says_in_one_line_of_text_what_runs_here(string accept)
    {
        using var recorded = await service.Client.RecordAsync("DB1");
        using var response = await service.Client.SendAsync(HttpMethod.Get, "/", ("Accept", accept), ("User-Agent", "curl/8.0"));
        var text = await response.Content.ReadAsStringAsync();

        Assert.Equal("text/plain", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(text.Length - 1, text.IndexOf('\n', StringComparison.Ordinal));
        Assert.StartsWith("Airside ", text, StringComparison.Ordinal);
        Assert.Contains("DB1", text, StringComparison.Ordinal);
    }
}
