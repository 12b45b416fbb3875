using System.Text.RegularExpressions;
using Airside.Core.Transactions;
using FsCheck;
using FsCheck.Fluent;

namespace Airside.Tests.Transactions;

public sealed class TransactionKeyTests
{
    public static TheoryData<string> AcceptedTexts =>
    [
        "k", " ", " not trimmed ", "~", new string('k', 255), new string('東', 255), string.Concat(Enumerable.Repeat("✈️", 127)),
        "Ключ", "予約-42", "🛫", "\u00A0", "\uFFFC", "\uE000", "\U0010FFFF",
    ];

    [Theory]
    [MemberData(nameof(AcceptedTexts))]
    public void A_printable_text_of_1_to_255_characters_is_a_key_and_stays_unchanged(string text)
    {
        Assert.True(TransactionKey.TryCreate(text, out var key, out var cause), cause);
        Assert.Null(cause);
        Assert.Equal(text, key.ToString());
        Assert.Equal(TransactionKey.Parse(text), key);
        Assert.False(key.IsDefault);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void An_empty_text_is_no_key(string? text) => AssertRefused(text, "The transaction key is empty.");

    [Fact]
    public void A_text_of_256_characters_is_no_key()
    {
        const string Cause = "The transaction key has 256 characters; at most 255 are allowed.";
        AssertRefused(new string('k', 256), Cause);
        AssertRefused(new string('é', 256), Cause);
        AssertRefused($"\"{new string('k', 256)}\"", Cause);
    }

    [Theory]
    [InlineData("\"k\"", "k")]
    [InlineData("\"a b\"", "a b")]
    [InlineData("\" k \"", " k ")]
    [InlineData("\"a\\\"b\"", "a\"b")]
    [InlineData("\"a\\\\b\"", "a\\b")]
    [InlineData("\"8e03978e-40d5-43e8-bc93-6894a57f9324\"", "8e03978e-40d5-43e8-bc93-6894a57f9324")]
    [InlineData("\"予約\"", "予約")]
    [InlineData("k\"", "k\"")]
    [InlineData("a\\b", "a\\b")]
    public void The_quoted_string_of_the_IETF_draft_and_its_content_are_one_key(string quoted, string content)
    {
        Assert.Equal(TransactionKey.Parse(content), TransactionKey.Parse(quoted));
        Assert.Equal(content, TransactionKey.Parse(quoted).ToString());
    }

    [Fact]
    public void Quotes_do_not_count_towards_the_length()
    {
        Assert.Equal(new string('k', 255), TransactionKey.Parse($"\"{new string('k', 255)}\"").ToString());
        Assert.Equal(new string('"', 255).Length, Regex.Unescape(TransactionKey.Parse(Quoted(new string('"', 255))).ToString()).Length - 2);
    }

    [Fact]
    public void A_text_that_is_stored_in_more_than_765_bytes_is_no_key() => AssertRefused(
        Quoted("\"" + new string('東', 254)), "The transaction key has 766 bytes in UTF-8; at most 765 are allowed.");

    [Theory]
    [InlineData("\"")]
    [InlineData("\"k")]
    [InlineData("\"k\\\"")]
    [InlineData("\"k\"k")]
    [InlineData("\"k\" ")]
    [InlineData("\"k\";a=1")]
    [InlineData("\"a\\nb\"")]
    [InlineData("\"\\u0041\"")]
    [InlineData("\"k\\")]
    public void A_string_with_bad_quotes_or_escapes_is_no_key(string text)
    {
        Assert.False(TransactionKey.TryCreate(text, out _, out var cause));
        Assert.StartsWith("The transaction key begins with a quote, but is not a quoted string", cause, StringComparison.Ordinal);
    }

    [Fact]
    public void The_text_of_every_key_sent_again_is_the_same_key()
    {
        var texts = Gen.Elements('"', '\\', 'k', ' ', 'é').ArrayOf().Select(characters => new string(characters));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(10_000), Prop.ForAll(texts.Two().ToArbitrary(), pair =>
        {
            var (content, other) = pair;
            if (!TransactionKey.TryCreate(Quoted(content), out var key, out _)
                || !TransactionKey.TryCreate(Quoted(other), out var different, out _))
            {
                Assert.True(content.Length is 0 or > 255 || other.Length is 0 or > 255);
                return;
            }

            Assert.True(key.IsCanonical);
            Assert.Equal(key, key.Canonicalize());
            Assert.Equal(key, TransactionKey.Parse(key.ToString()));
            Assert.Equal(content == other, key == different);
        }));
    }

