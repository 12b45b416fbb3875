using Airside.Service.Commands;
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
        var (exitCode, output, errors) = await ServiceProcess.RunCommandAsync(argument);

        Assert.Equal((0, ""), (exitCode, errors));
        Assert.All(Command.All, command => Assert.Contains(command.Usage, output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("export", "needs one word more: FILE|-")]
    [InlineData("import", "needs one word more: FILE")]
    [InlineData("import -", "needs the path of a file instead of '-'")]
    [InlineData("import a b", "does not take 'b'")]
    [InlineData("verify localhost:5080", "instead of 'localhost:5080'")]
    [InlineData("migrate --Airside:Store=oracle", "Airside:Store is 'oracle'")]
    [InlineData("backup", "the commands are migrate, export, import, reconcile, verify, keys, help")]
    public async Task A_command_that_lacks_something_ends_with_2_and_says_what(string arguments, string said)
    {
        var (exitCode, output, errors) = await ServiceProcess.RunCommandAsync(arguments.Split(' '));

        Assert.Contains(said, errors, StringComparison.Ordinal);
        Assert.Equal((2, ""), (exitCode, output));
    }

    [Fact]
    public async Task The_embedded_store_needs_no_migration()
    {
        using var directory = new TemporaryDirectory();
        var (exitCode, output, errors) = await ServiceProcess.RunCommandAsync("migrate", $"--Airside:DataDirectory={directory.Path}");

        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Equal("The store is ready; nothing was to be done.\n", output);
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
}
