using Microsoft.Net.Http.Headers;

namespace Airside.Service.Hosting;

/// <summary>Reads the header <c>Accept-Encoding</c> (RFC 9110, section 12.5.3).</summary>
internal static class AcceptedEncodings
{
    public static (bool Brotli, bool Gzip) From(string? acceptEncoding)
    {
        if (string.IsNullOrEmpty(acceptEncoding)
            || !StringWithQualityHeaderValue.TryParseList([acceptEncoding], out var encodings))
        {
            return (false, false);
        }

        return (Accepts(encodings, "br"), Accepts(encodings, "gzip"));
    }

    private static bool Accepts(IList<StringWithQualityHeaderValue> encodings, string name)
    {
        bool? any = null;
        foreach (var encoding in encodings)
        {
            if (encoding.Value.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return encoding.Quality is null or > 0;
            }

            if (encoding.Value.Equals("*", StringComparison.Ordinal))
            {
                any = encoding.Quality is null or > 0;
            }
        }

        return any ?? false;
    }
}
