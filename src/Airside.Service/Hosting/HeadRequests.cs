namespace Airside.Service.Hosting;

/// <summary>Serves HEAD for every endpoint that serves GET (RFC 9110, section 9.3.2).</summary>
internal static class HeadRequests
{
    private static readonly object Mark = new();

    /// <summary>Whether a request is actually a HEAD, for responses that would never end.</summary>
    public static bool IsHead(HttpContext context) => context.Items.ContainsKey(Mark);

    /// <summary>Treats HEAD as GET. The server itself omits the body, because it knows the original method.</summary>
    public static void UseHeadRequests(this WebApplication app) => app.Use((context, next) =>
    {
        if (HttpMethods.IsHead(context.Request.Method))
        {
            context.Request.Method = HttpMethods.Get;
            context.Items[Mark] = null;
        }

        return next(context);
    });
}
