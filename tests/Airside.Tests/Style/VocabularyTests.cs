using System.Text.RegularExpressions;

namespace Airside.Tests.Style;

/// <summary>One concept, one word. The banned words are concatenated here so that this file does not contain them.</summary>
public sealed class VocabularyTests
{
    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    /// <summary>Banned words, each with its replacement.</summary>
    private static readonly (Regex Gone, string Use)[] Prose =
    [
        Word("in fo" + "rce", "active or current"),
        Word("broken o" + "ff", "interrupted"),
        Word("gone o" + "n with", "resumed"),
        Word("nobody fo" + "resaw", "unexpected"),
        Word("out of re" + "ach", "unreachable"),
        Word("at pr" + "esent", "currently"),
        Word("an" + "ew", "again"),
        Word("so" + "mebody", "someone"),
        Word("no" + "body", "no one"),
        Word("who" + "ever", "the one who, or a noun"),
        Word("which go fi" + "rst", "which take precedence"),
        Word("looked af" + "ter", "maintained"),
        Word("(says|say) of wh" + "en", "has its time in"),
        Word("is no U" + "RL", "is not a URL"),
        Word("(is|are) no flight desig" + "nators?", "is not a flight designator"),
        Word("(before|behind|after) '=' sta" + "nds", "the part before '=' must be"),
    ];

    private static readonly (Regex Gone, string Use)[] Code =
    [
        Name(@"[A-Z]\w*Ans" + "wer", "…Response"),
        Name("De" + @"mand[A-Z]\w*", "Ensure…"),
        Name("Pat" + "ience", "RetryBudget"),
        Name("Key" + "Days", "KeyPartitions"),
        Name(@"[A-Z]\w*Wat" + "ch", "…Monitor"),
        Name("Sho" + "wn", "DisplayText"),
        Name(@"(In" + @"Force|\w+InFo" + "rce)", "Active or Current"),
    ];

    [Fact]
    public void No_text_uses_a_word_that_is_gone() => ((Rule)(file => Find(file, Prose))).AssertKeptIn(SourceFiles.All.Where(IsRead));

    [Fact]
    public void No_type_or_method_is_named_by_a_word_that_is_gone() =>
        ((Rule)(file => Find(file, Code))).AssertKeptIn(SourceFiles.CSharp.Where(file => file.IsUnder("src")));

    [Fact]
    public void A_word_that_is_gone_is_found()
    {
        ((Rule)(file => Find(file, Prose))).AssertFinds(2, "a.md", "The catalog in fo" + "rce.\nNo" + "body knows.\nnobodies");
        ((Rule)(file => Find(file, Code))).AssertFinds(2, "a.cs", "record TotalAns" + "wer;\nvoid De" + "mandRoom();\nanswers");
    }

    /// <summary>Whether readers of the product see the file. Applied migrations are compared by checksum and cannot be reworded.</summary>
    private static bool IsRead(SourceFile file) =>
        (file.IsUnder("src") || file.IsUnder("docs") || file.IsUnder("deploy") || file.IsUnder("infra") || file.IsUnder("bench")
            || !file.Path.Contains('/', StringComparison.Ordinal))
        && !file.IsUnder("src/Airside.Stores/Postgres/Migrations") && !file.IsUnder("docs/internals")
        && !file.Path.EndsWith(".lock.json", StringComparison.Ordinal);

    private static (Regex Gone, string Use) Word(string gone, string use) =>
        (new($@"(^|[^\w-]){gone}($|[^\w-])", Options | RegexOptions.IgnoreCase), use);

    private static (Regex Gone, string Use) Name(string gone, string use) => (new($@"\b{gone}\b", Options), use);

    private static IEnumerable<string> Find(SourceFile file, (Regex Gone, string Use)[] words) =>
        from line in file.Lines.Index()
        from word in words
        let match = word.Gone.Match(line.Item)
        where match.Success
        select file.Describe(line.Index + 1, $"'{match.Value.Trim()}': write {word.Use}");
}
