using System.Collections.Frozen;
using System.Globalization;
using Airside.Core;

namespace Airside.Service.Configuration;

/// <summary>The setting that assigns shared designators to airlines.</summary>
internal static class DesignatorAssignments
{
    public const string SettingKey = "Airside:Airlines:Designators";

    /// <summary>Reads the assignments by designator in uppercase, and adds an error for each that is not valid.</summary>
    public static FrozenDictionary<string, int> Read(SettingReader reader)
    {
        var assigned = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (name, value) in reader.Entries(SettingKey))
        {
            var designator = name.ToUpperInvariant();
            var shown = $"{SettingKey} is '{DisplayText.Shorten(value.Length == 0 ? name : $"{name}={value}")}'";
            if (!IsDesignator(designator))
            {
                reader.Refuse(
                    $"{shown}; the part before '=' must be a designator: two letters or digits, at least one of them a letter, or "
                    + "three letters.");
            }
            else if (!int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id))
            {
                reader.Refuse($"{shown}; the part after '=' must be the id of an airline, such as LA=3200.");
            }
            else if (!assigned.TryAdd(designator, id))
            {
                reader.Refuse($"{shown}, but {designator} is already assigned to {assigned[designator]}; a designator has one airline.");
            }
        }

        return assigned.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static bool IsDesignator(string text) => text.Length switch
    {
        2 => text.All(char.IsAsciiLetterOrDigit) && text.Any(char.IsAsciiLetter),
        3 => text.All(char.IsAsciiLetter),
        _ => false,
    };
}
