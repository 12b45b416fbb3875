using System.Globalization;

namespace Airside.Core.Airlines;

/// <summary>Recognizes a first row that names columns instead of describing an airline.</summary>
internal static class HeaderRow
{
    private const string Subject = "airline";

    /// <summary>The names of each column, in lowercase letters, without <c>airline</c> in front.</summary>
    private static readonly string[][] Names =
    [
        ["id", "openflightsid"],
        ["name", "airline"],
        ["alias", "aliases", "othername"],
        ["iata", "iatacode", "iatadesignator"],
        ["icao", "icaocode", "icaodesignator"],
        ["callsign", "radiocallsign"],
        ["country", "countryname", "countryorterritory", "countryterritory", "countryorregion", "countryregion", "territory"],
        ["active", "isactive"],
    ];

    /// <summary>What may stand in the column <c>active</c> of a wrong row, so that it is not taken for a header.</summary>
    private static readonly string[] Flags = ["y", "n", "yes", "no", "true", "false"];

    /// <summary>Returns whether the row names the columns of an airline file, in order.</summary>
    public static bool NamesColumns(IReadOnlyList<string> fields) =>
        fields.Count == Names.Length
        && fields.Index().All(field => Names[field.Index].Contains(NameOf(field.Item), StringComparer.Ordinal));

    /// <summary>
    /// Returns whether the row is a header, of whatever columns: it has no id, and names at least two columns of an airline file, or has as
    /// many fields and all of them are different words.
    /// </summary>
    public static bool IsHeader(IReadOnlyList<string> fields)
    {
        if (int.TryParse(fields[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
        {
            return false;
        }

        var words = fields.Select(NameOf).ToArray();
        return words.Count(word => Array.Exists(Names, names => names.Contains(word, StringComparer.Ordinal))) > 1
            || (words.Length == Names.Length
                && fields.All(IsWord)
                && words.Distinct(StringComparer.Ordinal).Count() == words.Length
                && !Flags.Contains(words[^1], StringComparer.Ordinal));
    }

    private static bool IsWord(string field) =>
        field.Length > 0 && char.IsLetter(field[0])
        && field.All(character => char.IsLetterOrDigit(character) || " _-./()".Contains(character, StringComparison.Ordinal));

    /// <summary>Returns the letters of a field in lowercase, without <c>airline</c> in front if something remains.</summary>
    private static string NameOf(string field)
    {
        var letters = string.Concat(field.Where(char.IsLetter).Select(char.ToLowerInvariant));
        return letters.Length > Subject.Length && letters.StartsWith(Subject, StringComparison.Ordinal)
            ? letters[Subject.Length..]
            : letters;
    }
}
