using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace Airside.Core.Transactions;

/// <summary>
/// What a transaction is counted for, named by a flight designator such as <c>AR1133</c>: an airline designator of two characters, at least
/// one of them a letter (IATA), or of three letters (ICAO); a number from 1 to 9999; an optional suffix letter.
/// </summary>
/// <remarks>
/// A route has one name, in upper case and without leading zeros, whatever spelling came in. It has at most eight ASCII characters, so one
/// 64-bit number holds it, first character highest. Comparing the numbers compares the names.
/// </remarks>
public readonly record struct FlightRoute : IComparable<FlightRoute>
{
    /// <summary>The form of a name as a regular expression.</summary>
    public const string Pattern = "^([A-Z][A-Z0-9]|[0-9][A-Z]|[A-Z]{3})[1-9][0-9]{0,3}[A-Z]?$";

    /// <summary>The form in words, as the end of a sentence.</summary>
    public const string Form =
        "an airline designator of two characters, at least one of them a letter, or of three letters; a number from 1 to 9999, in at most "
        + "four digits; and an optional letter, such as LH400, which may also be written 'lh 0400' or LH-400";

    private readonly ulong _packed;

    private FlightRoute(ulong packed) => _packed = packed;

    /// <summary>Airline designator: two characters (IATA) or three letters (ICAO).</summary>
    public string Designator => ToString()[..DesignatorLength(_packed)];

    /// <summary>The designator as the first bytes of <see cref="Packed"/>, the others zero. Creates no text.</summary>
    public ulong PackedDesignator => _packed & ~(ulong.MaxValue >> (8 * DesignatorLength(_packed)));

    /// <summary>Whether this is the default value, which names no route.</summary>
    public bool IsDefault => _packed == 0;

    /// <summary>
    /// Whether this is the one name of its route. Every parsed name is; one from a store may come from a version that kept other spellings.
    /// </summary>
    public bool IsCanonical => TryCanonicalize(out var canonical) && canonical == this;

    /// <summary>The name as eight ASCII bytes, first character highest, padded with zeros. Stores use it as a fixed-size key.</summary>
    public ulong Packed => _packed;

    /// <summary>
    /// Reads a name in any spelling: upper or lower case, with leading zeros, with spaces or a hyphen between designator and number, and
    /// with spaces around. Creates nothing.
    /// </summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out FlightRoute route) => TryParse(text.AsSpan(), out route);

    /// <inheritdoc cref="TryParse(string?, out FlightRoute)"/>
    public static bool TryParse(ReadOnlySpan<char> text, out FlightRoute route)
    {
        route = default;
        text = WithoutEnd(WithoutStart(text, ' '), ' ');
        var designator = DesignatorLength(text);
        var rest = WithoutSeparator(text[designator..]);
        var digits = CountDigits(rest);
        var suffix = rest[digits..];
        var number = WithoutStart(rest[..digits], '0');
        if (designator == 0 || digits > Limits.FlightNumberDigitsMax || number.IsEmpty
            || suffix.Length > 1 || (suffix.Length == 1 && !char.IsAsciiLetter(suffix[0])))
        {
            return false;
        }

        var packed = Append(Append(Append(0, text[..designator]), number), suffix);
        route = new FlightRoute(packed << (8 * (Limits.RouteLengthMax - designator - number.Length - suffix.Length)));
        return true;
    }

    /// <summary>Reads a name in any spelling.</summary>
    /// <exception cref="FormatException">The text is not a route name.</exception>
    public static FlightRoute Parse(string text) =>
        TryParse(text, out var route) ? route : throw new FormatException($"'{text}' is not a flight route such as AR1133.");

    /// <summary>Returns whether the text, in upper case, is an airline designator.</summary>
    public static bool IsDesignator(ReadOnlySpan<char> text) =>
        text.Length is 2 or 3 && DesignatorLength(text) == text.Length && text.IndexOfAnyInRange('a', 'z') < 0;

    /// <summary>
    /// Restores a route from its <see cref="Packed"/> value, and refuses a value that no version of Airside has stored. Earlier versions
    /// also stored other spellings, and names that are not flight designators; they stay as they are.
    /// </summary>
    public static bool TryFromPacked(ulong packed, out FlightRoute route)
    {
        var valid = DesignatorLength(packed) != 0;
        route = valid ? new FlightRoute(packed) : default;
        return valid;
    }

    /// <summary>Restores a route from its stored name, as <see cref="TryFromPacked"/> does.</summary>
    public static bool TryFromStored(ReadOnlySpan<char> name, out FlightRoute route)
    {
        route = default;
        return name.Length <= Limits.RouteLengthMax
            && !name.ContainsAnyExceptInRange('0', 'Z')
            && TryFromPacked(name.IsEmpty ? 0 : Append(0, name) << (8 * (Limits.RouteLengthMax - name.Length)), out route);
    }

    /// <inheritdoc cref="TryFromStored"/>
    /// <exception cref="FormatException">No version of Airside has stored such a name.</exception>
    public static FlightRoute FromStored(string name) =>
        TryFromStored(name, out var route) ? route : throw new FormatException($"'{name}' is not the stored name of a flight route.");

    /// <summary>Returns the one name of the route, or false if it is not a flight designator. Creates nothing.</summary>
    public bool TryCanonicalize(out FlightRoute canonical)
    {
        Span<char> name = stackalloc char[Limits.RouteLengthMax];
        name = name[..Length(_packed)];
        Write(name, _packed);
        return TryParse(name, out canonical);
    }

    /// <summary>Orders by name, character by character.</summary>
    public int CompareTo(FlightRoute other) => _packed.CompareTo(other._packed);

    /// <summary>Returns the name, such as <c>AR1133</c>.</summary>
    public override string ToString() => string.Create(Length(_packed), _packed, static (characters, packed) => Write(characters, packed));

    private static void Write(Span<char> characters, ulong packed)
    {
        for (var i = 0; i < characters.Length; i++)
        {
            characters[i] = At(packed, i);
        }
    }

    /// <summary>Returns the length of the designator that the text starts with, or 0. Three letters are never two and a number.</summary>
    private static int DesignatorLength(ReadOnlySpan<char> text)
    {
        if (text.Length < 2
            || !char.IsAsciiLetterOrDigit(text[0]) || !char.IsAsciiLetterOrDigit(text[1])
            || (char.IsAsciiDigit(text[0]) && char.IsAsciiDigit(text[1])))
        {
            return 0;
        }

        var isLonger = text.Length > 2 && char.IsAsciiLetter(text[2]);
        return !isLonger ? 2 : char.IsAsciiLetter(text[0]) && char.IsAsciiLetter(text[1]) ? 3 : 0;
    }

    private static ReadOnlySpan<char> WithoutSeparator(ReadOnlySpan<char> text)
    {
        text = WithoutStart(text, ' ');
        return text is ['-', .. var rest] ? WithoutStart(rest, ' ') : text;
    }

    private static ReadOnlySpan<char> WithoutStart(ReadOnlySpan<char> text, char character)
    {
        while (!text.IsEmpty && text[0] == character)
        {
            text = text[1..];
        }

        return text;
    }

    private static ReadOnlySpan<char> WithoutEnd(ReadOnlySpan<char> text, char character)
    {
        while (!text.IsEmpty && text[^1] == character)
        {
            text = text[..^1];
        }

        return text;
    }

    private static int CountDigits(ReadOnlySpan<char> text)
    {
        var digits = 0;
        while (digits < text.Length && char.IsAsciiDigit(text[digits]))
        {
            digits++;
        }

        return digits;
    }

    /// <summary>Appends ASCII letters, in upper case, and digits.</summary>
    private static ulong Append(ulong packed, ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            packed = (packed << 8) | (char.IsAsciiLetterLower(character) ? character & 0xDFUL : character);
        }

        return packed;
    }

    private static int Length(ulong packed) => packed == 0 ? 0 : Limits.RouteLengthMax - (BitOperations.TrailingZeroCount(packed) / 8);

    private static char At(ulong packed, int index) => (char)(byte)(packed >> (8 * (Limits.RouteLengthMax - 1 - index)));

    /// <summary>
    /// Returns the length of the designator, or 0 if no version has stored the bytes as a name: two or three letters or digits, one to four
    /// digits, an optional letter; with the shorter designator where both fit.
    /// </summary>
    private static int DesignatorLength(ulong packed)
    {
        var length = Length(packed);
        if (length < 3 || !IsUpperOrDigit(At(packed, 0)) || !IsUpperOrDigit(At(packed, 1)))
        {
            return 0;
        }

        if (IsNumber(packed, 2, length))
        {
            return 2;
        }

        return IsUpperOrDigit(At(packed, 2)) && IsNumber(packed, 3, length) ? 3 : 0;
    }

    /// <summary>Returns whether the characters from <paramref name="start"/> on are one to four digits and an optional letter.</summary>
    private static bool IsNumber(ulong packed, int start, int length)
    {
        var end = start;
        while (end < length && char.IsAsciiDigit(At(packed, end)))
        {
            end++;
        }

        var hasSuffix = end < length && char.IsAsciiLetterUpper(At(packed, end));
        return end - start is >= 1 and <= Limits.FlightNumberDigitsMax && (hasSuffix ? end + 1 : end) == length;
    }

    private static bool IsUpperOrDigit(char character) => char.IsAsciiLetterUpper(character) || char.IsAsciiDigit(character);
}
