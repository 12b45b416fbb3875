using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace Airside.Core.Transactions;

/// <summary>
/// What a transaction is counted for, named by a flight number such as <c>AR1133</c>: an airline designator of two or three
/// characters, one to four digits and an optional letter.
/// </summary>
/// <remarks>
/// At most eight ASCII characters, so one 64-bit number holds the whole name, first character highest. Comparing the
/// numbers compares the names.
/// </remarks>
public readonly record struct FlightRoute : IComparable<FlightRoute>
{
    /// <summary>The form of a name as a regular expression.</summary>
    public const string Pattern = "^[A-Z0-9]{2,3}[0-9]{1,4}[A-Z]?$";

    private readonly ulong _packed;

    private FlightRoute(ulong packed) => _packed = packed;

    /// <summary>Airline designator: two characters (IATA), or three (ICAO) if the name cannot be read with two.</summary>
    public string Designator => ToString()[..DesignatorLength(_packed)];

    /// <summary>The designator as the first bytes of <see cref="Packed"/>, the others zero. Creates no text.</summary>
    public ulong PackedDesignator => _packed & ~(ulong.MaxValue >> (8 * DesignatorLength(_packed)));

    /// <summary>Whether this is the default value, which names no route.</summary>
    public bool IsDefault => _packed == 0;

    /// <summary>The name as eight ASCII bytes, first character highest, padded with zeros. Stores use it as a fixed-size key.</summary>
    public ulong Packed => _packed;

    /// <summary>Reads a name; lowercase letters become uppercase.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out FlightRoute route) => TryParse(text.AsSpan(), out route);

    /// <inheritdoc cref="TryParse(string?, out FlightRoute)"/>
    public static bool TryParse(ReadOnlySpan<char> text, out FlightRoute route)
    {
        route = default;
        if (text.Length is < 3 or > Limits.RouteLengthMax)
        {
            return false;
        }

        ulong packed = 0;
        foreach (var character in text)
        {
            if (!char.IsAsciiLetterOrDigit(character))
            {
                return false;
            }

            packed = (packed << 8) | char.ToUpperInvariant(character);
        }

        return TryFromPacked(packed << (8 * (Limits.RouteLengthMax - text.Length)), out route);
    }

    /// <summary>Reads a name; lowercase letters become uppercase.</summary>
    /// <exception cref="FormatException">The text is not a route name.</exception>
    public static FlightRoute Parse(string text) =>
        TryParse(text, out var route) ? route : throw new FormatException($"'{text}' is not a flight route such as AR1133.");

    /// <summary>Restores a route from its <see cref="Packed"/> value, and refuses a value that names no route.</summary>
    public static bool TryFromPacked(ulong packed, out FlightRoute route)
    {
        var valid = DesignatorLength(packed) != 0;
        route = valid ? new FlightRoute(packed) : default;
        return valid;
    }

    /// <summary>Orders by name, character by character.</summary>
    public int CompareTo(FlightRoute other) => _packed.CompareTo(other._packed);

    /// <summary>Returns the name, such as <c>AR1133</c>.</summary>
    public override string ToString() => string.Create(Length(_packed), _packed, static (characters, packed) =>
    {
        for (var i = 0; i < characters.Length; i++)
        {
            characters[i] = At(packed, i);
        }
    });

    private static int Length(ulong packed) => Limits.RouteLengthMax - (BitOperations.TrailingZeroCount(packed) / 8);

    private static char At(ulong packed, int index) => (char)(byte)(packed >> (8 * (Limits.RouteLengthMax - 1 - index)));

    /// <summary>Returns the length of the designator, or 0 if the bytes are not a valid name.</summary>
    private static int DesignatorLength(ulong packed)
    {
        var length = packed == 0 ? 0 : Length(packed);
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
        return end - start is >= 1 and <= 4 && (hasSuffix ? end + 1 : end) == length;
    }

    private static bool IsUpperOrDigit(char character) => char.IsAsciiLetterUpper(character) || char.IsAsciiDigit(character);
}
