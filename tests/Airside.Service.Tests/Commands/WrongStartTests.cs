using System.Net;
using System.Net.Sockets;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Commands;

/// <summary>Every wrong start ends with its exit code and says in one message what is wrong and what to do.</summary>
public sealed class WrongStartTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    [Theory]
    [InlineData("serve", 2, "'serve' is not a command, option or setting of 'Airside.Service'. Run 'Airside.Service --help'.")]
    [InlineData("exprt a", 2, "'exprt' is not a command, option or setting of 'Airside.Service'. Did you mean 'export'?")]
    [InlineData("Migrate", 2, "Did you mean 'migrate'?")]
    [InlineData("--port 8080", 2, "'--port' is not a command, option or setting of 'Airside.Service'. Did you mean '--http_ports'?")]
    [InlineData("--url=http://127.0.0.1:0", 2, "Did you mean '--urls'?")]
    [InlineData("-x", 2, "'-x' is not")]
    [InlineData("-x=1", 2, "'-x=1' is not")]
    [InlineData("migrate now", 2, "'now' is not")]
    [InlineData("import --LOG_LEVEL=None", 2, "Required argument 'FILE' missing for command: 'import'.")]
    [InlineData("--urls=http://127.0.0.1:0 serve", 2, "'serve' is not")]
    [InlineData("--urls http://127.0.0.1:0 serve", 2, "'serve' is not")]
    [InlineData("export", 2, "Required argument 'FILE' missing for command: 'export'.")]
    [InlineData("import", 2, "Required argument 'FILE' missing for command: 'import'.")]
    [InlineData("import -", 2, "needs the path of a file instead of '-'")]
    [InlineData("export a b", 2, "'b' is not a command, option or setting of 'Airside.Service export'.")]
    [InlineData("export --file a", 2, "'--file' is not")]
    [InlineData("verify localhost:5080", 2, "instead of 'localhost:5080'")]
    [InlineData("keys", 2, "Required command was not provided.")]
    [InlineData("keys make", 2, "'make' is not")]
    [InlineData("keys create --nam ci --scopes read", 2, "Did you mean '--name'?")]
    [InlineData("keys create --name ci --scopes fly", 2, "'fly' is no")]
    [InlineData("--Airside:DataDirectory=a --Airside:KeyWindowHours", 2, "'--Airside:KeyWindowHours' has no value.")]
    [InlineData("migrate --Airside:Store=oracle", 2, "Airside:Store is 'oracle'")]
    [InlineData("--Airside:Stor=embedded", 2, "Airside:Stor is 'embedded'")]
    [InlineData("reconcile --Airside:Store=postgres --DB_HOST=127.0.0.1:1 --DB_NAME=a --DB_USER=b", 3, "PostgreSQL at 127.0.0.1:1")]
    [InlineData("import missing.ndjson", 5, "missing.ndjson")]
    [InlineData("--urls=http://192.0.2.1:5080 --Airside:Security:Mode=Open", 4, "Choose another address with --urls")]
    [InlineData("--urls=http://0.0.0.0:0", 4, "no API key is configured")]
    [InlineData("--urls=gopher://127.0.0.1:0", 4, "It cannot listen")]
    public async Task A_wrong_start_says_what_is_wrong(string arguments, int exitCode, string said)
    {
        var errors = await RunAsync(exitCode, arguments.Split(' '));

        Assert.StartsWith("Airside cannot ", errors, StringComparison.Ordinal);
        Assert.Contains(said, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_in_use_is_named()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        var errors = await RunAsync(4, $"--urls=http://{listener.LocalEndpoint}");

        Assert.Contains($"{listener.LocalEndpoint}", errors, StringComparison.Ordinal);
        Assert.Equal(1, errors.Count(character => character == '\n'));
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task The_process_prints_one_line_and_no_stack_trace()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        var (exitCode, output, errors) = await ServiceProcess.RunCommandAsync(
            $"--urls=http://{listener.LocalEndpoint}", $"--Airside:DataDirectory={_directory.Path}", "--LOG_LEVEL=Warning");

        Assert.Equal(4, exitCode);
        Assert.Matches("^Airside cannot start\\. It cannot listen: [^\n]+\n$", errors);
        Assert.Equal("", output);
    }

    public void Dispose() => _directory.Dispose();

    private async Task<string> RunAsync(int exitCode, params string[] arguments)
    {
        using var output = new MemoryStream();
        await using var errors = new StringWriter { NewLine = "\n" };
        Assert.Equal(
            exitCode,
            await Program.RunAsync(
                [$"--Airside:DataDirectory={_directory.Path}", "--LOG_LEVEL=None", .. arguments], output, errors));
        Assert.Equal(0, output.Length);
        return errors.ToString();
    }
}
