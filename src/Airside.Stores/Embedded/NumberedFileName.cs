using System.Globalization;

namespace Airside.Stores.Embedded;

/// <summary>Names that differ by a number only, always of 19 digits, so that they sort as the numbers do.</summary>
internal sealed class NumberedFileName(string prefix, string suffix)
{
    private const int Digits = 19;

    /// <summary>The name with a number.</summary>
    public string Of(long number) => $"{prefix}{number:d19}{suffix}";

    /// <summary>Whether a name is one of these, and its number.</summary>
    public bool TryParse(string name, out long number)
    {
        number = 0;
        return name.Length == prefix.Length + Digits + suffix.Length
            && name.StartsWith(prefix, StringComparison.Ordinal)
            && name.EndsWith(suffix, StringComparison.Ordinal)
            && long.TryParse(name.AsSpan(prefix.Length, Digits), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
