using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;

namespace Airside.Service.Airlines;

/// <summary>An answer of JSON that was encoded before, with its ETag; 304 without a body when the client has it already.</summary>
internal sealed class EncodedJson(
    ReadOnlyMemory<byte> body, string etag, string? contentEncoding = null, bool variesByEncoding = false)
    : IResult, IEndpointMetadataProvider
{
    private const string ContentType = "application/json; charset=utf-8";

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        var headers = response.Headers;
        headers.ETag = etag;
        headers.CacheControl = "no-cache";
        if (variesByEncoding)
        {
            headers.Vary = HeaderNames.AcceptEncoding;
        }

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

        // Without a token: when the client has gone the server says so, and watching a token slows each block that is sent.
        return response.Body.WriteAsync(body, CancellationToken.None).AsTask();
    }

    /// <summary>The endpoint declares its answers itself, with their types.</summary>
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
