using Airside.Service.Commands;
using Airside.Service.Configuration;
using Airside.Service.Tests.Fixtures;
using Microsoft.Extensions.Configuration;

namespace Airside.Service.Tests.Configuration;

public sealed class SettingTests
{
    [Theory]
    [InlineData("Airside:Store", "oracle", "it must be 'embedded'")]
    [InlineData("Airside:Store", "", "it must be 'embedded'")]
    [InlineData("Airside:DataDirectory", "", "needs a value")]
    [InlineData("Airside:DataDirectory", "  ", "needs a value")]
    [InlineData("Airside:KeyWindowHours", "0", "from 1 to 744")]
    [InlineData("Airside:KeyWindowHours", "745", "from 1 to 744")]
    [InlineData("Airside:KeyWindowHours", "two", "from 1 to 744")]
    [InlineData("Airside:KeyWindowHours", "1.5", "from 1 to 744")]
    [InlineData("Airside:KeyWindowHours", "", "from 1 to 744")]
    [InlineData("Airside:KeyWindowHours", "99999999999", "from 1 to 744")]
    [InlineData("Airside:DrainSeconds", "-1", "from 0 to 600")]
    [InlineData("Airside:DrainSeconds", "601", "from 0 to 600")]
    [InlineData("Airside:DrainSeconds", "10s", "from 0 to 600")]
    [InlineData("Airside:Airlines:Source", "", "needs a value")]
    [InlineData("Airside:Airlines:Designators", "LA", "the part after '=' must be the id")]
    [InlineData("Airside:Airlines:Designators", "LA=LATAM", "the part after '=' must be the id")]
    [InlineData("Airside:Airlines:Designators", "11=3200", "the part before '=' must be a designator")]
    [InlineData("Airside:Airlines:Designators", "L2N=3200", "the part before '=' must be a designator")]
    [InlineData("Airside:Airlines:Designators", "LATAM=3200", "the part before '=' must be a designator")]
    [InlineData("Airside:PathBase", "/api", "URLs of its own at /api/v1")]
    [InlineData("Airside:PathBase", "/API/v1/routes", "URLs of its own at /api/v1")]
    [InlineData("Airside:PathBase", "/routes", "Choose another path")]
    [InlineData("Airside:PathBase", "/configs", "URLs of its own at /configs")]
    [InlineData("Airside:PathBase", "/docs/airside", "URLs of its own at /docs")]
    [InlineData("Airside:Security:Mode", "Closed", "it must be 'Keys' or 'Open'")]
    [InlineData("LOG_LEVEL", "Loud", "'Information'")]
    [InlineData("LOG_LEVEL", "2", "'Information'")]
    [InlineData("MAX_CONNECTIONS", "0", "from 1 to 100000")]
    [InlineData("MAX_CONNECTIONS", "many", "from 1 to 100000")]
    [InlineData("Airside:Airlnes:Source", "x", "no such setting")]
    [InlineData("Airside:drain", "x", "no such setting")]
    [InlineData("Airside:StoreX", "embedded", "no such setting")]
    public void A_bad_value_is_refused_with_its_key_its_value_and_the_cause(string key, string value, string cause)
    {
        var refused = Assert.Throws<InvalidSettingsException>(() => AirsideOptions.Read(Configuration((key, value))));

        var line = Assert.Single(refused.Message.Split('\n')[1..]);
        Assert.StartsWith($"- {key} is ", line, StringComparison.Ordinal);
        Assert.Contains(cause, line, StringComparison.Ordinal);
        Assert.Contains(string.IsNullOrWhiteSpace(value) ? key : $"'{value}'", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Airside:Store", "Embedded")]
    [InlineData("airside:keywindowhours", "744")]
    [InlineData("Airside:DrainSeconds", "0")]
    [InlineData("Airside:DrainSeconds", "600")]
    [InlineData("Airside:Security:Mode", "open")]
    [InlineData("Airside:PathBase", "/api/airside/")]
    [InlineData("Airside:PathBase", "/routes-and-airlines")]
    [InlineData("LOG_LEVEL", "warning")]
    [InlineData("MAX_CONNECTIONS", "100000")]
    [InlineData("Airside:Airlines:AllowedHosts", "")]
    [InlineData("Airside:Airlines:Designators", " la = 3200 , LAN=3200,S7=-1, ")]
    [InlineData("Airside:Airlines:Designators:LA", "3200")]
    [InlineData("Airside:Airlines:AllowedHosts:0", "one.example")]
    public void A_value_at_the_edge_of_what_is_allowed_is_taken(string key, string value) =>
        Assert.NotNull(AirsideOptions.Read(Configuration((key, value))));

    [Fact]
    public void A_designator_that_is_assigned_twice_is_refused()
    {
        var configuration = Configuration(("Airside:Airlines:Designators", "LA=3200,la=1"));

        var refused = Assert.Throws<InvalidSettingsException>(() => AirsideOptions.Read(configuration));

        Assert.Contains("'la=1', but LA is already assigned to 3200", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_setting_of_the_list_is_read_and_has_a_default_that_is_valid()
    {
        var options = AirsideOptions.Read(Configuration([.. Setting.All.Select(setting => (setting.Key, setting.Default))]));

        Assert.Equal(TimeSpan.FromHours(48), options.KeyWindow);
        Assert.Equal(TimeSpan.FromSeconds(10), options.Drain);
        Assert.Equal(["raw.githubusercontent.com"], options.AllowedHosts);
        Assert.False(options.Security.IsOpen);
    }

    [Fact]
    public async Task All_bad_settings_are_told_at_once_and_the_process_ends_with_2()
    {
        var (exitCode, text) = await ServiceProcess.RunToEndAsync(
            [("Airside__KeyWindowHours", "never"), ("MAX_CONNECTIONS", "-3")],
            "--Airside:DrainSeconds=soon", "--Airside:Store=oracle", "--Airside:Airlnes:Source=x", "--urls=http://127.0.0.1:0");

        Assert.Equal(2, exitCode);
        foreach (var said in (string[])["Airside:KeyWindowHours is 'never'", "MAX_CONNECTIONS is '-3'", "Airside:DrainSeconds is 'soon'",
            "Airside:Store is 'oracle'", "Airside:Airlnes:Source is 'x'"])
        {
            Assert.Contains(said, text, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("--urls http://127.0.0.1:0")]
    [InlineData("--urls=http://127.0.0.1:0 --Airside:DrainSeconds 5 Airside:Store=embedded")]
    [InlineData("--LOG_LEVEL --odd")]
    public void Settings_are_taken_in_every_form(string arguments) =>
        Assert.Empty(Arguments.Split(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Words);

    [Fact]
    public async Task An_unknown_command_ends_the_process_with_2()
    {
        var (exitCode, text) = await ServiceProcess.RunToEndAsync("serve", "--urls=http://127.0.0.1:0");

        Assert.Equal(2, exitCode);
        Assert.Contains("'serve'", text, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fault_that_nobody_foresaw_ends_the_process_with_1_and_its_stack()
    {
        using var directory = new TemporaryDirectory();

        var (exitCode, text) = await ServiceProcess.RunToEndAsync(
            "--urls=http://127.0.0.1:0", $"--Airside:DataDirectory={directory.Path}", "--Logging:LogLevel:Default=Loud");

        Assert.Equal(1, exitCode);
        Assert.Contains("   at ", text, StringComparison.Ordinal);
    }

    private static IConfigurationRoot Configuration(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)))
            .Build();
}
