namespace Airside.Core;

/// <summary>Prepares text from clients and settings for display in a message.</summary>
public static class DisplayText
{
    /// <summary>
    /// Returns a URL without possible secrets: user name and password, and the query, which can be a signature. Returns any other text
    /// unchanged.
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

    /// <summary>Returns the text, unless it may be a secret.</summary>
    public static string Unless(bool isSecret, string text) => isSecret ? "(not shown)" : text;

    /// <summary>Returns the text, shortened if it is long, with control characters replaced.</summary>
    public static string Shorten(string text) => string.Concat(
        text.Take(Limits.DisplayTextLengthMax)
            .Select(character => char.IsControl(character) || char.IsSurrogate(character) ? '\ufffd' : character))
        + (text.Length > Limits.DisplayTextLengthMax ? "…" : "");
}
