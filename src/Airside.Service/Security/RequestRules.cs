using System.Net;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Primitives;

namespace Airside.Service.Security;

/// <summary>What no request may do, whoever sends it.</summary>
internal static class RequestRules
{
    private static readonly IList<StringSegment> LocalNames = ["localhost", "*.localhost"];

    /// <summary>Refuses requests under a foreign name, changes that another web page asks for, and compressed bodies.</summary>
    public static void UseRequestRules(this WebApplication app, SecurityOptions options)
    {
        StringSegment[] allowed = [.. options.AllowedHosts.Select(host => new StringSegment(host))];
        app.Use((context, next) =>
            Refusal(context, options, allowed) is { } problem ? problem.ExecuteAsync(context) : next(context));
    }

    private static ProblemHttpResult? Refusal(HttpContext context, SecurityOptions options, StringSegment[] allowed)
    {
        var request = context.Request;
        if (!IsAllowed(request.Host, options, allowed) && !IsForEveryone(context))
        {
            return Problems.BadRequest(
                "host-not-allowed",
                $"The service is not known as '{Shown.Text(request.Host.Host)}'. Airside:Security:AllowedHosts is "
                + $"'{string.Join(',', options.AllowedHosts)}'"
                + (options.IsLocal ? "; without keys only names of this machine are allowed." : "."));
        }

        // Reading changes nothing, and no other page gets to see an answer.
        if (HttpMethods.IsGet(request.Method))
        {
            return null;
        }

        if (IsFromAnotherSite(request))
        {
            return Problems.Problem(
                StatusCodes.Status403Forbidden,
                "cross-site-request",
                "A web page of another site asks for this change (Sec-Fetch-Site or Origin says so); nothing was done.");
        }

        if (request.Headers.ContentEncoding is { Count: > 0 } encodings && !StringValues.Equals(encodings, "identity"))
        {
            context.Response.Headers.AcceptEncoding = "identity";
            return Problems.Problem(
                StatusCodes.Status415UnsupportedMediaType,
                "compressed-body",
                $"The body is encoded as '{Shown.Text(encodings.ToString())}'; bodies are taken only as they are, so that a small one "
                + "cannot become a huge one.");
        }

        return null;
    }

    /// <summary>
    /// Whether the name in the request is one of the service. A web page can make its own name mean this machine (DNS rebinding)
    /// and so read and write here; it cannot make a browser send another name than its own, and an address is no name.
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
    /// Whether a browser says that the page of another site made it send the request. Browsers that do not know Sec-Fetch-Site send
    /// the origin of the page with every such request; other clients send neither.
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
