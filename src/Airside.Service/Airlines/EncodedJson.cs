using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;

namespace Airside.Service.Airlines;

/// <summary>A JSON response encoded in advance, with its ETag. Returns 304 without a body if the client already has it.</summary>
internal sealed class EncodedJson(ReadOnlyMemory<byte> body, string etag, string? contentEncoding = null)
    : IResult, IEndpointMetadataProvider
{
    private const string ContentType = "application/json; charset=utf-8";

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        var headers = response.Headers;
        headers.ETag = etag;
        headers.CacheControl = "no-cache"; // A cache may keep it and must ask each time whether it is current.
        headers.Vary = HeaderNames.AcceptEncoding;

        if (ClientHas(httpContext.Request.Headers.IfNoneMatch))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        response.ContentType = ContentType;
        response.ContentLength = body.Length;
        if (contentEncoding is not null)
        {
            headers.ContentEncoding = contentEncoding;
        }

        // No token: the server reports a disconnected client, and monitoring a token slows every block sent.
        return response.Body.WriteAsync(body, CancellationToken.None).AsTask();
    }

    /// <summary>Adds nothing: the endpoint declares its response types itself.</summary>
    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder)
    {
    }

    private bool ClientHas(IList<string?> ifNoneMatch)
    {
        if (ifNoneMatch.Count == 0 || !EntityTagHeaderValue.TryParseList([.. ifNoneMatch.OfType<string>()], out var tags))
        {
            return false;
        }

        // If-None-Match compares weakly (RFC 9110, section 13.1.2).
        var own = new EntityTagHeaderValue(etag);
        return tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(own, useStrongComparison: false));
    }
}
