using System.Text.RegularExpressions;

namespace Airside.Platform.Tests.Terraform;

/// <summary>Terraform's own checks of every root and module.</summary>
[Trait("Category", "Tool")]
[Trait("Category", "Slow")]
public sealed partial class ConfigurationTests
{
    private const RegexOptions Options = RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking;

    /// <summary>Applies every environment again with simulated providers, in addition to the plan and rights tests.</summary>
    private static readonly string[] FilesOfTheNight = ["tests/environments.tftest.hcl"];

    private static readonly string[] FilesLeftOut = Amount.Choose(day: FilesOfTheNight, night: []);

    public static TheoryData<string> Folders => [.. Infrastructure.Folders];

    [Fact]
    public async Task Everything_is_formatted()
    {
        await TerraformCommand.EnsureAsync();
        await TerraformCommand.RunAsync(Infrastructure.Root, "fmt", "-check", "-recursive");
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public async Task It_is_valid_and_passes_its_own_tests(string folder)
    {
        await TerraformCommand.EnsureAsync();
        var copy = Path.Combine(Infrastructure.Copy($"test-{folder.Replace('/', '-')}"), folder);

        await TerraformCommand.RunAsync(copy, "init", "-backend=false");
        // Every test run validates first.
        var output = await TerraformCommand.RunAsync(copy, ["test", "-no-color", .. TestFiles(copy).Select(file => $"-filter={file}")]);

        Assert.Matches("Success! [1-9][0-9]* passed, 0 failed\\.", output);
        TestContext.Current.TestOutputHelper?.WriteLine(Summary().Match(output).Value);
    }

    [Fact]
    public void There_are_many_checks_and_every_module_has_some()
    {
        var checks = Infrastructure.Folders.ToDictionary(
            folder => folder,
            folder => Directory.GetFiles(Path.Combine(Infrastructure.Root, folder, "tests"), "*.tftest.hcl")
                .Sum(file => Check().Count(File.ReadAllText(file))));

        Assert.All(checks, folder => Assert.True(folder.Value >= 2, $"{folder.Key} has {folder.Value} checks."));
        Assert.True(checks.Values.Sum() >= 80, $"There are {checks.Values.Sum()} checks.");
    }

    private static IEnumerable<string> TestFiles(string folder) =>
        Directory.GetFiles(Path.Combine(folder, "tests"), "*.tftest.hcl")
            .Select(file => $"tests/{Path.GetFileName(file)}")
            .Except(FilesLeftOut)
            .Order(StringComparer.Ordinal);

    [GeneratedRegex(@"^\s+(assert \{|expect_failures =)", Options)]
    private static partial Regex Check();

    [GeneratedRegex(@"Success! .*", RegexOptions.NonBacktracking)]
    private static partial Regex Summary();
}
