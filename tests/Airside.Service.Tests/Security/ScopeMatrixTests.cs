using System.Net;
using Airside.Service.Configuration;
using Airside.Service.Security;
using Airside.Service.Tests.Fixtures;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;

namespace Airside.Service.Tests.Security;

/// <summary>Every endpoint with every kind of key, both where reading is public and where it is not.</summary>
public sealed class ScopeMatrixTests
{
    /// <summary>Each endpoint's scope and response status. The test fails for an endpoint missing here and names it.</summary>
    private static readonly (string Method, string Pattern, string Url, string? Scope, HttpStatusCode Status)[] Endpoints =
    [
        ("GET", "/", "/", Scopes.Read, HttpStatusCode.OK),
        ("GET", "/routes", "/routes", Scopes.Read, HttpStatusCode.OK),
        ("GET", "/routes/{route}", "/routes/AR1", Scopes.Read, HttpStatusCode.OK),
        ("GET", "/airlines", "/airlines", Scopes.Read, HttpStatusCode.OK),
        ("GET", "/airlines/load", "/airlines/load", Scopes.Read, HttpStatusCode.OK),
        ("GET", "/airlines/{id}", "/airlines/24", Scopes.Read, HttpStatusCode.OK),
        ("GET", "/system", "/system", Scopes.Read, HttpStatusCode.OK),
        ("GET", "/assets/{name}", "/assets/none.css", null, HttpStatusCode.NotFound),
        ("GET", "/api/v1/stream", "/api/v1/stream", Scopes.Read, HttpStatusCode.OK),
        ("GET", "/healthz", "/healthz", null, HttpStatusCode.OK),
        ("GET", "/readyz", "/readyz", null, HttpStatusCode.OK),
        ("GET", "/metrics", "/metrics", Scopes.Read, HttpStatusCode.OK),
        ("GET", "/config", "/config", Scopes.Read, HttpStatusCode.OK),
        ("GET", "/configs", "/configs", Scopes.Read, HttpStatusCode.OK),
        ("GET", "/docs/{**path}", "/docs/index.html", Scopes.Read, HttpStatusCode.OK),
        ("GET", "/openapi/v1.json", "/openapi/v1.json", Scopes.Read, HttpStatusCode.OK),
        ("GET", "/api/v1/info", "/api/v1/info", Scopes.Read, HttpStatusCode.OK),
        ("GET", "/api/v1/airlines", "/api/v1/airlines", Scopes.Read, HttpStatusCode.OK),
        ("GET", "/api/v1/airlines/{id}", "/api/v1/airlines/24", Scopes.Read, HttpStatusCode.OK),
        ("POST", "/api/v1/load/airlines", "/api/v1/load/airlines", Scopes.LoadAirlines, HttpStatusCode.UnprocessableEntity),
        ("POST", "/api/v1/load/airlines/preview", "/api/v1/load/airlines/preview", Scopes.LoadAirlines,
            HttpStatusCode.UnprocessableEntity),
        (
            "POST", "/api/v1/routes/{route}/transactions", "/api/v1/routes/AR1/transactions", Scopes.WriteTransactions,
            HttpStatusCode.Created),
        ("GET", "/api/v1/routes/{route}/transactions", "/api/v1/routes/AR1/transactions", Scopes.Read, HttpStatusCode.OK),
        ("POST", "/api/v1/transactions", "/api/v1/transactions", Scopes.WriteTransactions, HttpStatusCode.UnsupportedMediaType),
        ("GET", "/api/v1/routes/", "/api/v1/routes", Scopes.Read, HttpStatusCode.OK),
        ("GET", "/api/v1/routes/{route}", "/api/v1/routes/AR1", Scopes.Read, HttpStatusCode.OK),
        ("GET", "/api/v1/routes/{route}/history", "/api/v1/routes/AR1/history", Scopes.Read, HttpStatusCode.OK),
        ("POST", "/save-transaction/{route}", "/save-transaction/AR1", Scopes.WriteTransactions, HttpStatusCode.OK),
        ("GET", "/get-transaction/{route}", "/get-transaction/AR1", Scopes.Read, HttpStatusCode.OK),
        ("POST", "/get-transaction/{route}", "/get-transaction/AR1", Scopes.Read, HttpStatusCode.OK),
    ];

