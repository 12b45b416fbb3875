using System.Text.Json;
using Airside.Service.Configuration;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Configuration;

public sealed class ConfigurationTests
{
    private const string Canary = "canary-7f3a9c";

    [Fact]
    public async Task Without_any_setting_the_five_names_of_the_predecessors_are_there_and_all_settings_show_their_defaults()
    {
        await using var service = await RunningService.StartAsync();
        var answer = await service.Client.JsonAsync("/config");

        Assert.Equal(
            ["SECRET_KEY", "DB_PASSWORD", "API_BASE_URL", "LOG_LEVEL", "MAX_CONNECTIONS", "settings"],
            answer.EnumerateObject().Select(member => member.Name));
        Assert.Equal("not set", answer.GetProperty("SECRET_KEY").GetString());
        Assert.Equal("not set", answer.GetProperty("DB_PASSWORD").GetString());
        Assert.Equal(service.Address.GetLeftPart(UriPartial.Authority), answer.GetProperty("API_BASE_URL").GetString());
        Assert.Equal("100", answer.GetProperty("MAX_CONNECTIONS").GetString());
        var settings = Settings(answer);
        Assert.Equal(
            Setting.Predecessors.Concat(Setting.All).Select(setting => setting.Key).Order(StringComparer.Ordinal),
            settings.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(("48", "default"), settings["Airside:KeyWindowHours"]);
        Assert.Equal((service.DataDirectory, "command line"), settings["Airside:DataDirectory"]);
        Assert.Equal(answer.GetRawText(), (await service.Client.JsonAsync("/configs")).GetRawText());
    }

    [Theory]
    [InlineData("https://data.example/airlines.dat?sig=canary-7f3a9c&se=2027", "https://data.example/airlines.dat?(not shown)")]
    [InlineData("https://me:canary-7f3a9c@data.example/airlines.dat", "https://data.example/airlines.dat")]
    [InlineData("https://me:canary-7f3a9c@data.example:8443/a?b=canary-7f3a9c", "https://data.example:8443/a?(not shown)")]
    [InlineData("https://data.example/airlines.dat", "https://data.example/airlines.dat")]
    [InlineData("/var/lib/airlines.dat", "/var/lib/airlines.dat")]
    public async Task The_source_of_airlines_is_shown_without_what_signs_it(string source, string shown)
    {
        await using var service = await RunningService.StartAsync($"--Airside:Airlines:Source={source}");
        var text = await service.Client.GetStringAsync("/config");

        Assert.DoesNotContain(Canary, text, StringComparison.Ordinal);
        Assert.Equal(shown, Settings(JsonSerializer.Deserialize<JsonElement>(text))["Airside:Airlines:Source"].Item1);
    }

    [Fact]
    public async Task Each_setting_shows_its_value_and_where_it_comes_from_and_the_command_line_goes_before_the_environment()
    {
        using var directory = new TemporaryDirectory();
        await using var service = await ServiceProcess.StartAsync(
            [
                ("Airside__DrainSeconds", "7"), ("Airside__KeyWindowHours", "24"), ("LOG_LEVEL", "Debug"),
                ("API_BASE_URL", "https://airside.example"), ("MAX_CONNECTIONS", "17"),
                ("Airside__Airlines__AllowedHosts__0", "one.example"), ("Airside__Airlines__AllowedHosts__1", "two.example"),
            ],
            directory.Path,
            "--Airside:KeyWindowHours=12");

        var answer = await service.Client.JsonAsync("/config");

        var settings = Settings(answer);
        Assert.Equal(("7", "environment"), settings["Airside:DrainSeconds"]);
        Assert.Equal(("12", "command line"), settings["Airside:KeyWindowHours"]);
        Assert.Equal(("embedded", "default"), settings["Airside:Store"]);
        Assert.Equal(("one.example,two.example", "environment"), settings["Airside:Airlines:AllowedHosts"]);
        Assert.Equal(("Debug", "environment"), settings["LOG_LEVEL"]);
        Assert.Equal("https://airside.example", answer.GetProperty("API_BASE_URL").GetString());
        Assert.Equal("17", answer.GetProperty("MAX_CONNECTIONS").GetString());
        Assert.Equal("Debug", answer.GetProperty("LOG_LEVEL").GetString());
    }

    [Fact]
    public async Task No_secret_is_ever_answered_or_logged()
    {
        using var directory = new TemporaryDirectory();
        var service = await ServiceProcess.StartAsync(
            [("SECRET_KEY", Canary + "-1"), ("DB_PASSWORD", Canary + "-2"), ("LOG_LEVEL", "Trace")],
            directory.Path,
            $"--Airside:Airlines:Source=https://user:{Canary}-3@192.0.2.1/airlines.dat",
            "--Airside:DrainSeconds=0");
        await using (service)
        {
            var said = "";
            string[] paths =
            [
                "/", "/config", "/configs", "/api/v1/info", "/metrics", "/healthz", "/readyz", "/openapi/v1.json", "/docs/index.html",
                "/no",
            ];
            foreach (var path in paths)
            {
                said += await service.Client.GetStringOfAnyStatusAsync(path);
            }

            using var load = await service.Client.PostAsync(new Uri("/api/v1/load/airlines", UriKind.Relative), null);
            said += await load.Content.ReadAsStringAsync();
            var answer = await service.Client.JsonAsync("/config");
            service.Signal(ServiceProcess.Terminate);
            await service.ExitCodeAsync();
            said += service.Output + service.Errors;

            Assert.Equal("set", answer.GetProperty("SECRET_KEY").GetString());
            Assert.Equal("set", answer.GetProperty("DB_PASSWORD").GetString());
            Assert.Equal(("set", "environment"), Settings(answer)["SECRET_KEY"]);
            Assert.Contains("192.0.2.1", said, StringComparison.Ordinal);
            Assert.DoesNotContain(Canary, said, StringComparison.Ordinal);
        }
    }

    private static Dictionary<string, (string, string)> Settings(JsonElement answer) =>
        answer.GetProperty("settings").EnumerateArray().ToDictionary(
            setting => setting.GetProperty("key").GetString()!,
            setting => (setting.GetProperty("value").GetString()!, setting.GetProperty("source").GetString()!));
}
