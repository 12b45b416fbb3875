using System.Text.Json;
using Airside.Service.Configuration;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Commands;

public sealed class KeysCommandTests
{
    [Fact]
    [Trait("Category", "Smoke")]
    public async Task A_key_is_shown_once_with_its_entry_which_a_service_takes()
    {
        using var directory = new TemporaryDirectory();
        var (exitCode, output, errors) = await ServiceProcess.RunCommandAsync(
            "keys", "create", "--name", "ci", "--scopes", "transactions:write,read", "--expires", "2999-01-31");
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal((0, 2), (exitCode, lines.Length));
        Assert.True(ApiKey.IsWellFormed(lines[0]));
        Assert.Equal(ApiKey.HashText(lines[0]), JsonSerializer.Deserialize<JsonElement>(lines[1]).GetProperty("hash").GetString());
        Assert.Contains("Key ci created with the scopes transactions:write,read", errors, StringComparison.Ordinal);
        Assert.DoesNotContain(lines[0], lines[1] + errors, StringComparison.Ordinal);

        var file = directory.File("keys.json");
        await File.WriteAllTextAsync(file, $"[{lines[1]}]");
        await using var service = await ServiceProcess.StartAsync(directory.File("data"), $"--Airside:Security:KeysFile={file}");
        using var recorded = await service.Client.SendAsync(HttpMethod.Post, "/save-transaction/KC1", ("X-Api-Key", lines[0]));
        Assert.Equal(System.Net.HttpStatusCode.OK, recorded.StatusCode);
        Assert.Contains(
            "airside_key_requests_total{airside_key=\"ci\"}", await service.Client.GetStringAsync("/metrics"), StringComparison.Ordinal);

        var (listed, names, _) = await ServiceProcess.RunCommandAsync("keys", "list", $"--Airside:Security:KeysFile={file}");
        Assert.Equal((0, "ci  transactions:write,read  expires 2999-01-31T00:00:00Z\n"), (listed, names));
    }

    [Theory]
    [InlineData("keys create --name ci", "'scopes' is missing")]
    [InlineData("keys create --scopes read", "'name' must be")]
    [InlineData("keys create --name ci --scopes write", "is not a scope")]
    [InlineData("keys create --name ci --scope read", "'--scope' is not a command, option or setting")]
    [InlineData("keys revoke", "'revoke' is not a command")]
    public async Task A_key_that_could_not_be_used_is_not_made(string arguments, string said)
    {
        var (exitCode, output, errors) = await ServiceProcess.RunCommandAsync(arguments.Split(' '));

        Assert.Equal((2, ""), (exitCode, output));
        Assert.Contains(said, errors, StringComparison.Ordinal);
    }
}
