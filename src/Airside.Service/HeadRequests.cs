namespace Airside.Service;

/// <summary>Answers HEAD wherever there is a GET (RFC 9110, section 9.3.2).</summary>
internal static class HeadRequests
{
    private static readonly object Mark = new();

    /// <summary>Whether a request is a HEAD in truth, for answers that would not end by themselves.</summary>
    public static bool IsHead(HttpContext context) => context.Items.ContainsKey(Mark);

    /// <summary>Takes HEAD for GET; the server itself keeps the body back, by what stood in the request.</summary>
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
