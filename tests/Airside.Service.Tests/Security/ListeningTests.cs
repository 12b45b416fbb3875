using System.Net;
using System.Net.Sockets;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Security;

public sealed class ListeningTests
{
    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://*:0")]
    [InlineData("http://[::]:0")]
    public async Task An_address_that_others_can_reach_is_refused_with_4_and_the_ways_out(string url)
    {
        using var directory = new TemporaryDirectory();

        var (exitCode, text) = await ServiceProcess.RunToEndAsync($"--urls={url}", $"--Airside:DataDirectory={directory.Path}");

        Assert.Equal(4, exitCode);
        Assert.Contains("--urls http://localhost:5080", text, StringComparison.Ordinal);
        Assert.Contains("Airside:Security:Mode", text, StringComparison.Ordinal);
        Assert.Contains("'Open'", text, StringComparison.Ordinal);
        Assert.Contains("Airside:Security:KeysFile", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_of_the_environment_is_refused_just_so()
    {
        using var directory = new TemporaryDirectory();

        var (exitCode, _) = await ServiceProcess.RunToEndAsync(
            [("ASPNETCORE_HTTP_PORTS", "0"), ("Airside__DataDirectory", directory.Path)]);

        Assert.Equal(4, exitCode);
    }

    [Fact]
    public async Task Written_out_the_mode_Open_allows_any_address()
    {
        using var directory = new TemporaryDirectory();

        await using var service = await ServiceProcess.StartAsync(
            directory.Path, "--urls=http://0.0.0.0:0", "--Airside:Security:Mode=Open");

        await service.Client.JsonAsync("/readyz");
    }

    [Fact]
    public async Task With_a_key_any_address_is_listened_on_and_a_transaction_needs_it()
    {
        using var directory = new TemporaryDirectory();
        var keys = new TestKeys();
        keys.Add("ci", "transactions:write");

        await using var service = await ServiceProcess.StartAsync(directory.Path, [.. keys.Settings, "--urls=http://0.0.0.0:0"]);

        using var refused = await service.Client.RecordAsync("LT1");
        await refused.ProblemAsync(HttpStatusCode.Unauthorized, "key-missing");
    }

    [Fact]
    public async Task A_port_that_is_taken_ends_the_process_with_4_and_its_address()
    {
        using var directory = new TemporaryDirectory();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}";

        var (exitCode, text) = await ServiceProcess.RunToEndAsync($"--urls={url}", $"--Airside:DataDirectory={directory.Path}");

        Assert.Equal(4, exitCode);
        Assert.Contains(url, text, StringComparison.Ordinal);
        Assert.Contains("in use", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("http://127.0.0.1:99999")]
    [InlineData("ftp://127.0.0.1:0")]
    [InlineData("http://192.0.2.1:0")]
    public async Task An_address_that_is_none_or_not_of_this_machine_ends_the_process_with_4(string url)
    {
        using var directory = new TemporaryDirectory();

        var (exitCode, text) = await ServiceProcess.RunToEndAsync(
            $"--urls={url}", $"--Airside:DataDirectory={directory.Path}", "--Airside:Security:Mode=Open");

        Assert.Equal(4, exitCode);
        Assert.Contains("Airside cannot start", text, StringComparison.Ordinal);
    }
}
