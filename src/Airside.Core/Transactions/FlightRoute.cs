using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace Airside.Core.Transactions;

/// <summary>
/// What a transaction is counted for, named by a flight number such as <c>AR1133</c>: an airline designator of two or three
/// characters, one to four digits and an optional letter.
/// </summary>
/// <remarks>
/// At most eight ASCII characters, so the whole name is held in one 64-bit number, first character highest. Comparing the
/// numbers compares the names.
/// </remarks>
public readonly record struct FlightRoute : IComparable<FlightRoute>
{
    /// <summary>Longest name, in characters.</summary>
    public const int LengthMax = 8;

    /// <summary>The form of a name, as a regular expression.</summary>
    public const string Pattern = "^[A-Z0-9]{2,3}[0-9]{1,4}[A-Z]?$";

    private readonly ulong _packed;

    private FlightRoute(ulong packed) => _packed = packed;

    /// <summary>Airline designator: two characters (IATA), or three (ICAO) where the name cannot be read with two.</summary>
    public string Designator => ToString()[..DesignatorLength(_packed)];

    /// <summary>Whether this is the default value, which names no route.</summary>
    public bool IsDefault => _packed == 0;

    /// <summary>The name as eight ASCII bytes, first character highest, padded with zero. Used by stores as a fixed-size key.</summary>
    public ulong Packed => _packed;

    /// <summary>Reads a name; lower-case letters are taken as upper-case.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out FlightRoute route) => TryParse(text.AsSpan(), out route);

    /// <inheritdoc cref="TryParse(string?, out FlightRoute)"/>
    public static bool TryParse(ReadOnlySpan<char> text, out FlightRoute route)
    {
        route = default;
        if (text.Length is < 3 or > LengthMax)
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

        return TryFromPacked(packed << (8 * (LengthMax - text.Length)), out route);
    }

    /// <summary>Reads a name; lower-case letters are taken as upper-case.</summary>
    /// <exception cref="FormatException">The text is not the name of a route.</exception>
    public static FlightRoute Parse(string text) =>
        TryParse(text, out var route) ? route : throw new FormatException($"'{text}' is not a flight route such as AR1133.");

    /// <summary>Takes back what <see cref="Packed"/> gave, and refuses what it cannot have given.</summary>
    public static bool TryFromPacked(ulong packed, out FlightRoute route)
    {
        var valid = DesignatorLength(packed) != 0;
        route = valid ? new FlightRoute(packed) : default;
        return valid;
    }

    /// <summary>Orders by name, character by character.</summary>
    public int CompareTo(FlightRoute other) => _packed.CompareTo(other._packed);

    /// <summary>The name, such as <c>AR1133</c>.</summary>
    public override string ToString() => string.Create(Length(_packed), _packed, static (characters, packed) =>
    {
        for (var i = 0; i < characters.Length; i++)
        {
            characters[i] = At(packed, i);
        }
    });

    private static int Length(ulong packed) => LengthMax - (BitOperations.TrailingZeroCount(packed) / 8);

    private static char At(ulong packed, int index) => (char)(byte)(packed >> (8 * (LengthMax - 1 - index)));

    /// <summary>Length of the designator, or 0 when the bytes are not a valid name.</summary>
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

    /// <summary>Whether the characters from <paramref name="start"/> on are one to four digits and an optional letter.</summary>
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
