using System.Net;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests;

[Trait("Category", "Smoke")]
public sealed class ApiDescriptionTests(RunningService service) : IClassFixture<RunningService>
{
    [Fact]
    public async Task The_committed_description_is_the_one_that_the_service_gives()
    {
        using var response = await service.Client.GetAsync("/openapi/v1.json");
        var served = await response.Content.ReadAsStringAsync();

        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        await Repository.EnsureAsync("docs/api/openapi.json", served.TrimEnd() + "\n", "AIRSIDE_UPDATE_OPENAPI");
    }

    [Fact]
    public async Task The_description_says_of_every_operation_what_it_does_and_of_every_parameter_what_it_means()
    {
        var document = await service.Client.JsonAsync("/openapi/v1.json");

        var operations = document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => (Name: $"{operation.Name} {path.Name}", operation.Value)))
            .ToArray();
        Assert.Equal(20, operations.Length);
        Assert.All(operations, operation =>
        {
            Assert.False(string.IsNullOrEmpty(operation.Value.GetProperty("summary").GetString()), operation.Name);
            Assert.False(string.IsNullOrEmpty(operation.Value.GetProperty("operationId").GetString()), operation.Name);
            if (operation.Value.TryGetProperty("parameters", out var parameters))
            {
                Assert.All(parameters.EnumerateArray(), parameter =>
                    Assert.NotEmpty(parameter.GetProperty("description").GetString()!));
            }
        });
    }

    [Theory]
    [InlineData("/docs/index.html", "text/html")]
    [InlineData("/docs/swagger-ui-bundle.js", "text/javascript")]
    [InlineData("/docs/swagger-ui.css", "text/css")]
    public async Task The_page_for_people_and_its_parts_come_from_the_service_itself(string path, string mediaType)
    {
        using var response = await service.Client.GetAsync(path);
        var text = await response.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(mediaType, response.Content.Headers.ContentType?.MediaType);
        Assert.NotEmpty(text);
        if (path.EndsWith(".html", StringComparison.Ordinal))
        {
            Assert.DoesNotContain("src=\"http", text, StringComparison.Ordinal);
            Assert.Contains("Airside", text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/docs")]
    [InlineData("/docs/")]
    public async Task The_short_address_leads_to_the_page(string path)
    {
        using var response = await service.Client.GetAsync(path);

        Assert.Equal(HttpStatusCode.MovedPermanently, response.StatusCode);
        using var page = await service.Client.GetAsync(new Uri(new Uri(service.Address, path), response.Headers.Location!));
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
    }
}
