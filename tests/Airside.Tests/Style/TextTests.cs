using System.Text.RegularExpressions;

namespace Airside.Tests.Style;

/// <summary>Text that no file may contain. The words are concatenated here so that this file does not contain them.</summary>
public sealed class TextTests
{
    private const RegexOptions Options =
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    private static readonly Regex UnfinishedWords = Words("TO" + "DO", "FIX" + "ME", "HA" + "CK", "NotImplemented" + "Exception");

    // After a letter or a dot, the slash belongs to a longer path that is not specific to one machine.
    private static readonly Regex MachinePaths = new("(^|[^A-Za-z0-9_.-])/(" + "wor" + "k|" + "far" + "m)/", Options);

    private static readonly Regex RegistryHosts = Words(@"api\.nu" + @"get\.org", @"registry\.npm" + @"js\.org", @"deb\.deb" + @"ian\.org");

    [Fact]
    public void Nothing_is_left_unfinished() => ((Rule)Unfinished).AssertKeptIn(SourceFiles.All);

    [Fact]
    public void No_file_names_a_path_of_one_machine() => ((Rule)OneMachine).AssertKeptIn(SourceFiles.All);

    [Fact]
    public void No_file_names_the_host_of_a_package_registry() => ((Rule)Registries).AssertKeptIn(SourceFiles.All);

    [Fact]
    public void An_unfinished_place_is_found() =>
        ((Rule)Unfinished).AssertFinds(
            4, "a.md", $"{"TO" + "DO"}: x\n// {"FIX" + "ME"}\n{"HA" + "CK"}\nthrow new NotImplemented{"Exception"}();\nmastodon hacks");

    [Fact]
    public void A_path_of_one_machine_is_found() =>
        ((Rule)OneMachine).AssertFinds(2, "a.sh", "cd /wor" + "k/a\n\"/far" + "m/\"\nnet/wor" + "k/a ../wor" + "k/b");

    [Fact]
    public void A_host_of_a_package_registry_is_found() =>
        ((Rule)Registries).AssertFinds(
            3, "a.yaml", "https://api.nu" + "get.org/v3\nregistry.npm" + "js.org\ndeb.deb" + "ian.org\nexample.org");

    private static Regex Words(params string[] words) =>
        new($@"\b({string.Join('|', words)})\b", Options);

    private static IEnumerable<string> Unfinished(SourceFile file) =>
        Find(file, UnfinishedWords, "finish it, or say in an issue what is open");

    private static IEnumerable<string> OneMachine(SourceFile file) =>
        Find(file, MachinePaths, "use a path relative to the repository");

    private static IEnumerable<string> Registries(SourceFile file) =>
        Find(file, RegistryHosts, "a pinned name and version is enough");

    private static IEnumerable<string> Find(SourceFile file, Regex pattern, string advice) =>
        from line in file.Lines.Index()
        let match = pattern.Match(line.Item)
        where match.Success
        select file.Describe(line.Index + 1, $"'{match.Value}' stands here; {advice}");
}
