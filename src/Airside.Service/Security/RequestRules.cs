using System.Net;
using System.Text;
using System.Text.Unicode;
using Airside.Core;
using Airside.Service.Configuration;
using Airside.Service.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Airside.Service.Security;

/// <summary>Rules that apply to every request, from any client.</summary>
internal static class RequestRules
{
    private const string TransactionKeyHeader = "Idempotency-Key";

    private static readonly IList<StringSegment> LocalNames = ["localhost", "*.localhost"];

    /// <summary>
    /// Refuses requests with headers that are not ASCII or for a foreign host name, changes requested by another site's page, and
    /// compressed bodies.
    /// </summary>
    public static void UseRequestRules(this WebApplication app, SecurityOptions options)
    {
        StringSegment[] allowed = [.. options.AllowedHosts.Select(host => new StringSegment(host))];
        app.Use((context, next) =>
            Refusal(context, options, allowed) is { } problem ? problem.ExecuteAsync(context) : next(context));
    }

    private static ProblemHttpResult? Refusal(HttpContext context, SecurityOptions options, StringSegment[] allowed)
    {
        var request = context.Request;
        foreach (var (name, values) in request.Headers)
        {
            foreach (var value in values)
            {
                // Cookies are of other services under the same name; this one reads none.
                if (!Ascii.IsValid(value) && !name.Equals(HeaderNames.Cookie, StringComparison.OrdinalIgnoreCase))
                {
                    return NotAscii(name, value!);
                }
            }
        }

        if (!IsAllowed(request.Host, options, allowed) && !IsForEveryone(context))
        {
            return Problems.BadRequest(
                "host-not-allowed",
                $"The host name '{DisplayText.Shorten(request.Host.Host)}' is not allowed. Airside:Security:AllowedHosts is "
                + $"'{string.Join(',', options.AllowedHosts)}'"
                + (options.IsLocal ? "; without keys, only names of this machine are allowed." : "."));
        }

        // Reading changes nothing, and no other site's page can see the response.
        if (HttpMethods.IsGet(request.Method))
        {
            return null;
        }

        if (IsFromAnotherSite(request) && !options.CorsOrigins.Contains(request.Headers.Origin.ToString()))
        {
            return Problems.Problem(
                StatusCodes.Status403Forbidden,
                "cross-site-request",
                "A web page of another site requested this change (see Sec-Fetch-Site or Origin). Nothing was done. Send it from a "
                + "program, or from a page of this service.");
        }

        if (request.Headers.ContentEncoding is { Count: > 0 } encodings && !StringValues.Equals(encodings, "identity"))
        {
            context.Response.Headers.AcceptEncoding = "identity";
            return Problems.Problem(
                StatusCodes.Status415UnsupportedMediaType,
                "compressed-body",
                $"The body is encoded as '{DisplayText.Shorten(encodings.ToString())}'; bodies must not be encoded, so a small one cannot "
                + "expand into a huge one. Send it as it is, without Content-Encoding.");
        }

        return null;
    }

    private static ProblemHttpResult NotAscii(string name, string value)
    {
        // Read as UTF-8, if it is, to show the character that the client meant.
        var bytes = Encoding.Latin1.GetBytes(value);
        var text = Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : value;
        var character = text.EnumerateRunes().First(rune => !rune.IsAscii);
        var isKey = name.Equals(TransactionKeyHeader, StringComparison.OrdinalIgnoreCase);
        return Problems.BadRequest(
            isKey ? "invalid-key" : "header-not-ascii",
            $"The header {DisplayText.Shorten(name)} contains the character U+{character.Value:X4}; headers are ASCII. Nothing was done. "
            + (isKey
                ? "Send such a key in JSON, with POST /api/v1/transactions."
                : "Leave the header out, or encode the character, for example by percent-encoding."));
    }

    /// <summary>
    /// Whether the host name in the request belongs to the service. A web page can make its own name resolve to this machine (DNS
    /// rebinding) and so read and write here. It cannot make a browser send a name other than its own, and an address is not a name.
    /// </summary>
    private static bool IsAllowed(HostString host, SecurityOptions options, StringSegment[] allowed)
    {
        if (!host.HasValue || (allowed.Length == 0 && !options.IsLocal))
        {
            return true;
        }

        var name = host.Host;
        return allowed.Length > 0
            ? HostString.MatchesAny(name, allowed)
            : IPAddress.TryParse(name, out _) || HostString.MatchesAny(name, LocalNames);
    }

    private static bool IsForEveryone(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<RequiredScope>() is { Scope: null };

    /// <summary>
    /// Whether a browser reports that another site's page made it send the request. Browsers without Sec-Fetch-Site send the page's
    /// origin with every such request; other clients send neither.
    /// </summary>
    private static bool IsFromAnotherSite(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"] is { Count: > 0 } site)
        {
            return site != "same-origin" && site != "none";
        }

        return request.Headers.Origin is { Count: > 0 } origin
            && !(Uri.TryCreate(origin, UriKind.Absolute, out var page)
                && string.Equals(page.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase));
    }
}
