using System.Globalization;
using System.Text;
using Airside.Core;
using Microsoft.AspNetCore.WebUtilities;

namespace Airside.Service;

/// <summary>Page sizes and cursors. A cursor names the last item of a page; clients pass it on and do not look inside.</summary>
internal static class Paging
{
    /// <summary>Said of a cursor that this service did not give.</summary>
    public const string BadCursor = "The parameter 'cursor' is not one that this list has given as 'nextCursor'.";

    /// <summary>Reads the parameter <c>limit</c>; keeps an error that was found before.</summary>
    public static int ReadLimit(string? limit, ref string? error)
    {
        if (string.IsNullOrEmpty(limit))
        {
            return Limits.PageSizeDefault;
        }

        if (int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            && size is >= 1 and <= Limits.PageSizeMax)
        {
            return size;
        }

        error ??= $"The parameter 'limit' is '{Shown.Text(limit)}'; it must be a whole number from 1 to {Limits.PageSizeMax}.";
        return Limits.PageSizeDefault;
    }

    /// <summary>Makes a cursor of a list.</summary>
    public static string Cursor(char list, string position) => WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(list + position));

    /// <summary>Reads a cursor of a list.</summary>
    public static bool TryReadCursor(string cursor, char list, out string position)
    {
        position = "";
        try
        {
            var text = cursor.Length <= 64 ? Encoding.UTF8.GetString(WebEncoders.Base64UrlDecode(cursor)) : "";
            if (text.Length == 0 || text[0] != list)
            {
                return false;
            }

            position = text[1..];
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}

/// <summary>Shows text of clients and settings in a message.</summary>
internal static class Shown
{
    private const int LengthMax = 60;

    /// <summary>
    /// A URL without what in it may be a secret: name and password, and a query, which can be a signature. Any other text as it is.
    /// </summary>
    public static string WithoutSecrets(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.IsFile || (url.UserInfo.Length == 0 && url.Query.Length == 0))
        {
            return text;
        }

        var place = url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
        return url.Query.Length == 0 ? place : $"{place}?(not shown)";
    }

    /// <summary>The text, unless it may be a secret.</summary>
    public static string Unless(bool isSecret, string text) => isSecret ? "(not shown)" : text;

    /// <summary>The text, cut where it is long, with control characters replaced.</summary>
    public static string Text(string text) => string.Concat(
        text.Take(LengthMax).Select(character => char.IsControl(character) || char.IsSurrogate(character) ? '\ufffd' : character))
        + (text.Length > LengthMax ? "…" : "");
}
