using System.Net;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Airlines;

public sealed class AirlinePreviewTests(RunningService service) : IClassFixture<RunningService>
{
    [Fact]
    public async Task A_preview_tells_what_would_change_and_changes_nothing()
    {
        var version = (await AirlineFiles.LoadAsync(service.Client, AirlineFiles.Small)).GetProperty("version").GetString();
        var changed = AirlineFiles.Small.Replace("\"Seventh\"", "\"Another\"", StringComparison.Ordinal)
            .Replace("11,\"Eleventh Air\"", "12,\"Twelfth Air\"", StringComparison.Ordinal);

        var preview = await PreviewAsync(changed);

        Assert.Equal(
            (1, 1, 1, 5),
            (preview.GetProperty("added").GetInt32(), preview.GetProperty("removed").GetInt32(), preview.GetProperty("changed").GetInt32(),
                preview.GetProperty("airlines").GetInt32()));
        Assert.Equal(
            ["changed 7 Another", "removed 11 Eleventh Air", "added 12 Twelfth Air"],
            preview.GetProperty("changes").EnumerateArray().Select(change =>
                $"{change.GetProperty("kind")} {change.GetProperty("id")} {change.GetProperty("name")}"));
        var field = Assert.Single(preview.GetProperty("changes")[0].GetProperty("fields").EnumerateArray());
        Assert.Equal(
            ("name", "Seventh", "Another"),
            (field.GetProperty("name").GetString(), field.GetProperty("before").GetString(), field.GetProperty("after").GetString()));
        var info = await service.Client.JsonAsync("/api/v1/info");
        Assert.Equal(version, info.GetProperty("airlines").GetProperty("version").GetString());

        Assert.Equal(preview.GetProperty("version").GetString(), await LoadAsync(changed, preview.GetProperty("version").GetString()));
        Assert.Empty((await PreviewAsync(changed)).GetProperty("changes").EnumerateArray());
    }

    [Fact]
    public async Task A_load_of_other_airlines_than_were_looked_at_is_refused()
    {
        var version = (await AirlineFiles.LoadAsync(service.Client, AirlineFiles.Small)).GetProperty("version").GetString();
        using var response = await service.Client.PostAsync(
            "/api/v1/load/airlines?version=0123456789abcdef", "text/csv", AirlineFiles.Uniform("Another", 3));

        await response.ProblemAsync(HttpStatusCode.Conflict, "unexpected-version");
        var info = await service.Client.JsonAsync("/api/v1/info");
        Assert.Equal(version, info.GetProperty("airlines").GetProperty("version").GetString());
    }

    [Fact]
    public async Task A_bad_file_has_no_preview()
    {
        using var invalid = await service.Client.PostAsync("/api/v1/load/airlines/preview", "text/csv", "x\n");
        await invalid.ProblemAsync(HttpStatusCode.UnprocessableEntity, "invalid-airline-file");
        using var json = await service.Client.PostAsync("/api/v1/load/airlines/preview", "application/json", "[]");
        await json.ProblemAsync(HttpStatusCode.UnsupportedMediaType);
    }

    private async Task<System.Text.Json.JsonElement> PreviewAsync(string file)
    {
        using var response = await service.Client.PostAsync("/api/v1/load/airlines/preview", "text/csv", file);
        return await response.JsonAsync(HttpStatusCode.OK);
    }

    private async Task<string> LoadAsync(string file, string? version = null)
    {
        using var response = await service.Client.PostAsync($"/api/v1/load/airlines?version={version}", "text/csv", file);
        return (await response.JsonAsync(HttpStatusCode.OK)).GetProperty("version").GetString()!;
    }
}
