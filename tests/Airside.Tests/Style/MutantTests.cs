using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Airside.Tests.Style;

/// <summary>
/// Every mutant that <c>./build nightly</c> applies must fit the current code and name the tests that catch it. A change that moves
/// the lines of a mutant must also update the mutant.
/// </summary>
public sealed partial class MutantTests
{
    private const string Folder = "tests/mutants/";
    private const RegexOptions Options = RegexOptions.Multiline | RegexOptions.ExplicitCapture;

    private static readonly SourceFile[] Patches = [.. SourceFiles.All.Where(file => file.IsUnder("tests/mutants"))];

    public static TheoryData<string> Names => [.. Patches.Select(patch => patch.Path[Folder.Length..])];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_mutant_fits_the_code_and_names_the_tests_that_catch_it(string name)
    {
        var patch = Patches.Single(patch => patch.Path == Folder + name);
        var caught = CaughtBy().Match(patch.Text);
        Assert.True(caught.Success, $"{name} has no line such as 'Caught by: Airside.Tests MutantTests'.");
        Assert.Matches("(?m)^Part: .+$", patch.Text);
        if (caught.Groups["class"].Value != "build")
        {
            Assert.Contains(
                SourceFiles.CSharp.Where(file => file.IsUnder($"tests/{caught.Groups["project"].Value}")),
                file => Path.GetFileNameWithoutExtension(file.Path) == caught.Groups["class"].Value
                    && (file.Text.Contains("[Fact]") || file.Text.Contains("[Theory]")));
        }

        var start = new ProcessStartInfo("git", ["apply", "--check", Repository.PathOf(patch.Path)])
        {
            WorkingDirectory = Repository.Root,
            UseShellExecute = false,
            RedirectStandardError = true,
        };
        using var git = Process.Start(start)!;
        var errors = await git.StandardError.ReadToEndAsync();
        await git.WaitForExitAsync();
        Assert.True(git.ExitCode == 0, errors);
    }

    [Fact]
    public void Every_part_has_two() =>
        Assert.All(
            Patches.CountBy(patch => Part().Match(patch.Text).Groups["part"].Value),
            part => Assert.True(part.Value >= 2, $"'{part.Key}' has one mutant; write another one."));

    [GeneratedRegex("^Caught by: ((?<project>[A-Za-z.]+) )?(?<class>[A-Za-z]+)$", Options, 1_000)]
    private static partial Regex CaughtBy();

    [GeneratedRegex("^Part: (?<part>.+)$", Options, 1_000)]
    private static partial Regex Part();
}
