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

    /// <summary>What a store may hold: names of earlier versions, too.</summary>
    private static readonly Regex Stored = Whole("[A-Z0-9]{2,3}[0-9]{1,4}[A-Z]?");

    /// <summary>Every spelling in upper case. The groups hold designator, number and suffix of the name.</summary>
    private static readonly Regex Spelling = new(
        @"\A *(?<1>[A-Z][A-Z0-9]|[0-9][A-Z]|[A-Z]{3}) *-? *(?=[0-9]{1,4}[A-Z]? *\z)0*(?<2>[1-9][0-9]{0,3})(?<3>[A-Z]?) *\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        TimeSpan.FromSeconds(10));

    private static readonly Regex Name = Whole(FlightRoute.Pattern[1..^1]);

    [Theory]
    [InlineData("AR1133", "AR1133", "AR")]
    [InlineData("ar1133", "AR1133", "AR")]
    [InlineData("ARG1133A", "ARG1133A", "ARG")]
    [InlineData("AA1", "AA1", "AA")]
    [InlineData("A11", "A11", "A1")]
    [InlineData("1A1", "1A1", "1A")]
    [InlineData("3K5", "3K5", "3K")]
    [InlineData("3K5A", "3K5A", "3K")]
    [InlineData("U21234", "U21234", "U2")]
    [InlineData("u2 0035", "U235", "U2")]
    [InlineData("LH0400", "LH400", "LH")]
    [InlineData("lh 400", "LH400", "LH")]
    [InlineData("lh 0400", "LH400", "LH")]
    [InlineData("LH-400", "LH400", "LH")]
    [InlineData("LH - 400", "LH400", "LH")]
    [InlineData("  lh   0400a ", "LH400A", "LH")]
    [InlineData("DLH 0001", "DLH1", "DLH")]
    [InlineData("DLH-9999Z", "DLH9999Z", "DLH")]
    public void Every_spelling_of_a_flight_designator_is_the_same_name(string text, string name, string designator)
    {
        var route = FlightRoute.Parse(text);

        Assert.Equal(name, route.ToString());
        Assert.Equal(designator, route.Designator);
        Assert.Equal(FlightRoute.Parse(name), route);
        Assert.True(route.IsCanonical);
        Assert.False(route.IsDefault);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("A1")]
    [InlineData("AR")]
    [InlineData("ARG")]
    [InlineData("ABCD1")]
    [InlineData("BA12345")]
    [InlineData("LH00400")]
    [InlineData("1234567")]
    [InlineData("111")]
    [InlineData("BA0000")]
    [InlineData("BA0")]
    [InlineData("BA0A")]
    [InlineData("11A1")]
    [InlineData("A1B1")]
    [InlineData("1AB1")]
    [InlineData("U2A1")]
    [InlineData("BA1-2345")]
    [InlineData("BA 1 2")]
    [InlineData("BA 1 A")]
    [InlineData("BA--1")]
    [InlineData("-BA1")]
    [InlineData("B A1")]
    [InlineData("BA1-")]
    [InlineData("BA\t1")]
    [InlineData("BA–1")]
    [InlineData("AR1133AB")]
    [InlineData("AR1133\n")]
    [InlineData("ARG11331A")]
    [InlineData("ARÉ1")]
    [InlineData("AR١")]
    [InlineData("AR1\0")]
    public void What_is_no_flight_designator_is_refused(string? text)
    {
        Assert.False(FlightRoute.TryParse(text, out var route));
        Assert.True(route.IsDefault);
    }

    [Theory]
    [InlineData("LH0400", "LH400")]
    [InlineData("DLH0001A", "DLH1A")]
    [InlineData("BA12345", null)]
    [InlineData("1234567", null)]
    [InlineData("BA0000", null)]
    public void A_stored_name_of_an_earlier_version_stays_as_it_is_and_is_told_from_the_present_one(string name, string? canonical)
    {
        var route = FlightRoute.FromStored(name);

        Assert.Equal(name, route.ToString());
        Assert.False(route.IsCanonical);
        Assert.Equal(canonical is not null, route.TryCanonicalize(out var present));
        Assert.Equal(canonical ?? "", present.ToString());
    }

    [Fact]
    public void What_no_version_has_stored_is_refused() => Assert.All(
        ["", "A1", "lh400", "LH 400", "LH-400", "ABCDE1234", "AR1133AB"],
        name => Assert.Throws<FormatException>(() => FlightRoute.FromStored(name)));

    [Theory]
    [InlineData("LH", true)]
    [InlineData("U2", true)]
    [InlineData("3K", true)]
    [InlineData("DLH", true)]
    [InlineData("12", false)]
    [InlineData("1", false)]
    [InlineData("A1B", false)]
    [InlineData("lh", false)]
    [InlineData("ABCD", false)]
    [InlineData("LH1", false)]
    public void An_airline_designator_has_two_characters_with_a_letter_or_three_letters(string text, bool expected) =>
        Assert.Equal(expected, FlightRoute.IsDesignator(text));

    [Fact]
    public void Reading_a_name_in_any_spelling_allocates_nothing()
    {
        string[] spellings = ["AR1133", " lh - 0400a ", "BA12345", "U21234"];
        var allocated = Enumerable.Range(0, 100).Select(_ =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.True(Count() == 3);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        });

        // The runtime itself may allocate the first few times.
        Assert.Contains(0, allocated);

        int Count()
        {
            var count = 0;
            foreach (var text in spellings)
            {
                count += FlightRoute.TryParse(text, out var route) && route.TryCanonicalize(out _) ? 1 : 0;
            }

            return count;
        }
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
            Assert.Equal(name, FlightRoute.Parse(name).ToString());
            Assert.Matches(Name, name);
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

    private static Regex Whole(string pattern) =>
        new(@"\A(?:" + pattern + @")\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);

    private static Gen<string> Names()
    {
        return
            from designator in Gen.Elements("AA", "BA", "LH", "Z9", "A0", "9A", "0Z", "ABC", "XYZ", "AAA", "ZZZ")
            from number in Gen.OneOf(Gen.Choose(1, 9999), Gen.Elements(1, 9, 10, 99, 100, 999, 1000, 9999))
            from suffix in Gen.Elements("", "A", "M", "Z")
            select $"{designator}{number}{suffix}";
    }

    private static void AssertAgrees(string text)
    {
        // Only the 26 ASCII letters may be folded; the pattern expects upper case.
        var upper = string.Concat(text.Select(character => char.IsAsciiLetterLower(character) ? (char)(character - 32) : character));
        var expected = Spelling.Match(upper);
        if (FlightRoute.TryParse(text, out var route) != expected.Success)
        {
            Assert.Fail(
                $"'{text}' ({Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes(text))}): the expression says {expected.Success}.");
        }

        if (expected.Success)
        {
            Assert.Equal(string.Concat(expected.Groups.Values.Skip(1)), route.ToString());
        }
    }

    private static void AssertTakenBackOrRefused(ulong packed)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, packed);
        var name = Encoding.Latin1.GetString(bytes).TrimEnd('\0');
        var expected = Stored.IsMatch(name);
        Assert.Equal(expected, FlightRoute.TryFromPacked(packed, out var route));
        Assert.Equal(expected ? packed : 0, route.Packed);
        Assert.Equal(expected && Name.IsMatch(name), route.IsCanonical);
        Assert.Equal(expected, FlightRoute.TryFromStored(name, out var stored));
        Assert.Equal(route, stored);
    }
}
