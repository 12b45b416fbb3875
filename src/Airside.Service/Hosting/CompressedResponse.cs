using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;

namespace Airside.Service.Hosting;

/// <summary>Text in the best of the given encodings that the client accepts.</summary>
internal sealed class CompressedResponse(string contentType, byte[] plain, byte[] brotli, byte[] gzip) : IResult, IEndpointMetadataProvider
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        var accepted = AcceptedEncodings.From(httpContext.Request.Headers.AcceptEncoding);
        var (body, contentEncoding) = accepted switch
        {
            (Brotli: true, _) => (brotli, "br"),
            (_, Gzip: true) => (gzip, "gzip"),
            _ => (plain, null),
        };
        response.Headers.Append(HeaderNames.Vary, HeaderNames.AcceptEncoding);
        response.ContentType = contentType;
        response.ContentLength = body.Length;
        if (contentEncoding is not null)
        {
            response.Headers.ContentEncoding = contentEncoding;
        }

        return response.Body.WriteAsync(body).AsTask();
    }

    /// <summary>Adds nothing: this response is not part of the described API.</summary>
    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder)
    {
    }
}
