using System.Net;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Security;

public sealed class SecurityHeaderTests(RunningService service) : IClassFixture<RunningService>
{
    [Theory]
    [InlineData("GET", "/", "text/html", HttpStatusCode.OK)]
    [InlineData("GET", "/", "*/*", HttpStatusCode.OK)]
    [InlineData("GET", "/nothing", "text/html", HttpStatusCode.NotFound)]
    [InlineData("GET", "/nothing", "*/*", HttpStatusCode.NotFound)]
    [InlineData("GET", "/routes/1", "text/html", HttpStatusCode.BadRequest)]
    [InlineData("GET", "/api/v1/airlines", "*/*", HttpStatusCode.OK)]
    [InlineData("GET", "/api/v1/routes/1", "*/*", HttpStatusCode.BadRequest)]
    [InlineData("DELETE", "/api/v1/airlines", "*/*", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/assets/nothing.js", "*/*", HttpStatusCode.NotFound)]
    [InlineData("GET", "/docs/index.html", "text/html", HttpStatusCode.OK)]
    [InlineData("GET", "/docs/swagger-ui.css", "*/*", HttpStatusCode.OK)]
    [InlineData("HEAD", "/api/v1/stream", "*/*", HttpStatusCode.OK)]
    [InlineData("GET", "/metrics", "*/*", HttpStatusCode.OK)]
    public async Task Every_answer_says_what_browsers_may_do_with_it(string method, string path, string accept, HttpStatusCode status)
    {
        using var response = await service.Client.SendAsync(new HttpMethod(method), path, ("Accept", accept));

        Assert.Equal(status, response.StatusCode);
        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("base-uri 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        foreach (var (name, value) in new[]
        {
            ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"), ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Cross-Origin-Resource-Policy", "same-origin"), ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
        })
        {
            Assert.Equal(value, Assert.Single(response.Headers.GetValues(name)));
        }
    }
}
