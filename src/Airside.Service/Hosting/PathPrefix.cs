using Airside.Core;
using Airside.Service.Configuration;

namespace Airside.Service.Hosting;

/// <summary>
/// The path below which clients reach the service, for proxies that serve several services at one address. It comes from the setting, or
/// from the <c>X-Forwarded-Prefix</c> of a trusted proxy, and every address in a response begins with it.
/// </summary>
internal static class PathPrefix
{
    /// <summary>Applies the setting. What a proxy says, which is applied already, takes precedence.</summary>
    /// <param name="app">The service.</param>
    /// <param name="setting">The prefix of the setting; empty for none.</param>
    public static void UsePathPrefix(this WebApplication app, string setting) => app.Use((context, next) =>
    {
        var request = context.Request;
        if (request.PathBase.Value is { Length: > 0 } forwarded)
        {
            request.PathBase = forwarded.TrimEnd('/');
            if (request.PathBase.HasValue && !AirsideOptions.IsPath(request.PathBase.Value!))
            {
                // A page with it could lead to another host, as in //example.com.
                request.PathBase = default;
                return Problems.BadRequest(
                    "invalid-prefix",
                    $"X-Forwarded-Prefix is '{DisplayText.Shorten(forwarded)}'; it must be a path such as /airside. The proxy in front of "
                    + "the service must set or remove this header.").ExecuteAsync(context);
            }
        }

        if (setting.Length > 0)
        {
            // A proxy may or may not have removed the prefix, and probes do not have it.
            if (request.Path.StartsWithSegments(setting, StringComparison.Ordinal, out var rest))
            {
                request.Path = rest.HasValue ? rest : "/";
            }

            if (!request.PathBase.HasValue)
            {
                request.PathBase = setting;
            }
        }

        return next(context);
    });
}
