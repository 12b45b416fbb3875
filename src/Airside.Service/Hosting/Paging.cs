using System.Globalization;
using System.Text;
using Airside.Core;
using Microsoft.AspNetCore.WebUtilities;

namespace Airside.Service.Hosting;

/// <summary>Page sizes and cursors. A cursor names the last item of a page and is opaque to clients.</summary>
internal static class Paging
{
    /// <summary>The error for a cursor that this service did not issue.</summary>
    public const string BadCursor = "The parameter 'cursor' is not a 'nextCursor' of this list. Start without it.";

    /// <summary>Reads the parameter <c>limit</c>; keeps an earlier error.</summary>
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

        error ??= $"The parameter 'limit' is '{DisplayText.Shorten(limit)}'; it must be a whole number from 1 to {Limits.PageSizeMax}.";
        return Limits.PageSizeDefault;
    }

    public static string Cursor(char list, string position) => WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(list + position));

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