    [Theory]
    [InlineData("k", true, "k")]
    [InlineData("\"k\"", false, "k")]
    [InlineData("\"k", false, "\"\\\"k\"")]
    [InlineData("\"a\\nb\"", false, "\"\\\"a\\\\nb\\\"\"")]
    [InlineData("\"\"", false, "\"\\\"\\\"\"")]
    [InlineData("\"\\\"k\"", true, "\"\\\"k\"")]
    public void A_stored_key_of_an_earlier_version_is_told_from_the_present_one(string stored, bool isCanonical, string canonical)
    {
        var key = TransactionKey.FromStored(stored);

        Assert.Equal(stored, key.ToString());
        Assert.Equal(isCanonical, key.IsCanonical);
        Assert.Equal(canonical, key.Canonicalize().ToString());
        Assert.True(key.Canonicalize().IsCanonical);
    }

    [Fact]
    public void Every_control_character_is_refused_wherever_it_stands()
    {
        var controls = Enumerable.Range(0, 0x20).Append(0x7F).Concat(Enumerable.Range(0x80, 0x20)).ToArray();
        foreach (var control in controls)
        {
            var cause = $"The transaction key contains the control character U+{control:X4}; only printable characters are allowed.";
            foreach (var text in new[] { $"{(char)control}", $"a{(char)control}", $"{(char)control}b", $"é{(char)control}✈" })
            {
                AssertRefused(text, cause);
            }
        }

        // The characters adjacent to the two ranges are not control characters.
        Assert.All(["\x20", "\x7E", "\xA0"], text => Assert.True(TransactionKey.TryCreate(text, out _, out _)));
    }

    [Theory]
    [InlineData(0xD800, "")]
    [InlineData(0xDBFF, "z")]
    [InlineData(0xDC00, "")]
    [InlineData(0xDFFF, "z")]
    public void Half_a_surrogate_pair_is_refused(int surrogate, string after) =>
        AssertRefused($"a{(char)surrogate}{after}", "The transaction key contains text that is not valid Unicode.");

    [Fact]
    public void The_replacement_character_is_refused_because_it_marks_text_that_was_damaged_before_it_came() =>
        Assert.False(TransactionKey.TryCreate("a\uFFFDb", out _, out _));

    [Fact]
    public void Keys_are_compared_character_by_character()
    {
        Assert.Equal(TransactionKey.Parse("k"), TransactionKey.Parse(new string('k', 1)));
        Assert.NotEqual(TransactionKey.Parse("k"), TransactionKey.Parse("K"));
        Assert.NotEqual(TransactionKey.Parse("k"), TransactionKey.Parse("k "));
        Assert.NotEqual(TransactionKey.Parse("\u00E9"), TransactionKey.Parse("e\u0301"));
    }

    [Fact]
    public void Made_keys_are_all_different_and_ordered_by_time()
    {
        var time = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromMilliseconds(1) };
        var keys = Enumerable.Range(0, 1_000).Select(_ => TransactionKey.Create(time).ToString()).ToArray();

        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.Equal(keys.Order(StringComparer.Ordinal), keys);
        Assert.All(keys, key => Assert.Matches("^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", key));
        Assert.All(keys, key => Assert.True(TransactionKey.TryCreate(key, out _, out _)));
    }

    [Fact]
    public void The_default_value_is_no_key()
    {
        Assert.True(default(TransactionKey).IsDefault);
        Assert.Equal("", default(TransactionKey).ToString());
    }

    private static string Quoted(string content) =>
        "\"" + content.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";

    private static void AssertRefused(string? text, string expectedCause)
    {
        Assert.False(TransactionKey.TryCreate(text, out var key, out var cause));
        Assert.Equal(expectedCause, cause);
        Assert.True(key.IsDefault);
        Assert.Equal(expectedCause, Assert.Throws<FormatException>(() => TransactionKey.Parse(text!)).Message);
    }
}
