using System.Text;
using Airside.Service.Commands;
using Airside.Service.Configuration;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Commands;

/// <summary>How commands are called.</summary>
public sealed class CommandTests
{
    [Theory]
    [InlineData("help")]
    [InlineData("--help")]
    [InlineData("-h")]
    public async Task Help_names_every_command(string argument)
    {
        var (exitCode, output, errors) = await RunAsync(argument);

        Assert.Equal((0, ""), (exitCode, errors));
        Assert.All(
            (string[])["migrate", "export <FILE>", "import <FILE>", "reconcile", "verify <URL>", "keys"],
            command => Assert.Contains(command, output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("migrate")]
    [InlineData("export")]
    [InlineData("import")]
    [InlineData("reconcile")]
    [InlineData("verify")]
    [InlineData("keys create")]
    [InlineData("keys list")]
    public async Task Every_command_has_help_with_an_example_and_does_nothing_else(string command)
    {
        var (exitCode, output, errors) = await RunAsync($"{command} --help");

        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Contains($"Example: Airside.Service {command}", output, StringComparison.Ordinal);
        Assert.False(File.Exists("--help"));
    }

    [Fact]
    public async Task The_version_is_that_of_the_build()
    {
        var (exitCode, output, errors) = await RunAsync("--version");

        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Equal($"{BuildVersion.Current.Version}+{BuildVersion.Current.Commit}\n", output);
    }

    [Fact]
    public async Task The_embedded_store_needs_no_migration()
    {
        using var directory = new TemporaryDirectory();
        var (exitCode, output, errors) = await ServiceProcess.RunCommandAsync("migrate", $"--Airside:DataDirectory={directory.Path}");

        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Equal("The store is already up to date.\n", output);
    }

    [Fact]
    public void Progress_is_shown_at_most_once_a_second()
    {
        var time = new FakeTimeProvider();
        using var messages = new StringWriter { NewLine = "\n" };
        var progress = new ProgressLines(messages, time, "read");
        for (var count = 1; count <= 30; count++)
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            progress.Report(count);
        }

        Assert.Equal("10 entries read\n20 entries read\n30 entries read\n", messages.ToString());
    }

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string arguments)
    {
        using var output = new MemoryStream();
        await using var errors = new StringWriter();
        var exitCode = await Program.RunAsync(arguments.Split(' '), output, errors);
        return (exitCode, Encoding.UTF8.GetString(output.ToArray()), errors.ToString());
    }
}
