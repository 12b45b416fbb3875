using Airside.Core.Transactions;

namespace Airside.Tests.Transactions;

public sealed class TransactionKeyTests
{
    public static TheoryData<string> AcceptedTexts =>
    [
        "k", " ", " not trimmed ", "~", new string('k', 128), new string('é', 128), string.Concat(Enumerable.Repeat("✈️", 64)),
        "Ключ", "予約-42", "🛫", "\u00A0", "\uFFFC", "\uE000", "\U0010FFFF",
    ];

    [Theory]
    [MemberData(nameof(AcceptedTexts))]
    public void A_printable_text_of_1_to_128_characters_is_a_key_and_stays_unchanged(string text)
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
    public void A_text_of_129_characters_is_no_key()
    {
        const string Cause = "The transaction key has 129 characters; at most 128 are allowed.";
        AssertRefused(new string('k', 129), Cause);
        AssertRefused(new string('é', 129), Cause);
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

    private static void AssertRefused(string? text, string expectedCause)
    {
        Assert.False(TransactionKey.TryCreate(text, out var key, out var cause));
        Assert.Equal(expectedCause, cause);
        Assert.True(key.IsDefault);
        Assert.Equal(expectedCause, Assert.Throws<FormatException>(() => TransactionKey.Parse(text!)).Message);
    }
}
