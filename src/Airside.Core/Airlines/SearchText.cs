using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Airside.Core.Airlines;

/// <summary>Text as a search compares it: without case and accents.</summary>
/// <remarks>The service runs without the tables of ICU, so the letters are listed here.</remarks>
public static class SearchText
{
    /// <summary>Letters in uppercase, each followed by those that differ from it by an accent only.</summary>
    private static readonly string[] Accented =
    [
        "AÀÁÂÃÄÅĀĂĄǍǞǠǺȀȂȦḀẠẢẤẦẨẪẬẮẰẲẴẶ",
        "BḂḄḆ",
        "CÇĆĈĊČḈ",
        "DĎḊḌḎḐḒĐÐ",
        "EÈÉÊËĒĔĖĘĚȄȆȨḔḖḘḚḜẸẺẼẾỀỂỄỆ",
        "FḞ",
        "GĜĞĠĢǦǴḠ",
        "HĤȞḢḤḦḨḪĦ",
        "IÌÍÎÏĨĪĬĮİǏȈȊḬḮỈỊı",
        "JĴ",
        "KĶǨḰḲḴ",
        "LĹĻĽḶḸḺḼŁĿ",
        "MḾṀṂ",
        "NÑŃŅŇǸṄṆṈṊ",
        "OÒÓÔÕÖŌŎŐƠǑǪǬȌȎȪȬȮȰṌṎṐṒỌỎỐỒỔỖỘỚỜỞỠỢØ",
        "PṔṖ",
        "RŔŖŘȐȒṘṚṜṞ",
        "SŚŜŞŠȘṠṢṤṦṨ",
        "TŢŤȚṪṬṮṰŦ",
        "UÙÚÛÜŨŪŬŮŰŲƯǓǕǗǙǛȔȖṲṴṶṸṺỤỦỨỪỬỮỰ",
        "VṼṾ",
        "WŴẀẂẄẆẈ",
        "XẊẌ",
        "YÝŶŸȲẎỲỴỶỸ",
        "ZŹŻŽẐẒẔ",
        "ΑΆ",
        "ΕΈ",
        "ΗΉ",
        "ΙΊΪ",
        "ΟΌ",
        "ΥΎΫ",
        "ΩΏ",
        "ЕЁ",
    ];

    private static readonly FrozenDictionary<char, string> Plain = Accented
        .SelectMany(letters => letters.Skip(1).Select(accented => (accented, Plain: letters[..1])))
        .Concat([('Æ', "AE"), ('Œ', "OE"), ('ß', "SS"), ('ẞ', "SS"), ('Þ', "TH"), ('Ĳ', "IJ"), ('’', "'"), ('‘', "'"), ('\u00a0', " ")])
        .ToFrozenDictionary(pair => pair.Item1, pair => pair.Item2);

    /// <summary>Returns the text in uppercase without accents.</summary>
    public static string Fold(string text)
    {
        var upper = text.ToUpperInvariant();
        if (Ascii.IsValid(upper))
        {
            return upper;
        }

        var folded = new StringBuilder(upper.Length);
        foreach (var character in upper)
        {
            if (Plain.TryGetValue(character, out var plain))
            {
                folded.Append(plain);
            }
            else if (char.GetUnicodeCategory(character) != UnicodeCategory.NonSpacingMark)
            {
                folded.Append(character);
            }
        }

        return folded.ToString();
    }
}
