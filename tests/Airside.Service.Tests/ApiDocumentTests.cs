using System.Text;
using System.Text.Json;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests;

/// <summary>The OpenAPI document is true. That responses are as it says is checked by the client of every test.</summary>
[Trait("Category", "Smoke")]
public sealed class ApiDocumentTests(RunningService service) : IClassFixture<RunningService>
{
    [Fact]
    public async Task Numbers_are_numbers_and_what_may_be_absent_is_not_required()
    {
        var document = await service.Client.JsonAsync("/openapi/v1.json");
        var schemas = document.GetProperty("components").GetProperty("schemas");

        Assert.All(TypesIn(document), type => Assert.False(
            type.Contains("string") && (type.Contains("integer") || type.Contains("number")), string.Join(',', type)));
        Assert.Equal("""{"type":"string","description":"When it was loaded.","format":"date-time"}""", JsonSerializer.Serialize(
            schemas.GetProperty("CatalogInfo").GetProperty("properties").GetProperty("loadedAt")));
        Assert.Equal(["status"], Required(schemas, "HealthResponse"));
        Assert.Equal(["status", "title", "type"], Required(schemas, "ProblemDetails").Order(StringComparer.Ordinal));
        Assert.Equal(["airlines"], Required(schemas, "AirlineListResponse"));
        Assert.Equal(["routes"], Required(schemas, "RouteListResponse"));
        Assert.DoesNotContain("cause", Required(schemas, "BatchItemResponse"));
        Assert.Contains("transactions", Required(schemas, "BatchItemResponse"));
        var status = schemas.GetProperty("BatchItemResponse").GetProperty("properties").GetProperty("status");
        Assert.Equal("[\"recorded\",\"replayed\",\"refused\"]", JsonSerializer.Serialize(status.GetProperty("enum")));
    }

    [Fact]
    public async Task Every_operation_says_which_key_it_takes_and_how_it_may_be_refused()
    {
        var document = await service.Client.JsonAsync("/openapi/v1.json");
        var schemes = document.GetProperty("components").GetProperty("securitySchemes");

        Assert.Equal("bearer", schemes.GetProperty("bearer").GetProperty("scheme").GetString());
        Assert.Equal("X-Api-Key", schemes.GetProperty("header").GetProperty("name").GetString());
        Assert.Equal("/", document.GetProperty("servers")[0].GetProperty("url").GetString());
        Assert.All(OperationsOf(document), operation =>
        {
            Assert.False(operation.Method == "get" && operation.Value.TryGetProperty("requestBody", out _), operation.Path);
            var isProbe = operation.Path is "/healthz" or "/readyz";
            var keys = operation.Value.GetProperty("security").EnumerateArray().Select(one => one.EnumerateObject().Count()).ToArray();
            Assert.Equal(isProbe ? [0] : operation.Method == "get" || operation.Path.StartsWith("/get-", StringComparison.Ordinal)
                ? [1, 1, 0]
                : [1, 1], keys);
            Assert.All(isProbe ? [] : (string[])["400", "401", "403", "429", "503"], status =>
                Assert.True(operation.Value.GetProperty("responses").TryGetProperty(status, out _), $"{operation.Path} {status}"));
        });
    }

    [Fact]
    public async Task Every_operation_works_with_its_examples_on_the_sample()
    {
        await using var fresh = await RunningService.StartAsync();
        var document = await fresh.Client.JsonAsync("/openapi/v1.json");
        foreach (var (method, path, operation) in OperationsOf(document))
        {
            // A load without a body reads the configured source, which is in the internet; with the example it reads that.
            foreach (var (type, example) in BodiesOf(operation))
            {
                using var request = new HttpRequestMessage(new HttpMethod(method.ToUpperInvariant()), PathOf(path, operation));
                if (type is not null)
                {
                    request.Content = new StringContent(example, Encoding.UTF8, type);
                    request.Content.Headers.ContentType!.CharSet = null;
                }

                using var response = await fresh.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
                Assert.True(response.IsSuccessStatusCode, $"{method} {path} with {type}: {(int)response.StatusCode}");
            }
        }
    }

    [Theory]
    [InlineData("/api/v1/info", "loadedAt")]
    [InlineData("/api/v1/routes?sort=total", "asOf")]
    public async Task Times_are_UTC_and_end_with_Z(string path, string member)
    {
        using var response = await service.Client.GetAsync(path);
        Assert.Matches($@"""{member}"":""\d{{4}}-\d\d-\d\dT[\d:.]+Z""", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("""{"status":"alive"}""", 0)]
    [InlineData("""{"status":"alive","writeFault":"a disk"}""", 0)]
    [InlineData("""{"status":"alive","writeFault":null}""", 1)]
    [InlineData("""{"status":"asleep"}""", 1)]
    [InlineData("""{"status":1}""", 1)]
    [InlineData("""{}""", 1)]
    [InlineData("""{"status":"alive","more":1}""", 1)]
    [InlineData("""[]""", 1)]
    public async Task A_response_that_is_not_as_described_is_found(string json, int count)
    {
        var document = await service.Client.JsonAsync("/openapi/v1.json");
        var schema = document.GetProperty("components").GetProperty("schemas").GetProperty("HealthResponse");

        Assert.Equal(count, new SchemaCheck(document).Faults(JsonSerializer.Deserialize<JsonElement>(json), schema).Count());
    }

    private static IEnumerable<(string Method, string Path, JsonElement Value)> OperationsOf(JsonElement document) =>
        document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => (operation.Name, path.Name, operation.Value)));

    private static string[] Required(JsonElement schemas, string name) =>
        [.. schemas.GetProperty(name).GetProperty("required").EnumerateArray().Select(one => one.GetString()!)];

    private static IEnumerable<string[]> TypesIn(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member =>
            member.Name == "type" && member.Value.ValueKind == JsonValueKind.Array
                ? [[.. member.Value.EnumerateArray().Select(one => one.GetString()!)]]
                : TypesIn(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(TypesIn),
        _ => [],
    };

    private static string PathOf(string path, JsonElement operation)
    {
        foreach (var parameter in operation.TryGetProperty("parameters", out var parameters) ? parameters.EnumerateArray() : [])
        {
            if (parameter.GetProperty("in").GetString() == "path")
            {
                var place = $"{{{parameter.GetProperty("name").GetString()}}}";
                path = path.Replace(place, $"{parameter.GetProperty("example")}", StringComparison.Ordinal);
            }
        }

        return path;
    }

    private static IEnumerable<(string? Type, string Example)> BodiesOf(JsonElement operation) =>
        operation.TryGetProperty("requestBody", out var body)
            ? body.GetProperty("content").EnumerateObject().Select(media => ((string?)media.Name, ExampleOf(media.Value)))
            : [(null, "")];

    private static string ExampleOf(JsonElement media)
    {
        var example = media.GetProperty("example");
        return example.ValueKind == JsonValueKind.String ? example.GetString()! : example.GetRawText();
    }
}
