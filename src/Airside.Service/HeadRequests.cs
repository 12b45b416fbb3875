namespace Airside.Service;

/// <summary>Answers HEAD wherever there is a GET (RFC 9110, section 9.3.2).</summary>
internal static class HeadRequests
{
    /// <summary>Takes HEAD for GET; the server itself keeps the body back, by what stood in the request.</summary>
    public static void UseHeadRequests(this WebApplication app) => app.Use((context, next) =>
    {
        if (HttpMethods.IsHead(context.Request.Method))
        {
            context.Request.Method = HttpMethods.Get;
        }

        return next(context);
    });
}
