using Airside.Core;
using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;
using Airside.Core.Transactions;
using FsCheck;
using FsCheck.Fluent;

namespace Airside.Tests.Transactions;

public sealed class FlightRouteTests
{
    /// <summary>Characters at the boundaries of the parser's ranges, and one or two from within each range.</summary>
    private const string Alphabet = "AZaz09BQ51-@[`{/: \n\0éß٣Ａ";

    // In .NET, unlike JavaScript, the "$" of the pattern also matches before a trailing line feed.
    private static readonly Regex Pattern =
        new(FlightRoute.Pattern[..^1] + @"\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);

    [Theory]
    [InlineData("AR1133", "AR")]
    [InlineData("ar1133", "AR")]
    [InlineData("ARG1133A", "ARG")]
    [InlineData("AA1", "AA")]
    [InlineData("A11", "A1")]
    [InlineData("1111", "11")]
    [InlineData("111111", "11")]
    [InlineData("1111111", "111")]
    [InlineData("11A1", "11A")]
    [InlineData("U21234", "U2")]
    [InlineData("U212345", "U21")]
    public void A_name_is_read_with_the_shorter_designator_where_both_fit(string text, string designator)
    {
        var route = FlightRoute.Parse(text);

        Assert.Equal(text.ToUpperInvariant(), route.ToString());
        Assert.Equal(designator, route.Designator);
        Assert.False(route.IsDefault);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("A1")]
    [InlineData("AR")]
    [InlineData("ARG")]
    [InlineData("ABCD1")]
    [InlineData("AR1133AB")]
    [InlineData("AR1133\n")]
    [InlineData(" AR1133")]
    [InlineData("ARG11331A")]
    [InlineData("12345678")]
    [InlineData("ARÉ1")]
    [InlineData("AR١")]
    [InlineData("AR1\0")]
    public void What_is_no_name_is_refused(string? text)
    {
        Assert.False(FlightRoute.TryParse(text, out var route));
        Assert.True(route.IsDefault);
    }

    [Fact]
    public void Parsing_what_is_no_name_throws_and_shows_it() =>
        Assert.Contains("'nonsense'", Assert.Throws<FormatException>(() => FlightRoute.Parse("nonsense")).Message);

    [Fact]
    public void The_parser_agrees_with_the_regular_expression_on_all_short_texts()
    {
        var texts = new List<string> { "" };
        for (var length = 1; length <= 4; length++)
        {
            texts = [.. texts.SelectMany(text => Alphabet.Select(character => text + character))];
            foreach (var text in texts)
            {
                AssertAgrees(text);
            }
        }
    }

    [Fact]
    public void The_parser_agrees_with_the_regular_expression_on_random_texts()
    {
        var text = Gen.Elements(Alphabet.ToCharArray()).ArrayOf().Select(characters => new string(characters));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(10_000), Prop.ForAll(text.ToArbitrary(), AssertAgrees));
    }

    [Fact]
    public void The_parser_agrees_with_the_regular_expression_near_every_valid_name() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(10_000), Prop.ForAll(Names().ToArbitrary(), name =>
        {
            Assert.True(FlightRoute.TryParse(name, out _), name);
            AssertAgrees(name.ToLowerInvariant());
            for (var i = 0; i <= name.Length; i++)
            {
                foreach (var character in Alphabet)
                {
                    AssertAgrees(name.Insert(i, character.ToString()));
                    AssertAgrees(i == name.Length ? name : name.Remove(i, 1).Insert(i, character.ToString()));
                }
            }
        }));

    [Fact]
    public void Routes_are_ordered_as_their_names_are_character_by_character() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(10_000), Prop.ForAll(Names().Two().ToArbitrary(), pair =>
        {
            var (left, right) = (FlightRoute.Parse(pair.Item1), FlightRoute.Parse(pair.Item2));
            Assert.Equal(Math.Sign(string.CompareOrdinal(pair.Item1, pair.Item2)), Math.Sign(left.CompareTo(right)));
            Assert.Equal(pair.Item1 == pair.Item2, left == right);
        }));

    [Fact]
    public void The_packed_number_holds_the_name_as_ASCII_padded_with_zero_and_is_taken_back() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(10_000), Prop.ForAll(Names().ToArbitrary(), name =>
        {
            var route = FlightRoute.Parse(name);
            var bytes = Encoding.ASCII.GetBytes(name.PadRight(Limits.RouteLengthMax, '\0'));
            Assert.Equal(BinaryPrimitives.ReadUInt64BigEndian(bytes), route.Packed);
            Assert.True(FlightRoute.TryFromPacked(route.Packed, out var back));
            Assert.Equal(route, back);
        }));

    [Fact]
    public void A_number_that_no_name_packs_to_is_refused()
    {
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(10_000), Prop.ForAll(Names().ToArbitrary(), name =>
        {
            // Replaces every byte of a valid number with every fifth value, which covers gaps, lower case and padding in the middle.
            var packed = FlightRoute.Parse(name).Packed;
            for (var shift = 0; shift < 64; shift += 8)
            {
                for (var value = 0UL; value <= 255; value += 5)
                {
                    AssertTakenBackOrRefused((packed & ~(0xFFUL << shift)) | (value << shift));
                }
            }
        }));
        AssertTakenBackOrRefused(0);
        AssertTakenBackOrRefused(ulong.MaxValue);
    }

    [Fact]
    public void The_default_value_names_no_route()
    {
        Assert.True(default(FlightRoute).IsDefault);
        Assert.Equal("", default(FlightRoute).ToString());
        Assert.Equal("", default(FlightRoute).Designator);
    }

    private static Gen<string> Names()
    {
        const string Letters = "ABCXYZ";
        const string Digits = "01589";
        return
            from designator in Gen.Elements((Letters + Digits).ToCharArray()).ArrayOf(3)
            from designatorLength in Gen.Choose(2, 3)
            from number in Gen.Elements(Digits.ToCharArray()).ArrayOf(4)
            from numberLength in Gen.Choose(1, 4)
            from suffix in Gen.Elements("", "A", "M", "Z")
            select new string(designator, 0, designatorLength) + new string(number, 0, numberLength) + suffix;
    }

    private static void AssertAgrees(string text)
    {
        // Only the 26 ASCII letters may be folded; the pattern expects upper case.
        var upper = string.Concat(text.Select(character => char.IsAsciiLetterLower(character) ? (char)(character - 32) : character));
        var expected = Pattern.IsMatch(upper);
        if (FlightRoute.TryParse(text, out var route) != expected)
        {
            Assert.Fail($"'{text}' ({Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes(text))}): the expression says {expected}.");
        }

        if (expected)
        {
            Assert.Equal(upper, route.ToString());
        }
    }

    private static void AssertTakenBackOrRefused(ulong packed)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, packed);
        var name = Encoding.Latin1.GetString(bytes).TrimEnd('\0');
        var expected = Pattern.IsMatch(name);
        Assert.Equal(expected, FlightRoute.TryFromPacked(packed, out var route));
        Assert.Equal(expected ? packed : 0, route.Packed);
    }
}
