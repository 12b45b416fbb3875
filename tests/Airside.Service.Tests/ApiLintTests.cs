using System.Diagnostics;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests;

/// <summary>The linters that readers of OpenAPI documents use find no error in the committed one.</summary>
[Trait("Category", "Tool")]
[Trait("Category", "Slow")]
public sealed class ApiLintTests
{
    private static readonly string Document = Repository.PathOf("docs/api/openapi.json");
    private static readonly string Programs = Repository.PathOf("artifacts/tools/openapi/node_modules/.bin");

    [Fact]
    public async Task Redocly_finds_no_error() => await AssertPassesAsync("redocly", "lint", Document, "--extends=recommended");

    [Fact]
    public async Task Spectral_finds_no_error()
    {
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(directory.File("rules.json"), """{ "extends": ["spectral:oas"] }""");

        await AssertPassesAsync("spectral", "lint", Document, "--ruleset", directory.File("rules.json"), "--fail-severity=error");
    }

    private static async Task AssertPassesAsync(string program, params string[] arguments)
    {
        var path = Path.Combine(Programs, program);
        Assert.SkipUnless(File.Exists(path), $"reason: {program} is not installed; ./test installs it");
        using var linter = new Process
        {
            StartInfo = new ProcessStartInfo(path, arguments)
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["REDOCLY_TELEMETRY"] = "off", ["REDOCLY_SUPPRESS_UPDATE_NOTICE"] = "true" },
            },
        };
        linter.Start();
        var output = await Task.WhenAll(linter.StandardOutput.ReadToEndAsync(), linter.StandardError.ReadToEndAsync());
        await linter.WaitForExitAsync();

        Assert.True(linter.ExitCode == 0, string.Concat(output));
    }
}
