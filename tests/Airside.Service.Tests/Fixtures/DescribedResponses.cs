using System.Net;
using System.Text.Json;

namespace Airside.Service.Tests.Fixtures;

/// <summary>
/// Checks every response that a test client receives against the committed OpenAPI document: its status, its media type and its JSON.
/// Addresses that the document does not describe, such as pages, are not checked.
/// </summary>
internal sealed class DescribedResponses(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private static readonly JsonElement Document =
        JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(Repository.PathOf("docs/api/openapi.json")));

    /// <summary>What the server sends without a body before it knows the operation, and the redirect to TLS.</summary>
    private static readonly int[] BeforeAnyOperation = [308, 400, 408, 414, 431];

    private static readonly SchemaCheck Check = new(Document);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if (Find(request) is { } operation)
        {
            var faults = await FaultsAsync(operation, response);
            Assert.True(faults.Length == 0, $"{request.Method} {request.RequestUri}: {string.Join("; ", faults)}");
        }

        return response;
    }

    private static JsonElement? Find(HttpRequestMessage request)
    {
        var method = request.Method == HttpMethod.Head ? "get" : request.Method.Method.ToLowerInvariant();
        var path = request.RequestUri!.AbsolutePath.TrimEnd('/').Split('/');
        return Document.GetProperty("paths").EnumerateObject()
            .Where(template => Fits(template.Name.Split('/'), path))
            .OrderBy(template => template.Name.Count(character => character == '{'))
            .Select(template => template.Value.TryGetProperty(method, out var operation) ? operation : (JsonElement?)null)
            .FirstOrDefault();
    }

    private static bool Fits(string[] template, string[] path) => template.Length == path.Length
        && template.Zip(path).All(pair => pair.First.StartsWith('{') ? pair.Second.Length > 0 : pair.First == pair.Second);

    private static async Task<string[]> FaultsAsync(JsonElement operation, HttpResponseMessage response)
    {
        var status = $"{(int)response.StatusCode}";
        var type = response.Content.Headers.ContentType?.MediaType;
        if (type is null && BeforeAnyOperation.Contains((int)response.StatusCode))
        {
            return [];
        }

        if (!operation.GetProperty("responses").TryGetProperty(status, out var described))
        {
            return [$"the status {status} is not in the document"];
        }

        if (type is null)
        {
            return [];
        }

        if (!described.TryGetProperty("content", out var content) || !content.TryGetProperty(type, out var media))
        {
            return [$"{status} with {type} is not in the document"];
        }

        // Without a body, or one that never ends, or that is compressed, there is no JSON to check.
        if (!type.EndsWith("json", StringComparison.Ordinal) || response.RequestMessage!.Method == HttpMethod.Head
            || response.Content.Headers.ContentEncoding.Count > 0 || response.StatusCode == HttpStatusCode.NotModified)
        {
            return [];
        }

        await response.Content.LoadIntoBufferAsync();
        var json = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsByteArrayAsync());
        return [.. Check.Faults(json, media.GetProperty("schema")).Take(5)];
    }
}
