using System.Globalization;

namespace Airside.Stores.Embedded.Disk;

/// <summary>File names that differ only by a number of 19 digits, so they sort by number.</summary>
internal sealed class NumberedFileName(string prefix, string suffix)
{
    private const int Digits = 19;

    public string NameOf(long number) => $"{prefix}{number:d19}{suffix}";

    public bool TryParse(string name, out long number)
    {
        number = 0;
        return name.Length == prefix.Length + Digits + suffix.Length
            && name.StartsWith(prefix, StringComparison.Ordinal)
            && name.EndsWith(suffix, StringComparison.Ordinal)
            && long.TryParse(name.AsSpan(prefix.Length, Digits), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