    [Fact]
    public async Task Every_endpoint_has_one_scope_and_is_in_the_matrix()
    {
        await using var service = await RunningService.StartAsync();
        var endpoints = service.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToArray();

        var unguarded = endpoints.Where(endpoint => endpoint.Metadata.OfType<RequiredScope>().Count() != 1);
        Assert.Empty(unguarded.Select(endpoint => $"{endpoint.RoutePattern.RawText} needs one call of RequireScope or AllowEveryone"));
        var actual = endpoints.SelectMany(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods
            .Select(method => $"{method} {endpoint.RoutePattern.RawText} {endpoint.Metadata.GetMetadata<RequiredScope>()!.Scope}"));
        var expected = Endpoints.Select(endpoint => $"{endpoint.Method} {endpoint.Pattern} {endpoint.Scope}");
        Assert.Equal(expected.Order(StringComparer.Ordinal), actual.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(true, "Authorization")]
    [InlineData(false, "Authorization")]
    [InlineData(true, "X-Api-Key")]
    [InlineData(false, "X-Api-Key")]
    public async Task Every_endpoint_answers_every_kind_of_key_as_its_scope_says(bool isPublicRead, string header)
    {
        var (keys, revoked) = (new TestKeys(), ApiKey.Create());
        using var directory = new TemporaryDirectory();
        var file = directory.File("keys.json");
        await File.WriteAllTextAsync(file, $"[{TestKeys.Entry("gone", "read,transactions:write,airlines:load", revoked)}]");
        (string Name, string? Key, string[] Scopes)[] callers =
        [
            ("no key", null, []),
            ("a wrong key", keys.Unknown, []),
            ("half a key", keys.Unknown[..20], []),
            ("a mistyped key", keys.Unknown[..^1] + (keys.Unknown[^1] == 'a' ? 'b' : 'a'), []),
            ("a revoked key", revoked, []),
            ("an expired key", keys.Add("old", "read,transactions:write,airlines:load", "2020-01-01"), []),
            ("a reader", keys.Add("reader", "read"), [Scopes.Read]),
            ("a writer", keys.Add("writer", "transactions:write"), [Scopes.WriteTransactions]),
            ("a loader", keys.Add("loader", "airlines:load", "2999-01-01"), [Scopes.LoadAirlines]),
            ("all scopes", keys.Add("all", "read,transactions:write,airlines:load"), [.. Scopes.All]),
        ];
        await using var service = await RunningService.StartAsync(
            [.. keys.Settings, $"--Airside:Security:KeysFile={file}", $"--Airside:Security:PublicRead={isPublicRead}"]);
        await File.WriteAllTextAsync(file, "[]");
        await Waiting.UntilAsync(
            () => Task.FromResult(!service.Get<CurrentKeys>().Ring.Keys.Any(key => key.Name == "gone")), "the key is revoked");

        foreach (var endpoint in Endpoints)
        {
            foreach (var caller in callers)
            {
                using var response = await SendAsync(service.Client, endpoint.Method, endpoint.Url, header, caller.Key);
                var expected = endpoint.Scope is null || (isPublicRead && endpoint.Scope == Scopes.Read)
                    || caller.Scopes.Contains(endpoint.Scope) ? endpoint.Status
                    : caller.Scopes.Length > 0 ? HttpStatusCode.Forbidden : HttpStatusCode.Unauthorized;
                Assert.True(
                    response.StatusCode == expected,
                    $"{endpoint.Method} {endpoint.Pattern} with {caller.Name}: {(int)response.StatusCode} instead of {(int)expected}");
                if (expected is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
                {
                    await response.ProblemAsync(expected, Code(caller.Name));
                    Assert.Equal("Bearer", Assert.Single(response.Headers.WwwAuthenticate).Scheme);
                }
            }
        }

        // Callers that may record did so twice each; no others did.
        Assert.Equal(4, await TotalAsync(service.Client, callers[^1].Key!));
    }

    [Fact]
    public async Task An_unknown_URL_and_a_wrong_method_are_answered_as_ever_where_keys_are_asked_for()
    {
        var keys = new TestKeys();
        keys.Add("all", "read");
        await using var service = await RunningService.StartAsync([.. keys.Settings, "--Airside:Security:PublicRead=false"]);

        using var unknown = await service.Client.GetAsync("/nothing");
        using var wrong = await service.Client.SendAsync(HttpMethod.Delete, "/config");

        await unknown.ProblemAsync(HttpStatusCode.NotFound);
        await wrong.ProblemAsync(HttpStatusCode.MethodNotAllowed);
    }

    [Fact]
    public async Task Two_keys_in_one_request_are_none()
    {
        var keys = new TestKeys();
        var key = keys.Add("writer", "transactions:write");
        await using var service = await RunningService.StartAsync(keys.Settings);

        using var response = await service.Client.SendAsync(
            HttpMethod.Post, "/save-transaction/AR1", ("X-Api-Key", key), ("Authorization", $"Bearer {key}"));

        await response.ProblemAsync(HttpStatusCode.Unauthorized, "key-malformed");
    }

    private static string Code(string caller) => caller switch
    {
        "no key" => "key-missing",
        "half a key" or "a mistyped key" => "key-malformed",
        "a wrong key" or "a revoked key" => "key-unknown",
        "an expired key" => "key-expired",
        _ => "scope-missing",
    };

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string method, string url, string header, string? key)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), url);
        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation(header, header == "Authorization" ? $"Bearer {key}" : key);
        }

        if (url.StartsWith("/api/v1/load/airlines", StringComparison.Ordinal))
        {
            // The file has an error, so nothing is fetched or changed.
            request.Content = new StringContent("1,\"One\"", null, "text/csv");
        }

        // The stream never ends.
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private static async Task<long> TotalAsync(HttpClient client, string key)
    {
        using var response = await client.SendAsync(HttpMethod.Get, "/api/v1/routes/AR1/transactions", ("X-Api-Key", key));
        return (await response.JsonAsync(HttpStatusCode.OK)).GetProperty("transactions").GetInt64();
    }
}
