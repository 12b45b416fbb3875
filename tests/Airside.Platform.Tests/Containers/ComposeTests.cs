using System.Globalization;
using System.Text.RegularExpressions;
using Airside.Platform.Tests.Chart;
using Airside.Platform.Tests.Load;

namespace Airside.Platform.Tests.Containers;

/// <summary><c>docker compose up</c> works in a fresh clone of the repository.</summary>
[Trait("Category", "Tool")]
[Trait("Category", "Slow")]
[Collection(TestOrder.Containers)]
public sealed partial class ComposeTests
{
    private const string Program = "docker-compose";
    private const string Project = "airside-compose-test";

    [Fact]
    public async Task It_brings_up_the_service_on_a_prepared_database()
    {
        var images = await Images.BuiltAsync();
        var port = Ports.Free();
        var variables = new Dictionary<string, string>
        {
            ["AIRSIDE_IMAGE"] = images.Current,
            ["POSTGRES_IMAGE"] = images.Postgres,
            ["AIRSIDE_PORT"] = port.ToString(CultureInfo.InvariantCulture),
        };
        string[] compose =
            ["--project-name", Project, "--project-directory", images.Clone.Path, "--file", images.Clone.PathOf("compose.yaml")];
        try
        {
            var (exitCode, output, errors) =
                await Tool.RunAsync(Program, [.. compose, "up", "--detach", "--no-build"], environment: variables);
            Assert.True(
                exitCode == 0,
                $"{errors}{output}{await Tool.EnsureAsync(Program, [.. compose, "logs", "--no-color"], environment: variables)}");
            await using var load = new KeyedLoad(new Uri($"http://127.0.0.1:{port}"), clients: 4, pause: TimeSpan.FromMilliseconds(10));
            await load.UntilMoreAsync(100);
            var totals = await load.FinishAsync();
            Assert.Equal((0, 0, 0), (totals.Lost, totals.Doubled, totals.Stale));
            Assert.Equal([Images.CurrentVersion], totals.Versions);
        }
        finally
        {
            await Tool.EnsureAsync(Program, [.. compose, "down", "--volumes", "--timeout", "20"], environment: variables);
        }
    }

    [Fact]
    public async Task Every_file_that_it_mounts_is_in_the_repository()
    {
        var configuration = await Tool.EnsureAsync(
            Program,
            ["--project-directory", Repository.PathOf("."), "--file", Repository.PathOf("compose.yaml"), "--profile", "observability",
                "config"]);
        var mounted = MountedPath().Matches(configuration).Select(match => match.Groups["path"].Value).ToArray();

        Assert.Equal(4, mounted.Length);
        Assert.All(mounted, path => Assert.True(Path.Exists(path), $"{path} is mounted, but not there."));
    }

    [GeneratedRegex("^ *- (?<path>/[^:]+):", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex MountedPath();
}
