using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Airside.Service.Tests.Fixtures;

/// <summary>Sends requests and checks responses, for most tests.</summary>
internal static class Http
{
    /// <summary>
    /// Returns a client that shows what the service really sends, no redirect followed, nothing decompressed, and checks that the
    /// OpenAPI document describes it.
    /// </summary>
    public static HttpClient ClientOf(Uri address) => ClientOf(address, new DescribedResponses(Sockets()));

    /// <summary>Returns such a client of a proxy, which has responses of its own that the document does not describe.</summary>
    public static HttpClient ClientOfProxy(Uri address) => ClientOf(address, Sockets());

    private static HttpClient ClientOf(Uri address, HttpMessageHandler handler) => new(handler)
    {
        BaseAddress = address,
        Timeout = TimeSpan.FromSeconds(60),
    };

    private static SocketsHttpHandler Sockets() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        Expect100ContinueTimeout = TimeSpan.FromSeconds(60),
    };

    public static async Task<HttpResponseMessage> RecordAsync(this HttpClient client, string route, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/routes/{route}/transactions");
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return await client.SendAsync(request);
    }

    public static async Task<HttpResponseMessage> SendAsync(
        this HttpClient client, HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        foreach (var (name, value) in headers)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        return await client.SendAsync(request);
    }

    public static async Task<HttpResponseMessage> PostAsync(this HttpClient client, string path, string contentType, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };

        // A body refused for its length alone is not sent: the refusal could be lost if the connection closed during the upload.
        request.Headers.ExpectContinue = body.Length > 1024 * 1024;
        return await client.SendAsync(request);
    }

    public static Task<HttpResponseMessage> PostAsync(this HttpClient client, string path, string contentType, string body) =>
        client.PostAsync(path, contentType, Encoding.UTF8.GetBytes(body));

    /// <summary>Returns the JSON at a path, which must respond with 200.</summary>
    public static async Task<JsonElement> JsonAsync(this HttpClient client, string path)
    {
        using var response = await client.GetAsync(path);
        return await response.JsonAsync(HttpStatusCode.OK);
    }

    /// <summary>Returns the JSON of a response, which must have a status.</summary>
    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage response, HttpStatusCode status)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == status, $"{(int)response.StatusCode} instead of {(int)status}: {text}");
        Assert.Equal("application/json; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    /// <summary>
    /// Returns the problem details of a response, which must have a status, a type of this service, a title that says more than the status,
    /// and a detail.
    /// </summary>
    public static async Task<JsonElement> ProblemAsync(this HttpResponseMessage response, HttpStatusCode status, string? code = null)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == status, $"{(int)response.StatusCode} instead of {(int)status}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonSerializer.Deserialize<JsonElement>(text);
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        var type = problem.GetProperty("type").GetString()!;
        Assert.StartsWith("urn:airside:problem:", type, StringComparison.Ordinal);
        var title = problem.GetProperty("title").GetString()!;
        Assert.Contains(' ', title);
        Assert.NotEqual(response.ReasonPhrase, title);
        Assert.Matches(@"\S+ \S+.*\S", problem.GetProperty("detail").GetString());
        if (code is not null)
        {
            Assert.Equal($"urn:airside:problem:{code}", type);
        }

        return problem;
    }

    public static string Detail(this JsonElement problem) => problem.GetProperty("detail").GetString()!;

    public static async Task<long> TotalAsync(this HttpClient client, string route) =>
        (await client.JsonAsync($"/api/v1/routes/{route}/transactions")).GetProperty("transactions").GetInt64();

    /// <summary>Returns what <c>/readyz</c> says about a fault, whatever its status, or null if it names none.</summary>
    public static async Task<string?> ReadyFaultAsync(this HttpClient client, string name)
    {
        using var response = await client.GetAsync("/readyz");
        return (await response.JsonAsync(response.StatusCode)).TryGetProperty(name, out var fault) ? fault.GetString() : null;
    }

    /// <summary>
    /// Waits until <c>/readyz</c> names a fault, and returns what it said then: a busy machine may lose its store a moment later,
    /// and <c>/readyz</c> then reports only that.
    /// </summary>
    public static async Task<string> UntilReadyFaultAsync(this HttpClient client, string name)
    {
        string? fault = null;
        await Waiting.UntilAsync(async () => (fault = await client.ReadyFaultAsync(name)) is not null, $"{name} to be told");
        return fault!;
    }

    public static async Task<string> GetStringOfAnyStatusAsync(this HttpClient client, string path)
    {
        using var response = await client.GetAsync(path);
        return $"{response.Headers}{await response.Content.ReadAsStringAsync()}";
    }

    /// <summary>Returns a key that no other test uses.</summary>
    public static string NewKey() => Guid.NewGuid().ToString();
}
